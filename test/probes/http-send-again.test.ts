// Idempotent steps: sent again with the same key, and what their outcome is then.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { booking, send, statusServer } from './http-sends.ts';
import { closedPort, serve } from './local-server.ts';

test('an idempotent step is repeated with the same key until it is accepted', async (t) => {
  let requests = 0;
  const server = await serve(t, (request, response) => {
    requests += 1;
    if (requests === 1) request.socket.resetAndDestroy();
    else if (requests === 2) response.writeHead(429, { 'retry-after': '0' }).end();
    else response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
  });
  const sent = await send(booking(server.url), { idempotencyKey: 'smk-1' });
  assert.equal(sent.outcome, 'done');
  assert.equal(sent.cost.retries, 2);
  assert.equal(sent.cost.requests, 3);
  assert.deepEqual(
    server.seen.map(({ headers, body }) => [headers['idempotency-key'], body]),
    Array(3).fill(['smk-1', '{"note":"smk-1"}']),
  );
});

test('an idempotent step gives up after two retries, and a host that asks for too long a wait is not asked again', async (t) => {
  const refused = await send(booking(await closedPort()), { idempotencyKey: 'smk-1' });
  assert.equal(refused.outcome, 'refused');
  assert.equal(refused.cost.requests, 3);
  const later = await statusServer(t, 503, { 'retry-after': '3600' });
  assert.equal((await send(booking(later.url), { idempotencyKey: 'smk-1' })).outcome, 'unknown');
  assert.equal(later.seen.length, 1);
  const unprocessable = await statusServer(t, 422);
  assert.equal((await send(booking(unprocessable.url), { idempotencyKey: 'smk-1' })).outcome, 'refused');
  assert.equal(unprocessable.seen.length, 1);
});

test('a certain refusal after an attempt that may have been accepted stays unknown', async (t) => {
  let requests = 0;
  const server = await serve(t, (request, response) => {
    requests += 1;
    if (requests === 1) request.socket.resetAndDestroy();
    else response.writeHead(422).end();
  });
  const sent = await send(booking(server.url), { idempotencyKey: 'smk-1' });
  assert.equal(requests, 2);
  assert.equal(sent.outcome, 'unknown');
  assert.match(sent.summary, /an earlier attempt may have been accepted/);
});

test('an idempotent step that is stopped while it waits to be repeated keeps what the last attempt said', async (t) => {
  const server = await statusServer(t, 503, { 'retry-after': '5' });
  const sent = await send(booking(server.url), { idempotencyKey: 'smk-1', signal: AbortSignal.timeout(200) });
  assert.equal(sent.outcome, 'unknown');
  assert.match(sent.summary, /→ 503/);
});

test('a 307 repeats an idempotent post at the new address, but not at another origin', async (t) => {
  const other = await statusServer(t, 201);
  const server = await serve(t, (request, response) => {
    if (request.url === '/api/bookings') response.writeHead(307, { location: '/v2/bookings' }).end();
    else if (request.url === '/v2/bookings') response.writeHead(308, { location: `${other.url}/x` }).end();
  });
  const sent = await send(booking(server.url), { idempotencyKey: 'smk-1' });
  assert.equal(sent.outcome, 'unknown');
  assert.deepEqual(
    server.seen.map(({ url, body }) => [url, body]),
    [
      ['/api/bookings', '{"note":"smk-1"}'],
      ['/v2/bookings', '{"note":"smk-1"}'],
    ],
  );
  assert.equal(other.seen.length, 0);
});
