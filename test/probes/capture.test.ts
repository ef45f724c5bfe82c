// What a look with `capture` shows of the requests that passed, and what their absence proves.

import assert from 'node:assert/strict';
import { request as plainRequest } from 'node:http';
import { describe, test } from 'node:test';
import { brotliCompressSync, deflateRawSync, gzipSync } from 'node:zlib';
import type { Candidate } from '../../smoke/core/look.ts';
import { capture } from '../../smoke/probes/capture/capture.ts';
import type { CaptureOptions } from '../../smoke/probes/capture/capture-options.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { createMask } from '../../smoke/run/redact.ts';
import { nearMiss } from '../../smoke/scenario/near-miss.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { freePort } from '../servers/free-port.ts';
import { ask } from './capture-bench.ts';
import { only, openAt, opened, values } from './capture-looks.ts';
import { until } from './job-looks.ts';

describe('a request that passed', () => {
  const json = '{"BookingNote":"Späte Ankunft","id":12345678901234567890}';
  for (const [what, headers, body] of [
    ['plain', {}, json],
    ['gzip', { 'content-encoding': 'gzip' }, gzipSync(json)],
    ['brotli', { 'content-encoding': 'br' }, brotliCompressSync(json)],
    ['bare deflate', { 'content-encoding': 'deflate' }, deflateRawSync(json)],
  ] as const)
    test(`has its JSON decoded (${what}), and says in its source what became of it`, async (t) => {
      const { url, look } = await opened(t);
      await ask(`${url}/reservations/8841?v=2`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      const one = await only(await look());
      assert.equal(one.source, 'PUT /reservations/8841?v=2 → 201');
      assert.deepEqual(values(one, '$.request.body.BookingNote'), ['Späte Ankunft']);
      assert.deepEqual(values(one, '$.request.body.id'), ['12345678901234567890']);
      assert.deepEqual(values(one, '$.response.body'), ['{"ok":true}']);
      assert.deepEqual(values(one, '$.status'), ['201']);
      assert.deepEqual(values(one, 'header:Content-Type'), ['application/json']);
      assert.ok(one.text().includes('Späte Ankunft'));
      assert.equal(one.closed, undefined);
    });

  test('is XML for CSS, a form by its fields, and a text by a regular expression', async (t) => {
    const { url, look } = await opened(t);
    const xml = '<OTA><Note>Late &amp; tired</Note></OTA>';
    await ask(`${url}/xml`, { method: 'POST', headers: { 'content-type': 'text/xml' }, body: xml });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    await ask(`${url}/form`, { method: 'POST', headers: form, body: 'note=Late+%26+tired&a=1&a=2' });
    await ask(`${url}/text`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'note: Late & tired' });
    const at = async (path: string): Promise<Candidate> => only(await look({ path }));
    assert.deepEqual(values(await at('/xml'), 'Note'), ['Late & tired']);
    assert.deepEqual(values(await at('/form'), '$.request.body.note'), ['Late & tired']);
    assert.deepEqual(values(await at('/form'), '$.request.body.a[*]'), ['1', '2']);
    assert.deepEqual(values(await at('/text'), '/note: (.*)/'), ['Late & tired']);
    for (const path of ['/xml', '/form', '/text'])
      assert.ok(
        [...(await at(path)).leaves()].some(({ text }) => text.includes('Late & tired')),
        path,
      );
  });

  test('a name alone does not fit where JSONPath is what reads it, and lacks an element elsewhere', async (t) => {
    const { url, look } = await opened(t);
    const headers = { 'content-type': 'application/json' };
    await ask(`${url}/res/1`, { method: 'PUT', headers, body: '{"ref":"R-1"}' });
    const one = await only(await look());
    const use = 'is CSS or a column name, but this is JSON: use JSONPath, as in';
    assert.equal(values(one, 'path'), `"path" ${use} $.path`);
    assert.equal(values(one, 'request.path'), `"request.path" ${use} $.request.path`);
    assert.equal(values(one, 'ref'), `"ref" ${use} $.request.body.ref`);
    assert.deepEqual(values(one, 'BookingNote'), [], 'another request may have it');
    assert.equal(nearMiss('path', [one]), 'did you mean $.path?');
  });

  test('holds what was sent, and not what the partner answered', async (t) => {
    const { url, look } = await opened(t, {}, {}, (_request, response) => void response.end('{"note":"smk-echo"}'));
    await ask(`${url}/r`, { method: 'POST', body: '{}' });
    const one = await only(await look());
    assert.ok(!one.text().includes('smk-echo'));
    assert.ok(![...one.leaves()].some(({ text }) => text.includes('smk-echo')));
    assert.match(String(values(one, '$.response.body')), /smk-echo/);
  });

  test('whose answer is still awaited is ongoing, and no longer once it came or failed', async (t) => {
    const answers: (() => void)[] = [];
    const { url, look } = await opened(t, {}, {}, (request, response) => {
      answers.push(() => void (request.url === '/gone' ? response.destroy() : response.end('{}')));
    });
    for (const path of ['/answered', '/gone']) {
      const asked = ask(`${url}${path}`, { method: 'PUT', body: '{}' }).catch(() => undefined);
      await until(async () => (await look({ path })).candidates.length === 1 && answers.length === 1);
      const waiting = await only(await look({ path }));
      assert.equal(waiting.ongoing, true);
      assert.match(waiting.source, new RegExp(`^PUT ${path} → no answer yet \\([\\d.]+ s\\)$`));
      answers.shift()?.();
      await asked;
      await until(async () => (await only(await look({ path }))).ongoing === undefined);
    }
  });

  test('names the worker by the header that is told', async (t) => {
    const { url, look } = await opened(t);
    await ask(`${url}/r`, { headers: { 'X-Worker': 'worker-2' } });
    assert.equal((await only(await look({ instance: 'x-worker' }))).instance, 'worker-2');
    assert.equal((await only(await look())).instance, undefined, 'workers of this machine have one address');
  });

  test('with a body that was cut, or packed in an unknown way, is closed', async (t) => {
    const { url, look } = await opened(t, { limit: 10 });
    await ask(`${url}/cut`, { method: 'PUT', body: '{"BookingNote":"Late"}' });
    await ask(`${url}/odd`, { method: 'PUT', headers: { 'content-encoding': 'x-own' }, body: 'abc' });
    assert.match((await only(await look({ path: '/cut' }))).closed ?? '', /only 10 of 22 bytes/);
    assert.match((await only(await look({ path: '/odd' }))).closed ?? '', /content-encoding x-own/);
  });

  test('is found by method and by path, with and without its query, as it is and decoded', async (t) => {
    const { url, look } = await opened(t);
    for (const path of ['/reservations/1?x=1', '/reservations/a%20b', '/other/reservations/1']) await ask(url + path);
    await ask(`${url}/reservations/1`, { method: 'PUT' });
    const found = async (options: Partial<CaptureOptions>): Promise<number> => (await look(options)).candidates.length;
    assert.equal(await found({ path: '/reservations/1' }), 2);
    assert.equal(await found({ path: '/reservations/1?*' }), 1);
    assert.equal(await found({ path: '/reservations/a b' }), 1);
    assert.equal(await found({ path: '/reservations/*' }), 3);
    assert.equal(await found({ path: '*/reservations/*'.slice(0) }), 4);
    assert.equal(await found({ method: 'put' }), 1);
    assert.match(
      (await look({ path: '/reservations/*', method: 'put' })).searched,
      /^4 requests .*, 1 of PUT \/reserv/,
    );
  });

  test('cannot steer a terminal by its path, its headers or its answer', async (t) => {
    const odd = (_request: unknown, response: { statusMessage: string; end(): void }): void => void response.end();
    const { url, look } = await opened(t, {}, {}, odd as never);
    await ask(`${url}/%1b[2J%0d`, { headers: { 'X-Worker': 'a\x9b2Jb' } });
    const one = await only(await look({ instance: 'X-Worker' }));
    assert.doesNotMatch(`${one.source}${one.instance}`, /[\x00-\x1f\x7f-\x9f]/);
  });
});

describe('credentials', () => {
  test('are masked in what is kept, and learned, so that no echo of them is printed', async (t) => {
    const mask = createMask();
    const host = { mask: mask.mask, learn: (secret: string, name: string) => void mask.add(secret, name) };
    const { url, look } = await opened(t, {}, host, (asked, response) => {
      response.setHeader('Set-Cookie', 'sid=cookie-of-partner; HttpOnly');
      response.setHeader('X-Echo', String(asked.headers['x-api-key']));
      response.end(gzipSync(JSON.stringify(asked.headers)));
    });
    const basic = Buffer.from('worker:pass-of-worker').toString('base64');
    await ask(`${url}/r?api_key=key-in-query-1234`, {
      headers: { Authorization: `Basic ${basic}`, Cookie: 'a=cookie-of-worker', 'X-Api-Key': 'key-of-worker' },
    });
    const one = await only(await look());
    for (const name of ['authorization', 'cookie', 'x-api-key'])
      assert.deepEqual(values(one, `$.request.headers['${name}']`), ['***'], name);
    assert.deepEqual(values(one, "$.response.headers['set-cookie']"), ['***']);
    const printed = mask.mask(`${one.source} ${one.text()} ${values(one, '$')} ${JSON.stringify([...one.leaves()])}`);
    assert.equal(one.source, 'GET /r?api_key=*** → 200');
    const secrets = ['pass-of-worker', basic, 'cookie-of-worker', 'key-of-worker', 'cookie-of-partner', 'key-in-query'];
    for (const secret of secrets) assert.ok(!printed.includes(secret), `${secret} in ${printed}`);
  });
});

describe('what is not there', () => {
  test('proves something only once anything has come through', async (t) => {
    const { url, port, look } = await opened(t);
    const before = await look();
    assert.equal(before.whole, false);
    assert.equal(before.unseen?.kind, 'not-observable');
    assert.match(before.unseen?.message ?? '', new RegExp(`not one request has come through 127.0.0.1:${port} since`));
    assert.match(before.unseen?.hint ?? '', /partner URL of the worker point here/);
    await ask(`${url}/r`);
    const after = await look({ path: '/other' });
    assert.deepEqual([after.whole, after.unseen], [true, undefined]);
    assert.match(
      after.searched,
      new RegExp(`^1 request through 127.0.0.1:${port} since \\d\\d:\\d\\d:\\d\\d UTC, 0 of`),
    );
  });

  test('proves nothing while a request is still coming in, nor of a send before it listened', async (t) => {
    const { url, look } = await opened(t);
    await ask(url);
    const coming = plainRequest(`${url}/slow`, { method: 'PUT', agent: false, headers: { 'content-length': '9' } });
    coming.on('error', () => undefined);
    coming.write('abc');
    let reading = await look();
    while (reading.whole) {
      // A look that asks nobody lets nothing else run.
      await new Promise((resolve) => setTimeout(resolve, 5));
      reading = await look();
    }
    assert.match(reading.searched, /1 still coming in/);
    coming.destroy();
    const past = await look({}, { since: new Date(Date.now() - 60_000) });
    assert.equal(past.unseen?.kind, 'gave-up');
    assert.match(past.unseen?.hint ?? '', /smoketrail capture/);
  });

  test('proves nothing where more passed than is kept', async (t) => {
    const { url, look } = await opened(t, { total: 5_000 });
    for (let count = 0; count < 9; count += 1) await ask(url);
    const reading = await look({ path: '/other' });
    assert.equal(reading.unseen?.kind, 'gave-up');
    assert.match(reading.unseen?.hint ?? '', /`total`/);
  });
});

test('a request wakes the watch at once, and one that came since the last look wakes it as well', async (t) => {
  const { url, probe, look } = await opened(t);
  const { signal } = new AbortController();
  const woken = probe.changed?.(signal);
  await ask(`${url}/r`);
  await woken;
  await probe.changed?.(signal);
  await look();
  const stop = new AbortController();
  const asleep = probe.changed?.(stop.signal);
  stop.abort(new Error('enough'));
  await assert.rejects(async () => asleep, /enough/);
});

describe('where it listens', () => {
  test('is told by the option or by SMOKETRAIL_CAPTURE_PORT, and must be told', async (t) => {
    const port = await freePort();
    const probe = await openAt(
      t,
      { forward: 'http://127.0.0.1:1' },
      { env: { SMOKETRAIL_CAPTURE_PORT: String(port) } },
    );
    assert.equal((await ask(`http://127.0.0.1:${port}/r`)).status, 502);
    const reading = await probe.read({}, testContext());
    assert.match((await only(reading)).source, /GET \/r → the partner could not be reached/);
    for (const env of [{}, { SMOKETRAIL_CAPTURE_PORT: 'x' }])
      await assert.rejects(async () => capture.open?.({ forward: 'http://127.0.0.1:1' }, testHost({ env })), Blind);
  });

  test('must be free, or be a capture that forwards to the same partner', async (t) => {
    const { port, partner } = await opened(t);
    const listens = `127.0.0.1:${port}`;
    const open = (options: Partial<CaptureOptions>) => async (): Promise<unknown> =>
      capture.open?.(options, testHost());
    await assert.rejects(open({ listen: listens, forward: 'http://127.0.0.1:1' }), /forwards to .*, and not to/);
    await assert.rejects(open({ listen: new URL(partner.url).host }), /no capture on .* to follow/);
    await assert.rejects(open({ listen: new URL(partner.url).host, forward: 'http://127.0.0.1:1' }), /is taken by a/);
    await assert.rejects(open({ listen: '203.0.113.9:4190', forward: 'http://127.0.0.1:1' }), /cannot listen on/);
  });
});
