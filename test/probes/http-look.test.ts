// Looks over HTTP at real local servers: which answers are looks, and which only say that nobody could look.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { FaultKind, Reading } from '../../smoke/core/look.ts';
import { createCookies } from '../../smoke/probes/cookies.ts';
import { http } from '../../smoke/probes/http.ts';
import type { HttpOptions } from '../../smoke/probes/http-options.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';
import { closedPort, serve, serveRaw } from './local-server.ts';

const expired = (ms: number): AbortSignal => AbortSignal.timeout(ms);

async function open(t: TestContext, host: Partial<Host> = {}): Promise<Probe<HttpOptions>> {
  assert.ok(http.open);
  const probe = await http.open({}, testHost(host));
  t.after(() => probe.close?.());
  return probe;
}

async function look(
  t: TestContext,
  options: HttpOptions,
  context: Partial<ReadContext> = {},
  host: Partial<Host> = {},
): Promise<Reading> {
  return (await open(t, host)).read(options, lookContext(context));
}

/** The blind look that a request gives; fails where it gives a reading. */
async function blind(t: TestContext, options: HttpOptions, context: Partial<ReadContext> = {}): Promise<Blind> {
  const reading = await look(t, options, context).catch((error: unknown) => error);
  assert.ok(reading instanceof Blind, `expected a blind look, got ${JSON.stringify(reading)}`);
  return reading;
}

const answer =
  (status: number, headers: Record<string, string | string[]> = {}, body: string | Uint8Array = ''): RequestListener =>
  (_request, response) => {
    response.writeHead(status, headers).end(body);
  };

const json = { 'content-type': 'application/json' };

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
    const byOption = await blind(t, { url, timeout: 150 });
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

test('one page of several, or a part of the whole, proves no absence', async (t) => {
  const paged = await serve(t, answer(200, { ...json, link: '</x?page=2>; rel="next"' }, '[]'));
  assert.equal((await look(t, { url: paged.url })).whole, false);
  const last = await serve(t, answer(200, { ...json, link: '</x?page=1>; rel="prev", </next>; rel=first' }, '[]'));
  assert.equal((await look(t, { url: last.url })).whole, true);
  const part = await serve(t, answer(206, json, '[]'));
  assert.equal((await look(t, { url: part.url })).whole, false);
});

test('no content is an absence where the request named the record', async (t) => {
  const server = await serve(t, answer(204));
  assert.equal((await look(t, { url: server.url }, { named: true })).whole, true);
  assert.equal((await look(t, { url: server.url })).whole, false);
});

test('a kept connection that the server closed meanwhile is opened again, at the cost of a retry', async (t) => {
  let requests = 0;
  const url = await serveRaw(t, (socket) => {
    let answered = 0;
    socket.on('data', () => {
      requests += 1;
      answered += 1;
      if (answered === 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok');
    });
  });
  const probe = await open(t);
  await probe.read({ url }, lookContext());
  // The connection goes back to the pool in a later turn of the event loop.
  await new Promise((resolve) => setImmediate(resolve));
  const second = await probe.read({ url }, lookContext());
  assert.equal(second.candidates[0]?.text(), 'ok');
  assert.equal(second.cost.retries, 1);
  assert.equal(requests, 3);
});

test('looks of one probe share a connection, and closing the probe closes it', async (t) => {
  const server = await serve(t, answer(200, json, '{}'));
  const probe = await open(t);
  await probe.read({ url: server.url }, lookContext());
  await new Promise((resolve) => setImmediate(resolve));
  await probe.read({ url: server.url }, lookContext());
  assert.equal(server.connections(), 1);
  const ended = new Promise((resolve) => server.server.close(resolve));
  await probe.close?.();
  await ended;
});

test('every request asks the budget of its own origin and gives its place back, whatever happens', async (t) => {
  const asked: string[] = [];
  let held = 0;
  const budget = async (origin: string): Promise<{ release(): void }> => {
    asked.push(origin);
    held += 1;
    return { release: () => (held -= 1) };
  };
  const target = await serve(t, answer(500));
  const first = await serve(t, answer(302, { location: `${target.url}/next` }));
  const probe = await open(t, { budget });
  await assert.rejects(probe.read({ url: first.url }, lookContext()), Blind);
  await assert.rejects(probe.read({ url: await closedPort() }, lookContext()), Blind);
  assert.deepEqual(asked.slice(0, 2), [first.url, target.url]);
  assert.equal(held, 0);
});

test('a budget that withholds the look gives its own reason, and nothing leaves', async (t) => {
  const server = await serve(t, answer(200));
  const budget = async (): Promise<never> => {
    throw new Error('withheld');
  };
  const probe = await open(t, { budget });
  await assert.rejects(probe.read({ url: server.url }, lookContext()), /^Error: withheld$/);
  assert.equal(server.seen.length, 0);
});

test('cookies are sent, and those of each redirect hop are kept and sent on', async (t) => {
  const cookies = createCookies();
  const server = await serve(t, (request, response) => {
    if (request.url === '/a') response.writeHead(302, { location: '/b', 'set-cookie': 'step=1; Path=/' }).end();
    else response.writeHead(200, { ...json, 'set-cookie': ['sid=2; Path=/', 'other=3; Path=/'] }).end('{}');
  });
  const options = { url: `${server.url}/a`, headers: { Cookie: 'mine=0' } };
  await look(t, options, { cookies });
  assert.deepEqual(
    server.seen.map(({ headers }) => headers['cookie']),
    ['mine=0', 'mine=0; step=1'],
  );
  assert.equal(cookies.header(server.url), 'step=1; sid=2; other=3');
});

test('the text of an answer is read in the encoding it names', async (t) => {
  const latin = await serve(
    t,
    answer(200, { 'content-type': 'text/plain; charset=ISO-8859-1' }, Buffer.from('Grüße', 'latin1')),
  );
  assert.equal((await look(t, { url: latin.url })).candidates[0]?.text(), 'Grüße');
  const broken = await serve(t, answer(200, { 'content-type': 'text/plain' }, Buffer.from([0x61, 0xff, 0x62])));
  assert.equal((await look(t, { url: broken.url })).candidates[0]?.text(), 'a\ufffdb');
});

test('credentials in an address become a header, and no message shows them', async (t) => {
  const server = await serve(t, answer(401));
  const url = server.url.replace('//', '//user:p%40ss-word@');
  const error = await blind(t, { url: `${url}/x` });
  assert.equal(server.seen[0]?.headers['authorization'], `Basic ${btoa('user:p@ss-word')}`);
  const refused = await blind(t, { url: (await closedPort()).replace('//', '//user:p%40ss-word@') });
  const invalid = await blind(t, { url: 'http://user:p%40ss-word@[bad/' });
  for (const { message, stack, fault, cause } of [error, refused, invalid]) {
    const all = [message, stack, JSON.stringify(fault), cause instanceof Error ? `${cause.stack}` : ''].join(' ');
    assert.doesNotMatch(all, /p%40ss|p@ss/);
  }
});

test('a header or an address that HTTP cannot carry is an error, and nothing leaves', async (t) => {
  const server = await serve(t, answer(200));
  const error = await blind(t, { url: server.url, headers: { 'X-Note': 'two\r\nlines: injected' } });
  assert.equal(error.fault.kind, 'error');
  assert.equal(server.seen.length, 0);
});
