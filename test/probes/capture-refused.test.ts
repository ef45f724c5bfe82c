// What a capture does not hand on: what is no plain request, leads elsewhere, or could not be kept in closed mode.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import { ask, captureBefore, capturing } from './capture-bench.ts';
import { serve } from './local-server.ts';

/** Sends bytes as they are, and gives what came back until the connection closed. */
async function wire(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  let came = '';
  socket.setEncoding('latin1').on('data', (piece: string) => {
    came += piece;
  });
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return came;
}

describe('what does not go through', () => {
  test('two lengths, or a length and chunks, are refused before anything is sent on', async (t) => {
    const bench = await capturing(t);
    const bad = [
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd',
      'GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n',
      'GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n',
    ];
    for (const text of bad) assert.match(await wire(bench.url, text), /^HTTP\/1\.1 400/, JSON.stringify(text));
    const coded =
      'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n';
    assert.match(await wire(bench.url, coded), /^HTTP\/1\.1 (?:400|501)/);
    assert.equal(bench.partner.seen.length, 0);
  });

  test('a tunnel and a WebSocket are refused with a reason', async (t) => {
    const bench = await capturing(t);
    const tunnel = await wire(bench.url, 'CONNECT partner.example:443 HTTP/1.1\r\nHost: partner.example\r\n\r\n');
    assert.match(tunnel, /^HTTP\/1\.1 405[\s\S]*no tunnel \(CONNECT\)/);
    const socket = 'GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n';
    assert.match(await wire(bench.url, socket), /^HTTP\/1\.1 501[\s\S]*WebSocket/);
    assert.equal(bench.partner.seen.length, 0);
    assert.match(bench.passed()[0]?.failed ?? '', /WebSocket/);
  });

  test('as a proxy it leads to the partner, or to hosts that were allowed, and never elsewhere', async (t) => {
    const bench = await capturing(t);
    const other = await serve(t, (_request, response) => void response.end('other'));
    const path = `${other.url}/x?y`;
    assert.equal(String((await ask(bench.url, { path })).body), 'ok', 'whatever it names, the partner answers');
    assert.equal(bench.partner.seen[0]?.url, '/x?y');
    const proxy = await captureBefore(t, undefined, { allow: [new URL(other.url).host] });
    assert.equal(String((await ask(proxy.url, { path })).body), 'other');
    for (const asked of [bench.partner.url, 'http://169.254.169.254/latest', 'http://localhost:1/', '/x', 'ftp://x/'])
      assert.ok([400, 403, 421].includes((await ask(proxy.url, { path: asked })).status), asked);
    assert.equal(bench.partner.seen.length, 1);
  });

  test('what would come back to it is not sent', async (t) => {
    const bench = await captureBefore(t, undefined, { allow: ['localhost'] });
    const again = await captureBefore(t, undefined, { allow: [`localhost:${bench.server.port}`] });
    await again.server.close(AbortSignal.abort());
    const loop = await captureBefore(t, undefined, {
      port: again.server.port,
      allow: [`localhost:${again.server.port}`],
    });
    assert.equal((await ask(loop.url, { path: `http://localhost:${loop.server.port}/` })).status, 508);
  });

  test('in closed mode nothing passes that cannot be kept as a whole', async (t) => {
    const bench = await capturing(t, undefined, { closed: true, limit: 10, total: 4_000 });
    assert.equal((await ask(bench.url, { method: 'PUT', body: '0123456789' })).status, 200);
    assert.equal((await ask(bench.url, { method: 'PUT', body: '0123456789a' })).status, 503);
    const chunked = request(bench.url, { method: 'PUT', agent: false });
    chunked.on('error', () => undefined);
    chunked.write('0123456789');
    chunked.write('abc');
    const [answer] = await once(chunked, 'response');
    assert.equal(answer.statusCode, 503);
    chunked.destroy();
    assert.equal(bench.partner.seen.length, 1);
    for (let count = 0; count < 5; count += 1) await ask(bench.url);
    const full = await ask(bench.url);
    assert.equal(full.status, 503, 'what is younger than ten minutes is never let go');
    assert.match(String(full.body), /on-failure: closed/);
  });

  test('in open mode it passes, and that it was not kept is known', async (t) => {
    const bench = await capturing(t, undefined, { limit: 10, total: 4_000 });
    for (let count = 0; count < 9; count += 1)
      assert.equal((await ask(bench.url, { method: 'PUT', body: '0123456789a' })).status, 200);
    assert.equal(bench.partner.seen.length, 9);
    assert.ok(bench.passed().length < 9);
    assert.equal(bench.server.store.after(0).lost, true);
    assert.deepEqual([bench.passed()[0]?.request.bytes.length, bench.passed()[0]?.request.size], [10, 11]);
  });
});
