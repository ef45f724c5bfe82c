// Looks over HTTP at real local servers: which answers are looks, and which only say that nobody could look.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { judge } from '../../smoke/core/judge.ts';
import type { FaultKind, Reading } from '../../smoke/core/look.ts';
import type { HttpOptions } from '../../smoke/probes/http/http-options.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { lookContext, testHost } from '../host.ts';
import { answer, blind, json, look, open } from './http-looks.ts';
import { closedPort, serve, serveRaw } from './local-server.ts';

const expired = (ms: number): AbortSignal => AbortSignal.timeout(ms);

test('a 2xx answer is read, whole, with its cost and where it came from', async (t) => {
  const server = await serve(t, answer(200, json, '{"note":"Grüße"}'));
  const reading = await look(t, { url: `${server.url}/api/bookings/8841?x=1` }, { named: true });
  const [candidate] = reading.candidates;
  assert.ok(candidate);
  assert.deepEqual(candidate.select('$.note'), { fits: true, values: ['Grüße'] });
  assert.deepEqual(candidate.select('header:Content-Type'), { fits: true, values: ['application/json'] });
  assert.equal(candidate.source, 'GET /api/bookings/8841?x=1');
  assert.equal(candidate.named, true);
  assert.equal(reading.whole, true);
  assert.equal(reading.cost.requests, 1);
  assert.equal(reading.cost.bytes, Buffer.byteLength('{"note":"Grüße"}'));
  assert.equal(server.seen[0]?.headers['user-agent'], 'smoketrail/test');
});

test('404 and 410 are absent only for a request that named the marker or an alias', async (t) => {
  for (const status of [404, 410]) {
    const server = await serve(t, answer(status));
    const reading = await look(t, { url: `${server.url}/api/bookings/8841` }, { named: true });
    assert.deepEqual(reading.candidates, []);
    assert.equal(reading.whole, true);
    assert.equal(reading.searched, `GET /api/bookings/8841 answered ${status}`);
    const unnamed = await blind(t, { url: `${server.url}/api/bokings` });
    assert.equal(unnamed.fault.kind, 'wrong-answer');
    assert.match(unnamed.fault.hint ?? '', /wrong address/);
  }
});

test('a wrong address answers 404 to every query, so only its path, or an answer from it before, tells of the record', async (t) => {
  let status = 404;
  const server = await serve(t, (request, response) => answer(status, json, '{}')(request, response));
  const probe = await open(t);
  const context = lookContext({ named: true, inPath: ({ pathname }) => pathname.includes('8841') });
  const read = (path: string): Promise<Reading> => probe.read({ url: `${server.url}${path}` }, context);
  assert.equal((await read('/bookings/8841')).whole, true);
  await assert.rejects(
    read('/list?ref=8841'),
    (error) => error instanceof Blind && /wrong address/.test(error.fault.hint ?? ''),
  );
  status = 200;
  await read('/list?ref=8842');
  status = 404;
  assert.deepEqual((await read('/list?ref=8841')).candidates, []);
});

test('answers that say nothing about the record are blind, each with its reason', async (t) => {
  const cases: [RequestListener, FaultKind][] = [
    [answer(401), 'permission'],
    [answer(403), 'permission'],
    [answer(400), 'wrong-answer'],
    [answer(408), 'busy'],
    [answer(429), 'busy'],
    [answer(500), 'busy'],
    [answer(503), 'busy'],
    [answer(302), 'wrong-answer'],
    [answer(304), 'wrong-answer'],
    [answer(302, { location: 'ftp://elsewhere/x' }), 'wrong-answer'],
    [answer(200, { 'content-type': 'image/png' }, 'PNG'), 'wrong-answer'],
    [answer(200, json, '{"cut": '), 'wrong-answer'],
    [answer(200, json), 'wrong-answer'],
    [answer(200, { ...json, 'content-encoding': 'gzip' }, 'not gzip'), 'wrong-answer'],
  ];
  for (const [index, [listener, kind]] of cases.entries()) {
    const server = await serve(t, listener);
    const error = await blind(t, { url: `${server.url}/x` }, { named: true });
    assert.equal(error.fault.kind, kind, `case ${index}: ${error.message}`);
  }
});

test('an expected status is read though it is no 2xx, and a 2xx that is not expected is blind', async (t) => {
  const server = await serve(t, answer(409, json, '{"note":"n"}'));
  const reading = await look(t, { url: server.url, expect: { status: [200, 409] } });
  assert.equal(reading.candidates.length, 1);
  const fine = await serve(t, answer(200, json, '{}'));
  assert.equal((await blind(t, { url: fine.url, expect: { status: 201 } })).fault.kind, 'wrong-answer');
});

test('an expected header counts without its parameters and in any case; another one is blind', async (t) => {
  const server = await serve(t, answer(200, { 'Content-Type': 'Application/JSON; charset=utf-8' }, '{}'));
  const expecting = (value: string): HttpOptions => ({
    url: server.url,
    expect: { header: { 'Content-Type': value } },
  });
  assert.equal((await look(t, expecting('application/json'))).candidates.length, 1);
  assert.match((await blind(t, expecting('text/html'))).message, /header Content-Type is "Application\/JSON/);
  assert.match((await blind(t, { url: server.url, expect: { header: { 'X-Api': 2 } } })).message, /X-Api is missing/);
});

test('Retry-After in seconds or as a date tells the look and the budget how long to wait', async (t) => {
  const pauses: [string, number][] = [];
  const clock = { ...testHost().clock, wall: () => new Date('2026-01-05T12:00:00Z') };
  for (const value of ['7', 'Mon, 05 Jan 2026 12:00:07 GMT']) {
    const server = await serve(t, answer(503, { 'retry-after': value }));
    const pause = (origin: string, ms: number): unknown => pauses.push([origin, ms]);
    const error = await look(t, { url: server.url }, {}, { clock, pause }).catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Blind);
    assert.equal(error.fault.kind, 'busy');
    assert.equal(error.retryAfter, 7_000);
    assert.deepEqual(pauses.pop(), [server.url, 7_000]);
  }
});

test('an answer over 8 MB is given up, and so is a small one that unfolds beyond it', async (t) => {
  const nineMegabytes = Buffer.alloc(9 * 1024 * 1024, 0x20);
  const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
  const plain = await serve(t, answer(200, json, nineMegabytes));
  const packed = await serve(t, answer(200, { ...json, 'content-encoding': 'gzip' }, bomb));
  for (const server of [plain, packed]) {
    const before = process.memoryUsage().rss;
    assert.equal((await blind(t, { url: server.url })).fault.kind, 'gave-up');
    assert.ok(process.memoryUsage().rss - before < 150 * 1024 * 1024);
  }
});

test('an answer just under 8 MB is read', async (t) => {
  const text = `"${'x'.repeat(8 * 1024 * 1024 - 100)}"`;
  const server = await serve(t, answer(200, { 'content-type': 'text/plain' }, text));
  const [candidate] = (await look(t, { url: server.url })).candidates;
  assert.equal(candidate?.text().length, text.length);
});

test('a server that never answers, or never ends its answer, is a timeout', async (t) => {
  const silent = await serveRaw(t, () => undefined);
  const stalling = await serveRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"note":');
  });
  const dripping = await serveRaw(t, (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n');
    const drip = setInterval(() => socket.write('1\r\nx\r\n'), 10);
    socket.on('close', () => clearInterval(drip));
  });
  for (const url of [silent, stalling, dripping]) {
    const bySignal = await blind(t, { url }, { signal: expired(150) });
    assert.equal(bySignal.fault.kind, 'timeout', bySignal.message);
    const byOption = await blind(t, { url, timeout: '150ms' });
    assert.equal(byOption.fault.kind, 'timeout', byOption.message);
    assert.match(byOption.message, /150 ms/);
  }
});

test('an answer that is cut off is never read as if it were whole', async (t) => {
  const cut = await serveRaw(t, (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 100\r\n\r\nonly this');
  });
  const cutChunks = await serveRaw(t, (socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n');
  });
  for (const url of [cut, cutChunks]) {
    const error = await blind(t, { url });
    assert.equal(error.fault.kind, 'wrong-answer', error.message);
  }
});

test('nobody at the port, an unknown name, and an answer that is not HTTP are blind in words a reader understands', async (t) => {
  const refused = await blind(t, { url: await closedPort() });
  assert.equal(refused.fault.kind, 'refused');
  assert.match(refused.message, /connection refused \(ECONNREFUSED\)/);
  const unknown = await blind(t, { url: 'http://no-such-host.invalid/' });
  assert.equal(unknown.fault.kind, 'refused');
  assert.match(unknown.message, /the name does not resolve/);
  const garbage = await serveRaw(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  assert.equal((await blind(t, { url: garbage })).fault.kind, 'wrong-answer');
});

test('an answer packed as nobody here can open it, or with more headers than fit, is blind and says so', async (t) => {
  const packed = await serve(t, answer(200, { 'content-type': 'text/plain', 'content-encoding': 'x-own' }, 'abc'));
  const sealed = await blind(t, { url: `${packed.url}/8841` }, { named: true });
  assert.equal(sealed.fault.kind, 'wrong-answer');
  assert.match(sealed.message, /content-encoding x-own, which cannot be read here/);
  const large = await serve(t, answer(200, { 'x-large': 'x'.repeat(20_000) }, 'abc'));
  assert.match((await blind(t, { url: large.url })).message, /the headers of the answer are over 16 KB/);
  const plain = await serve(t, answer(200, { 'content-type': 'text/plain', 'content-encoding': 'identity' }, 'abc'));
  assert.equal((await look(t, { url: plain.url })).candidates[0]?.text(), 'abc');
});

test('a redirect to a login page is logged out, followed or not', async (t) => {
  const server = await serve(t, (request, response) => {
    if (request.url?.startsWith('/users/sign_in')) response.end('<html>Please log in</html>');
    else response.writeHead(302, { location: '/users/sign_in?back=%2Fx' }).end();
  });
  for (const follow of [true, false]) {
    const error = await blind(t, { url: `${server.url}/api/bookings/1`, follow }, { named: true });
    assert.equal(error.fault.kind, 'logged-out', error.message);
  }
});

test('a page with a password field where JSON was asked for is logged out; where a page was asked for, its lack proves nothing', async (t) => {
  const page = '<html><form><input name="p" type="password"></form></html>';
  const server = await serve(t, answer(200, { 'content-type': 'text/html' }, page));
  assert.equal((await blind(t, { url: server.url }, { as: 'json', named: true })).fault.kind, 'logged-out');
  const reading = await look(t, { url: server.url }, { named: true });
  assert.equal(reading.whole, false);
  assert.equal(reading.candidates.length, 1);
});

test('a part of the whole proves no absence', async (t) => {
  const part = await serve(t, answer(206, json, '[]'));
  assert.equal((await look(t, { url: part.url })).whole, false);
});

test('one page of several, as the headers say, proves no absence, with `records` and without', async (t) => {
  const proves = async (headers: Record<string, string>, records?: string): Promise<boolean> => {
    const server = await serve(t, answer(200, { ...json, ...headers }, '[{"ref":"a"},{"ref":"b"}]'));
    const reading = await look(t, { url: server.url });
    const sought = {
      marker: { text: 'smk-t4n2xw7f3kq9tz2m', fixed: 11, prefix: 'smk-' },
      aliases: new Map(),
      sent: [],
    };
    const selection = { ...(records && { records }), allow: [], reference: false };
    const { look: judged } = judge(reading, selection, sought, { inflate });
    return judged.kind === 'absent' && judged.proves;
  };
  for (const records of [undefined, '$[*]', "$[?@.ref=='a']"]) {
    for (const headers of [
      { link: '</x?page=2>; rel="next"' },
      { link: '</x?a=1,2>; title="x"; rel="last next", </x?page=1>; rel=prev' },
      { 'x-next-page': '2' },
      { 'x-total-pages': '2' },
      { 'x-total-count': '3' },
      { 'content-range': '0-1/*' },
      { 'content-range': 'items 0-1/200' },
      { 'content-range': 'items 2-3/4' },
      { 'content-range': '*/3' },
    ])
      assert.equal(await proves(headers, records), false, `${records} ${JSON.stringify(headers)}`);
    for (const headers of [
      { link: '</x?page=1>; rel="prev", </next>; rel=first, </x>; rel="next-archive"' },
      { 'x-next-page': '' },
      { 'x-total-pages': '1', 'x-total-count': '2' },
      { 'x-total-pages': '0' },
      { 'content-range': 'items 0-1/2' },
      { 'content-range': 'bytes 0-26/27' },
      { 'content-range': '0-1/*', 'x-total-count': '2' },
    ])
      assert.equal(await proves(headers, records), true, `${records} ${JSON.stringify(headers)}`);
  }
});

test('no content is an absence where the request named the record', async (t) => {
  const server = await serve(t, answer(204));
  assert.equal((await look(t, { url: server.url }, { named: true })).whole, true);
  assert.equal((await look(t, { url: server.url })).whole, false);
});
