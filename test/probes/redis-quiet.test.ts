// What the driver would write to standard error by itself when a server turns down the password of an address.

import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Blind } from '../../smoke/probes/plugin.ts';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { type RedisCluster, redisCluster } from '../servers/redis-cluster.ts';

/** What one look gave, and what was written by others than us meanwhile. */
async function looked(t: TestContext, options: object): Promise<{ result: string; written: string }> {
  const warn = t.mock.method(console, 'warn', () => undefined);
  const plugin = await loadPlugin('redis');
  const probe = await plugin?.open?.(options, testHost());
  assert.ok(probe);
  const result = await probe.read(options, testContext()).then(
    () => 'read',
    (error: unknown) => (error instanceof Blind ? `${error.fault.kind}: ${error.message}` : String(error)),
  );
  await probe.close?.();
  return { result, written: warn.mock.calls.map((call) => call.arguments.join(' ')).join('\n') };
}

describe('the driver', { skip: without('redis'), timeout: 60_000 }, () => {
  let server: RedisServer;
  let cluster: RedisCluster;
  before(async () => {
    [server, cluster] = await Promise.all([redisServer(), redisCluster()]);
  });
  after(() => Promise.all([server.close(), cluster.close()]));

  test('writes nothing where a server needs no password, and lets the look be made', async (t) => {
    const url = server.url.replace('://', '://:S3cret-pw@');
    assert.deepEqual(await looked(t, { url, list: 'jobs' }), { result: 'read', written: '' });
    const nodes = cluster.url.replace('://', '://:S3cret-pw@');
    assert.deepEqual(await looked(t, { url: nodes, cluster: true, list: 'jobs' }), { result: 'read', written: '' });
  });

  test('writes nothing where a server is too old for users: the look is blind', async (t) => {
    const old = createServer((socket) => {
      t.after(() => void socket.destroy());
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write("-ERR wrong number of arguments for 'auth' command\r\n"));
    });
    await new Promise<void>((listening) => old.listen(0, '127.0.0.1', listening));
    t.after(() => old.close());
    const { port } = old.address() as { port: number };
    const { result, written } = await looked(t, { url: `redis://bob:S3cret-pw@127.0.0.1:${port}`, list: 'jobs' });
    assert.match(result, /^permission: redis:\/\/127\.0\.0\.1:\d+: .*older than Redis 6/);
    assert.equal(written, '');
  });
});
