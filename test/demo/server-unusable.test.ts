// What the demo says of a named server that it cannot use: the address without its password, the reason, and what to do.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freePort } from '../../smoke/demo/free-port.ts';
import { placeOf, type SystemName, systemOf } from '../../smoke/demo/queue-place.ts';
import { demandAnswer, ServerUnusable, serverUnusable } from '../../smoke/demo/server-unusable.ts';
import { without } from '../parts.ts';
import { redisServer } from '../servers/redis.ts';

async function asked(system: SystemName, url: string): Promise<unknown> {
  const place = await placeOf({ system, url }, '/nowhere');
  assert.ok(place.system !== 'sqlite');
  return demandAnswer(place).then(
    () => undefined,
    (error: unknown) => error,
  );
}

for (const [system, protocol] of [
  ['bullmq', 'redis'],
  ['pg-boss', 'postgres'],
  ['rabbitmq', 'amqp'],
] as const) {
  test(`nobody at the address of a server for ${system}`, async () => {
    const port = await freePort();
    const error = await asked(system, `${protocol}://me:hush@127.0.0.1:${port}`);
    assert.ok(error instanceof ServerUnusable, String(error));
    assert.equal(error.message, `${protocol}://127.0.0.1:${port} cannot be reached: connection refused`);
    assert.equal(error.hint, 'Start it, or leave out --queue-url so that one is started.');
    assert.equal(systemOf(`${protocol}://127.0.0.1:${port}`), system);
  });
}

test('a server that lets nobody in says so in its own words', { skip: without('redis') }, async (t) => {
  const server = await redisServer();
  t.after(() => server.close());
  await server.client.call('CONFIG', 'SET', 'requirepass', 'open-sesame');
  const error = await asked('bullmq', server.url);
  assert.ok(error instanceof ServerUnusable, String(error));
  assert.match(error.message, /^redis:\/\/127\.0\.0\.1:\d+ cannot be used: NOAUTH /);
  assert.match(error.hint, /with its user and password as redis:\/\/USER:PASSWORD@HOST/);
});

test('the password stands in no message, however a driver writes it', () => {
  const error = serverUnusable('amqp://me:s%40cret@broker.example', new Error('me:s@cret (s%40cret) was refused'));
  assert.equal(error.message, 'amqp://broker.example cannot be used: me:*** (***) was refused');
});

test('nobody waits for an address that does not answer once the demo is stopped', async () => {
  const place = await placeOf({ system: 'bullmq', url: 'redis://192.0.2.1:6379' }, '/nowhere');
  assert.ok(place.system !== 'sqlite');
  const stop = new AbortController();
  const asking = demandAnswer(place, stop.signal);
  stop.abort(new Error('changed my mind'));
  await assert.rejects(asking, /changed my mind/);
});
