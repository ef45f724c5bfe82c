// What a capture hands on: everything as it came, in both directions, however large, slow, odd or cut short.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import { describe, type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { ask, captureBefore, capturing } from './capture-bench.ts';
import { closed, closedPort, listen, serveRaw } from './local-server.ts';

async function until(what: string, holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    assert.ok(performance.now() < deadline, `never happened: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test('a request and its answer go through as they are, but for what is about one connection', async (t) => {
  const packed = gzipSync('{"note":"späte Ankunft"}');
  const bench = await capturing(t, (_request, response) => {
    response.writeHead(207, 'Many Things', ['X-Odd', 'ä', 'x-odd', 'two', 'Connection', 'x-hop', 'X-Hop', '1']);
    response.end(Buffer.from([0, 255, 13, 10]));
  });
  const headers = {
    'Content-Encoding': 'gzip',
    'X-Mixed-Case': ['a', 'b'],
    Connection: 'close, X-Own',
    'X-Own': 'hop',
    'Proxy-Authorization': 'Basic eDp5',
    Upgrade: 'h2c',
  };
  const answer = await ask(`${bench.url}/a%2Fb//c;d?x=%C3%A4&y`, { method: 'PATCH', headers, body: packed });
  assert.equal(answer.status, 207);
  assert.deepEqual([...answer.body], [0, 255, 13, 10]);
  assert.deepEqual(answer.raw.slice(0, 4), ['X-Odd', 'ä', 'x-odd', 'two']);
  assert.ok(!('x-hop' in answer.headers));
  const [seen] = bench.partner.seen;
  assert.equal(`${seen?.method} ${seen?.url}`, 'PATCH /a%2Fb//c;d?x=%C3%A4&y');
  assert.equal(seen?.headers['host'], new URL(bench.partner.url).host);
  assert.equal(seen?.headers['x-mixed-case'], 'a, b');
  for (const gone of ['x-own', 'proxy-authorization', 'upgrade']) assert.equal(seen?.headers[gone], undefined, gone);
  const [passed] = bench.passed();
  assert.deepEqual(Buffer.from(passed?.request.bytes ?? []), packed);
  assert.equal(passed?.response?.status, 207);
});

test('fifty megabytes stream both ways in bounded memory, and only their beginning is kept', async (t) => {
  const size = 50 * 1024 * 1024;
  const piece = randomBytes(1024 * 1024);
  const back = createServer((asked, response) => {
    const hash = createHash('sha256');
    asked.on('data', (part: Buffer) => hash.update(part));
    asked.on('end', () => response.setHeader('x-hash', hash.digest('hex')));
    // The same bytes go back once all are there, so that both directions are full once.
    asked.on('end', () => {
      let left = size / piece.length;
      const more = (): void => {
        while (left > 0) {
          left -= 1;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
  });
  const port = await listen(back);
  t.after(() => {
    back.closeAllConnections();
    return closed(back);
  });
  const bench = await captureBefore(t, `http://127.0.0.1:${port}`, { limit: 1_000 });
  const sent = request(`${bench.url}/upload`, { method: 'PUT', agent: false });
  const expected = createHash('sha256');
  let most = 0;
  const before = process.memoryUsage().rss;
  const answered = once(sent, 'response');
  for (let count = 0; count < size / piece.length; count += 1) {
    expected.update(piece);
    if (!sent.write(piece)) await once(sent, 'drain');
    most = Math.max(most, process.memoryUsage().rss);
  }
  sent.end();
  const [answer] = await answered;
  assert.equal(answer.headers['x-hash'], expected.digest('hex'));
  let came = 0;
  for await (const part of answer) {
    came += part.length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  assert.equal(came, size);
  const grown = (most - before) / 1024 / 1024;
  // Worker, capture and partner run in this one process.
  assert.ok(grown < 120, `${grown.toFixed(0)} MB`);
  const [passed] = bench.passed();
  assert.deepEqual([passed?.request.bytes.length, passed?.request.size], [1_000, size]);
  assert.deepEqual([passed?.response?.bytes.length, passed?.response?.size], [1_000, size]);
});

test('chunks, trailers and an expected 100 Continue go through', async (t) => {
  let told: { continued: boolean; trailers: object } | undefined;
  const partner = createServer();
  partner.on('checkContinue', (asked, response) => {
    response.writeContinue();
    asked.resume();
    asked.on('end', () => {
      told = { continued: true, trailers: asked.trailers };
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('one');
      response.addTrailers({ 'X-Sum': '3' });
      response.end();
    });
  });
  const port = await listen(partner);
  t.after(() => closed(partner));
  const bench = await captureBefore(t, `http://127.0.0.1:${port}`);
  const sent = request(bench.url, {
    method: 'POST',
    agent: false,
    headers: { Expect: '100-continue', Trailer: 'X-End' },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  sent.write('body');
  sent.addTrailers({ 'X-End': 'yes' });
  sent.end();
  const [answer] = await once(sent, 'response');
  let body = '';
  for await (const piece of answer.setEncoding('utf8')) body += piece;
  assert.equal(body, 'one');
  assert.deepEqual(answer.trailers, { 'x-sum': '3' });
  assert.deepEqual({ ...told?.trailers }, { 'x-end': 'yes' });
});

test('a partner that turns a request down before its body came is heard at once', async (t) => {
  const partner = createServer();
  partner.on('checkContinue', (_asked, response) => void response.writeHead(401).end());
  const port = await listen(partner);
  t.after(() => closed(partner));
  const bench = await captureBefore(t, `http://127.0.0.1:${port}`);
  const sent = request(bench.url, {
    method: 'POST',
    agent: false,
    headers: { Expect: '100-continue', 'Content-Length': '5' },
  });
  sent.flushHeaders();
  const [answer] = await once(sent, 'response');
  assert.equal(answer.statusCode, 401);
  sent.destroy();
});

for (const [what, method, status] of [
  ['HEAD', 'HEAD', 200],
  ['204', 'DELETE', 204],
  ['304', 'GET', 304],
] as const)
  test(`an answer without a body (${what}) keeps its headers and the connection`, async (t) => {
    const bench = await capturing(t, (_request, response) => {
      response.writeHead(status, { etag: '"x"', ...(status === 200 && { 'content-length': '12' }) });
      response.end();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    for (let count = 0; count < 3; count += 1) {
      const answer = await ask(bench.url, { method, agent });
      assert.equal(answer.status, status);
      assert.equal(answer.headers['etag'], '"x"');
      assert.equal(answer.headers['content-length'], status === 200 ? '12' : undefined);
      assert.equal(answer.body.length, 0);
    }
    assert.equal(bench.partner.connections(), 1, 'the connection to the partner is kept');
  });

test('a stream of events is seen as it comes', async (t) => {
  let send: (text: string) => void = () => undefined;
  const bench = await capturing(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    send = (text) => void response.write(text);
  });
  const sent = request(bench.url, { agent: false });
  sent.on('error', () => undefined);
  sent.end();
  const [answer] = await once(sent, 'response');
  answer.on('error', () => undefined);
  send('data: one\n\n');
  const [first] = await once(answer, 'data');
  assert.equal(String(first), 'data: one\n\n');
  sent.destroy();
  await until('it is noted', () => bench.passed()[0]?.failed !== undefined);
});

test('a worker that goes away takes its request to the partner with it', async (t) => {
  let left = false;
  const bench = await capturing(t, (_request, response) => void response.on('close', () => (left = true)));
  const sent = request(`${bench.url}/slow`, { method: 'POST', agent: false });
  sent.on('error', () => undefined);
  sent.end('hello');
  await until('it is at the partner', () => bench.partner.seen.length === 1);
  assert.equal(bench.passed()[0]?.response, undefined, 'what was sent is known before the answer');
  assert.equal(bench.passed()[0]?.request.complete, true);
  sent.destroy();
  await until('the partner is told', () => left);
  await until('it is noted', () => bench.passed()[0]?.failed !== undefined);
  assert.match(bench.passed()[0]?.failed ?? '', /went away/);
});

test('an upload that breaks off never ends at the partner, and says so', async (t) => {
  let ended = false;
  const partner = createServer((asked) => {
    asked.on('end', () => (ended = true));
    asked.on('error', () => undefined);
    asked.resume();
  });
  const port = await listen(partner);
  t.after(() => {
    partner.closeAllConnections();
    return closed(partner);
  });
  const bench = await captureBefore(t, `http://127.0.0.1:${port}`);
  const sent = request(bench.url, { method: 'PUT', agent: false, headers: { 'content-length': '10' } });
  sent.on('error', () => undefined);
  sent.write('12345');
  await until('it came in', () => bench.server.store.pending === 1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  sent.destroy();
  await until('it is noted', () => bench.passed().length === 1);
  assert.equal(ended, false);
  assert.equal(bench.passed()[0]?.request.complete, false);
  assert.equal(bench.server.store.pending, 0);
});

describe('a partner that fails', () => {
  test('one that is down gives 502, and what was sent is kept to its end', async (t) => {
    const bench = await captureBefore(t, await closedPort());
    const body = 'x'.repeat(50_000);
    const answer = await ask(`${bench.url}/r/1`, { method: 'PUT', body });
    assert.equal(answer.status, 502);
    assert.match(String(answer.body), /^smoketrail capture: the partner could not be reached.*ECONNREFUSED/);
    await until('it is whole', () => bench.passed()[0]?.request.complete === true);
    assert.equal(bench.passed()[0]?.request.bytes.length, body.length);
    assert.match(bench.passed()[0]?.failed ?? '', /could not be reached/);
  });

  test('one that breaks off its answer breaks off ours', async (t) => {
    const url = await serveRaw(t, (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this'));
    });
    const bench = await captureBefore(t, url);
    await assert.rejects(ask(bench.url));
    assert.match(bench.passed()[0]?.failed ?? '', /ended in the middle of its answer/);
    assert.equal(bench.passed()[0]?.response?.complete, false);
  });

  test('one that speaks no HTTP gives 502', async (t) => {
    const url = await serveRaw(t, (socket) => socket.once('data', () => socket.end('SSH-2.0-nothing\r\n')));
    const bench = await captureBefore(t, url);
    assert.equal((await ask(bench.url)).status, 502);
  });

  test('one that is slower than an idle connection lasts is waited for', async (t) => {
    const bench = await capturing(t, (_request, response) => void setTimeout(() => response.end('late'), 4_600));
    assert.equal(String((await ask(bench.url)).body), 'late');
  });

  test('its status text and headers cannot split ours', async (t) => {
    const url = await serveRaw(t, (socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 O\x01K\r\nX: a\rb\r\ncontent-length: 0\r\n\r\n'));
    });
    const bench = await captureBefore(t, url);
    assert.equal((await ask(bench.url)).status, 502);
  });
});

test('a hundred workers at once get each its own answer', async (t: TestContext) => {
  const bench = await capturing(t, (asked, response) => void response.end(`for ${asked.url}`));
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  t.after(() => agent.destroy());
  const all = await Promise.all(
    Array.from({ length: 500 }, async (_, at) => String((await ask(`${bench.url}/${at}`, { agent })).body)),
  );
  assert.deepEqual(
    all,
    all.map((_, at) => `for /${at}`),
  );
  assert.equal(bench.server.store.count, 500);
});
