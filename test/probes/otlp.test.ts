// The receiver of spans: what it answers to exporters, and what a look shows of a trace.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import { SpanKind, trace } from '@opentelemetry/api';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading } from '../../smoke/core/look.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { otlp } from '../../smoke/probes/spans/otlp.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { testHost } from '../../smoke/testing/host.ts';
import { tracer } from '../servers/tracer.ts';
import { exported, opened, post, read, textValue, traceId } from './otlp-posts.ts';

const marker = 'smk-42rcxa7100000001';

function looked(
  reading: Reading,
  more: { field?: string; where?: Record<string, string>; aliases?: Record<string, string> } = {},
): Look {
  const sought = {
    marker: { text: marker, fixed: 11, prefix: 'smk' },
    aliases: new Map(Object.entries(more.aliases ?? {})),
    sent: [{ text: `Late. ${marker}`, document: false }],
  };
  const { aliases: _, ...picks } = more;
  const selection = { allow: [], reference: false, ...picks };
  return judge(reading, selection, sought, { inflate, mask: (text) => text }).look;
}

describe('otlp', () => {
  test('answers in the encoding of the export, packed or not', async (t) => {
    const { probe, url } = await opened(t);
    const body = JSON.stringify(exported([textValue('note', marker)]));
    for (const [bytes, encoding] of [
      [Buffer.from(body), undefined],
      [gzipSync(body), 'gzip'],
      [deflateSync(body), 'deflate'],
    ] as const) {
      const answer = await post(url, bytes, encoding === undefined ? {} : { encoding });
      assert.equal(answer.status, 200);
      assert.equal(answer.headers.get('content-type'), 'application/json');
      assert.deepEqual(await answer.json(), {});
    }
    const answer = await post(url, new Uint8Array(), { type: 'application/x-protobuf' });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/x-protobuf');
    assert.equal((await answer.arrayBuffer()).byteLength, 0);
    assert.equal((await read(probe)).candidates.length, 3);
  });

  test('takes logs and metrics, and forgets them', async (t) => {
    const { probe, url } = await opened(t);
    for (const path of ['/v1/logs', '/v1/metrics'])
      assert.equal((await post(url, `{"resourceLogs":["${marker}"]}`, { path })).status, 200);
    const reading = await read(probe);
    assert.deepEqual(reading.candidates, []);
    assert.match(reading.unseen?.hint ?? '', /OTEL_EXPORTER_OTLP_ENDPOINT=http:\/\/127\.0\.0\.1:\d+/);
  });

  test('turns down what it cannot read, in words, and tells it in the look', async (t) => {
    const { probe, url } = await opened(t);
    const cases: [status: number, says: RegExp, Promise<Response>][] = [
      [404, /\/v1\/traces/, post(url, '{}', { path: '/v2/traces' })],
      [405, /posted/, post(url, '', { method: 'GET' })],
      [415, /content type/, post(url, '{}', { type: 'text/plain' })],
      [415, /content encoding/, post(url, '{}', { encoding: 'br' })],
      [400, /not JSON/, post(url, '{"resourceSpans":')],
      [400, /not gzip/, post(url, '{}', { encoding: 'gzip' })],
      [413, /8388608 bytes/, post(url, Buffer.alloc(9 * 1024 * 1024, 32))],
      [413, /unpacked/, post(url, gzipSync(Buffer.alloc(64 * 1024 * 1024, 32)), { encoding: 'gzip' })],
    ];
    for (const [status, says, asked] of cases) {
      const answer = await asked;
      assert.equal(answer.status, status);
      assert.match(((await answer.json()) as { message: string }).message, says);
    }
    const status = await post(url, Buffer.from([0xff, 0xff]), { type: 'application/x-protobuf' });
    assert.equal(status.status, 400);
    const [tag, length, ...text] = new Uint8Array(await status.arrayBuffer());
    assert.equal(tag, 0x12);
    assert.equal(length, text.length);
    assert.match(Buffer.from(text).toString(), /no trace in Protocol Buffers/);
    assert.match((await read(probe)).unseen?.message ?? '', /; 9 exports turned down: POST \/v1\/traces was answered/);
    assert.equal((await post(url, JSON.stringify(exported([])))).status, 200, 'it goes on');
  });

  test('names gRPC, which it does not speak', async (t) => {
    const { probe, listen } = await opened(t);
    const socket = connect(Number(listen.split(':')[1]), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await once(socket, 'close');
    assert.match((await read(probe)).unseen?.message ?? '', /gRPC/);
  });

  test('shows of a span what there is to know of it', async (t) => {
    const { probe, url } = await opened(t);
    const service = tracer(
      url,
      'protobuf',
      {
        'service.name': 'worker',
        'service.version': '9f2c1e7',
        'host.name': 'w1',
        'process.creation.time': '2026-01-05',
      },
      'gzip',
    );
    t.after(() => service.close());
    const attributes = { 'messaging.destination.name': 'push', attempts: 2, ids: ['7', '8'], ok: true, ratio: 0.5 };
    await service.span('push process', { kind: SpanKind.CONSUMER, attributes }, (span) => {
      span.addEvent('taken', { body: `{"note":"${marker}"}` });
      span.addLink({ context: { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 } });
      span.setStatus({ code: 2, message: 'the partner said no' });
    });
    const [span] = (await read(probe, { service: 'worker', kind: 'consumer', name: 'push process' })).candidates;
    assert.ok(span);
    assert.equal(span.source, 'span push process of worker (consumer)');
    assert.equal(span.instance, 'w1');
    assert.match(span.at ?? '', /^\d{4}-/);
    const expected = {
      "$.attributes['messaging.destination.name']": 'push',
      '$.attributes.attempts': '2',
      '$.attributes.ids[1]': '8',
      '$.attributes.ok': 'true',
      '$.attributes.ratio': '0.5',
      '$.events[0].name': 'taken',
      '$.events[0].attributes.body.note': marker,
      '$.links[0].traceId': traceId,
      '$.linked[0]': traceId,
      '$.status.message': 'the partner said no',
      '$.release': '9f2c1e7',
      '$.started': '2026-01-05',
      "$.resource['host.name']": 'w1',
    };
    for (const [selector, value] of Object.entries(expected))
      assert.deepEqual(span.select(selector), { fits: true, values: [value] }, selector);
    assert.deepEqual((await read(probe, { service: 'web' })).candidates, []);
    assert.match((await read(probe, { service: 'web' })).unseen?.hint ?? '', /^Spans came of worker\. A span that/);
  });

  test('takes a span for the record by the trace of the send, and by a link to it', async (t) => {
    const { probe, url } = await opened(t);
    const service = tracer(url, 'json', { 'service.name': 'worker' });
    t.after(() => service.close());
    const aliases = { 'trace-id': traceId };
    await service.span('other', { attributes: { note: 'of somebody else' } });
    assert.equal(looked(await read(probe), { aliases }).kind, 'blind');
    const link = { context: { traceId, spanId: 'b7ad6b7169203331', traceFlags: 1 } };
    const taken = await service.span('process', { kind: SpanKind.CONSUMER, links: [link] });
    assert.equal(looked(await read(probe, { kind: 'consumer' }), { aliases }).kind, 'reference');
    // In the trace of the one that links, and of another kind.
    await service.span('PUT', { kind: SpanKind.CLIENT, parent: taken });
    assert.equal(looked(await read(probe, { kind: 'client' }), { aliases }).kind, 'reference');
    assert.notEqual(trace.wrapSpanContext(taken.spanContext()).spanContext().traceId, traceId);
    await post(url, JSON.stringify(exported([])));
    assert.equal(looked(await read(probe, { name: 'push' }), { aliases }).kind, 'reference');
    assert.equal(looked(await read(probe, { name: 'push' })).kind, 'blind', 'without the trace it is anybody’s');
  });

  test('spans that came and that `where` does not pick are told as such, and the sampling only where none came', async (t) => {
    const { probe, url } = await opened(t);
    const where = { name: 'pull' };
    const none = looked(await read(probe), { where });
    assert.ok(none.kind === 'blind' && !none.fault.message.includes('where'), JSON.stringify(none));
    await post(url, JSON.stringify(exported([textValue('note', 'another')])));
    const found = looked(await read(probe), { where });
    assert.ok(found.kind === 'blind');
    assert.match(found.fault.message, /^`where` picked 0 of 1 span that came to/);
    assert.match(
      found.fault.hint ?? '',
      /^Compare `where` with what the spans show.* If all of them are of other traces: /,
    );
    const without = looked(await read(probe));
    assert.match(without.kind === 'blind' ? without.fault.message : '', /^not among 1 span that came/);
  });

  test('the marker as baggage, or as a question, is no text that arrived', async (t) => {
    const { probe, url } = await opened(t);
    const header = { values: [{ stringValue: `smoketrail.marker=${marker}` }] };
    const carried = [
      textValue('smoketrail.marker', marker),
      textValue('baggage.smoketrail.marker', marker),
      { key: 'http.request.header.baggage', value: { arrayValue: header } },
    ];
    for (const [index, attribute] of carried.entries()) {
      await post(url, JSON.stringify(exported([attribute], { name: `push ${index}` })));
      assert.equal(looked(await read(probe, { name: `push ${index}` })).kind, 'reference', JSON.stringify(attribute));
    }
    const asked = [textValue('url.full', `http://web/bookings?search=${marker}`), textValue('url.query', marker)];
    await post(url, JSON.stringify(exported(asked, { name: 'search' })));
    assert.equal(looked(await read(probe, { name: 'search' })).kind, 'blind');
    const [search] = (await read(probe, { name: 'search' })).candidates;
    assert.deepEqual(search?.select("$.asked['url.query']"), { fits: true, values: [marker] });
    await post(url, JSON.stringify(exported([textValue('note', `Late. ${marker}`)], { name: 'good' })));
    const good = looked(await read(probe, { name: 'good' }), { field: '$.attributes.note' });
    assert.equal(good.kind, 'intact');
  });

  test('an export that is sent again is one span still', async (t) => {
    const { probe, url } = await opened(t);
    const body = JSON.stringify(
      exported([textValue('note', `Late. ${marker}`)], { startTimeUnixNano: '1700000000000000000' }),
    );
    for (let count = 0; count < 3; count += 1) assert.equal((await post(url, body)).status, 200);
    assert.equal((await read(probe)).candidates.length, 1);
    await post(url, body.replace('b7ad6b7169203331', 'b7ad6b7169203332'));
    assert.equal((await read(probe)).candidates.length, 2);
  });

  test('an address that we asked for is no sighting, and what else the span says is', async (t) => {
    const { probe, url } = await opened(t);
    const own = [textValue('user_agent.original', 'smoketrail/0.1.0'), textValue('url.path', `/search/${marker}`)];
    await post(url, JSON.stringify(exported([...own, textValue('http.url', `http://web/search/${marker}`)])));
    assert.equal(looked(await read(probe)).kind, 'blind');
    await post(url, JSON.stringify(exported([...own, textValue('note', `Late. ${marker}`)], { name: 'book' })));
    assert.equal(looked(await read(probe, { name: 'book' })).kind, 'intact');
    await post(url, JSON.stringify(exported(own.slice(1), { name: 'of another' })));
    assert.equal(looked(await read(probe, { name: 'of another' })).kind, 'intact');
  });

  test('wakes whoever waits, and whoever looked just before', async (t) => {
    const { probe, url } = await opened(t);
    const { changed } = probe;
    assert.ok(changed);
    const stop = new AbortController();
    const waiting = [changed(stop.signal), changed(stop.signal)];
    await post(url, JSON.stringify(exported([])));
    await Promise.all(waiting);
    await changed(stop.signal);
    stop.abort();
    await changed(stop.signal);
  });

  test('one receiver serves all probes of a run, and goes with the last', async (t) => {
    const { probe, url, listen, host } = await opened(t);
    assert.ok(otlp.open);
    const second = await otlp.open({ listen }, host);
    await post(url, JSON.stringify(exported([])));
    assert.equal((await read(second)).candidates.length, 1);
    await probe.close?.();
    assert.equal((await post(url, JSON.stringify(exported([])))).status, 200);
    await second.close?.();
    await assert.rejects(post(url, '{}'));
    await assert.rejects(read(second), Blind);
    const third = await otlp.open({ listen }, host);
    await third.close?.();
  });

  test('an address that cannot be listened on is blind, and says what to do', async (t) => {
    const { listen } = await opened(t);
    const { open } = otlp;
    assert.ok(open);
    const failure = async (address: string): Promise<Blind['fault']> => {
      const error: unknown = await open({ listen: address }, testHost()).catch((reason: unknown) => reason);
      assert.ok(error instanceof Blind);
      return error.fault;
    };
    const taken = await failure(listen);
    assert.match(taken.message, /something else listens there already/);
    assert.match(taken.hint ?? '', /free port/);
    assert.match((await failure('192.0.2.1:4318')).message, /no address of this machine/);
  });
});
