// What looks at Jaeger and Tempo show, and what makes them blind, against stand-ins that follow the published APIs.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { SpanKind } from '@opentelemetry/api';
import type { Fault, Reading } from '../../smoke/core/look.ts';
import { Blind, type Host, type Plugin, type Probe } from '../../smoke/probes/plugin.ts';
import { jaeger } from '../../smoke/probes/spans/jaeger.ts';
import { tempo } from '../../smoke/probes/spans/tempo.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { freePort } from '../servers/free-port.ts';
import { jaegerLike, type TraceStore, tempoLike } from '../servers/trace-stores.ts';
import { type Tracer, tracer } from '../servers/tracer.ts';

type Options = Record<string, unknown>;
type Place = { store: TraceStore; service: Tracer; probe: Probe; search: Options };

async function place(t: TestContext, name: 'jaeger' | 'tempo', host: Host = testHost()): Promise<Place> {
  const plugin = (name === 'jaeger' ? jaeger : tempo) as unknown as Plugin;
  const store = await (name === 'jaeger' ? jaegerLike() : tempoLike('protobuf'));
  t.after(() => store.close());
  const resource = { 'service.name': 'worker', 'service.version': '9f2c1e7', 'service.instance.id': 'worker-1' };
  const service = tracer(store.url, 'protobuf', resource);
  t.after(() => service.close());
  assert.ok(plugin.open);
  const probe = await plugin.open({}, host);
  t.after(() => probe.close?.());
  const search =
    name === 'jaeger'
      ? { url: store.url, service: 'worker', tags: { 'booking.id': '8841' } }
      : { url: store.url, query: '{ span.booking.id = "8841" }' };
  return { store, service, probe, search };
}

const read = (probe: Probe, options: Options): Promise<Reading> => probe.read(options, testContext());

async function faultOf(
  looking: Promise<unknown>,
): Promise<Fault & { retryAfter?: number | undefined; unauthorized: boolean }> {
  const error = await looking.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof Blind, String(error));
  return { ...error.fault, retryAfter: error.retryAfter, unauthorized: error.unauthorized };
}

const span = { kind: SpanKind.CONSUMER, attributes: { 'booking.id': '8841', note: 'Late.' } };

for (const name of ['jaeger', 'tempo'] as const)
  describe(`${name}, against a stand-in that follows the published API`, () => {
    test('a trace is read by its id, with all that a record of a span shows', async (t) => {
      const { store, service, probe } = await place(t, name);
      const link = {
        context: { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 },
      };
      const parent = await service.span('process', { ...span, links: [link] }, (open) => {
        open.addEvent('taken', { attempt: 2 });
        open.setStatus({ code: 2, message: 'no' });
      });
      await service.span('PUT', { kind: SpanKind.CLIENT, parent });
      const trace = parent.spanContext().traceId;
      const all = await read(probe, { url: store.url, trace });
      assert.equal(all.candidates.length, 2);
      assert.equal(store.asked.at(-1), `GET /api/traces/${trace}`);
      assert.equal(all.cost.requests, 1);
      assert.match(all.unpicked?.message ?? '', /^`where` picked 0 of 2 spans of 1 trace \(/);
      assert.doesNotMatch(all.unpicked?.hint ?? '', /SAMPLER/, 'the trace did come');
      const [one, ...others] = (await read(probe, { url: `${store.url}/`, trace, kind: 'consumer' })).candidates;
      assert.deepEqual(others, []);
      const expected = {
        '$.attributes.note': 'Late.',
        '$.events[0].name': 'taken',
        '$.events[0].attributes.attempt': '2',
        '$.links[0].traceId': link.context.traceId,
        '$.status.code': 'error',
        '$.status.message': 'no',
        '$.release': '9f2c1e7',
        '$.instance': 'worker-1',
        '$.service': 'worker',
      };
      for (const [selector, value] of Object.entries(expected))
        assert.deepEqual(one?.select(selector), { fits: true, values: [value] }, selector);
      const child = all.candidates.find((candidate) => candidate.source.startsWith('span PUT'));
      assert.deepEqual(child?.select('$.parent'), { fits: true, values: [parent.spanContext().spanId] });
      // What the trace follows from is known of each of its spans.
      assert.deepEqual(child?.select('$.linked[0]'), { fits: true, values: [link.context.traceId] });
    });

    test('a trace that is not known proves nothing', async (t) => {
      const { store, probe } = await place(t, name);
      const reading = await read(probe, { url: store.url, trace: 'abc123' });
      assert.deepEqual(reading.candidates, []);
      assert.equal(reading.whole, false);
      assert.equal(reading.unseen?.kind, 'not-observable');
      assert.match(reading.unseen.message, /it knows no such trace/);
      assert.equal(reading.unpicked, undefined);
      assert.match(reading.unseen.hint ?? '', /OTEL_TRACES_SAMPLER/);
    });

    test('a search reads the traces since the send, and says when there may be more', async (t) => {
      const { store, service, probe, search } = await place(t, name);
      for (let count = 0; count < 3; count += 1) await service.span(`process ${count}`, span);
      await service.span('other', { attributes: { 'booking.id': '7' } });
      const reading = await read(probe, search);
      assert.equal(reading.candidates.length, 3);
      assert.equal(reading.unseen?.kind, 'not-observable');
      assert.equal(reading.cost.requests, name === 'jaeger' ? 1 : 4);
      const cut = await read(probe, { ...search, limit: 2 });
      assert.equal(cut.candidates.length, 2);
      assert.equal(cut.unseen?.kind, 'gave-up');
      assert.match(cut.unseen.hint ?? '', /limit/);
      const later = await probe.read(search, testContext({ since: new Date(Date.now() + 3_600_000) }));
      assert.deepEqual(later.candidates, []);
      assert.match(store.asked.at(-1) ?? '', /start=\d+&end=\d+/);
    });

    test('whoever asks is named, over one connection, and who is turned down is blind', async (t) => {
      const { store, probe, search } = await place(t, name);
      const who = { auth: { bearer: 'a-token' }, headers: { 'X-Scope-OrgID': 'booking' } };
      await read(probe, { ...search, ...who });
      assert.equal(store.headers().authorization, 'Bearer a-token');
      assert.equal(store.headers()['x-scope-orgid'], 'booking');
      store.instead((response) => void response.writeHead(401).end('no org id'));
      const unauthorized = await faultOf(read(probe, search));
      assert.equal(unauthorized.kind, 'permission');
      assert.equal(unauthorized.unauthorized, true);
      assert.match(unauthorized.message, /answered 401: no org id/);
      store.instead((response) => void response.writeHead(403).end());
      assert.equal((await faultOf(read(probe, search))).kind, 'permission');
    });

    test('a store that is busy, wrong or no store at all is blind', async (t) => {
      const { store, probe, search } = await place(t, name);
      const answering = async (status: number, headers: Record<string, string>, body: string): Promise<Fault> => {
        store.instead((response) => void response.writeHead(status, headers).end(body));
        return faultOf(read(probe, search));
      };
      const html = { 'content-type': 'text/html' };
      store.instead((response) => void response.writeHead(429, { 'retry-after': '7' }).end());
      const busy = await faultOf(read(probe, search));
      assert.equal(busy.kind, 'busy');
      assert.equal(busy.retryAfter, 7_000);
      assert.equal((await answering(503, {}, 'starting')).kind, 'busy');
      assert.equal((await answering(500, {}, '')).kind, 'busy');
      assert.equal((await answering(400, {}, 'parse error')).kind, 'wrong-answer');
      const nowhere = await answering(404, html, '<html></html>');
      assert.equal(nowhere.kind, 'wrong-answer');
      assert.match(nowhere.hint ?? '', /without \/api/);
      assert.equal((await answering(200, html, '<html></html>')).kind, 'wrong-answer');
      assert.equal((await answering(200, { 'content-type': 'application/json' }, '{"ok":true}')).kind, 'wrong-answer');
      const pages = [302, 200];
      store.instead((response) => {
        response.writeHead(pages.shift() ?? 200, { ...html, location: '/elsewhere/login' }).end();
      });
      assert.equal((await faultOf(read(probe, search))).kind, 'logged-out');
      store.instead((response) => void response.destroy());
      assert.notEqual((await faultOf(read(probe, search))).kind, 'not-observable');
      assert.equal(
        (await faultOf(read(probe, { ...search, url: `http://127.0.0.1:${await freePort()}` }))).kind,
        'refused',
      );
    });

    test('an answer without an end is blind, and one that is hostile hurts nothing', async (t) => {
      const { store, probe, search } = await place(t, name);
      store.instead((response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          if (!response.destroyed) response.write('['.repeat(1_000_000), () => setImmediate(more));
        };
        more();
      });
      assert.equal((await faultOf(read(probe, search))).kind, 'gave-up');
      for (const odd of [
        {
          data: [null, 7, { spans: 'all' }, { spans: [null, { traceID: 'x' }], processes: [] }],
          traces: [null, { traceID: '../../x' }],
        },
        {
          data: [
            {
              spans: [
                { traceID: '1', spanID: '2', tags: [{ key: '__proto__', value: 1 }, 7], logs: [7], references: {} },
              ],
            },
          ],
          traces: 7,
        },
      ]) {
        store.instead(
          (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(odd)),
        );
        assert.ok((await read(probe, search)).candidates.length <= 1);
      }
    });
  });

test('the options say what is missing', async () => {
  const issues = async (plugin: typeof jaeger | typeof tempo, options: Options): Promise<string> =>
    ((await plugin.options['~standard'].validate(options)).issues ?? []).map(({ message }) => message).join();
  const url = 'http://127.0.0.1:1';
  assert.match(await issues(jaeger, { url }), /name a trace, or the service/);
  assert.match(await issues(jaeger, { url, trace: 'abc', tags: { a: 'b' } }), /tags are for a search/);
  assert.match(await issues(tempo, { url }), /either a trace or a query/);
  assert.match(await issues(tempo, { url, trace: 'abc', query: '{}' }), /either a trace or a query/);
  assert.match(await issues(tempo, { url, trace: '../../x' }), /hexadecimal/);
});
