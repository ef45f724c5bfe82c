// The probes on Redis at a real cluster of three masters, each key on the node that its slot belongs to, and over TLS.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Queue, Worker } from 'bullmq';
import { Cluster } from 'ioredis';
import type { Reading } from '../../smoke/core/look.ts';
import type { Host } from '../../smoke/probes/plugin.ts';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { celeryTask, laravelJob, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { type RedisCluster, redisCluster } from '../servers/redis-cluster.ts';
import { authority } from './authority.ts';

const marker = 'smk-42rcxa7100000001';
const record = { alias: '8841', note: marker };

async function looked(
  name: string,
  options: object,
  act?: () => Promise<unknown>,
  host: Partial<Host> = {},
): Promise<Reading> {
  const plugin = await loadPlugin(name);
  assert.ok(plugin?.open);
  const probe = await plugin.open(options, testHost(host));
  try {
    await act?.();
    return await probe.read(options, testContext());
  } finally {
    await probe.close?.();
  }
}

const marked = ({ candidates }: Reading): number =>
  candidates.filter((candidate) => candidate.text().includes(marker)).length;

describe('a Redis Cluster', { skip: without('redis'), timeout: 60_000 }, () => {
  let cluster: RedisCluster;
  before(async () => {
    cluster = await redisCluster();
  });
  after(() => cluster.close());
  const at = (options: object): object => ({ url: cluster.url, cluster: true, ...options });

  test('is read at whatever node a list, a stream, a hash or keys lie', async () => {
    const { client, nodes } = cluster;
    for (let count = 0; count < 12; count += 1) {
      await client.rpush(`list:${count}`, marker);
      assert.equal(marked(await looked('redis', at({ list: `list:${count}` }))), 1);
      await client.hset(`hash:${count}`, 'note', marker);
      assert.equal(marked(await looked('redis', at({ hash: `hash:${count}` }))), 1);
      const stream = await looked('redis', at({ stream: `stream:${count}` }), () =>
        client.xadd(`stream:${count}`, '*', 'note', marker),
      );
      assert.equal(marked(stream), 1);
      assert.equal(stream.whole, true);
    }
    const held = await Promise.all(nodes.map((node) => node.client.dbsize()));
    assert.ok(
      held.every((keys) => keys > 0),
      `each node has some of the keys: ${held}`,
    );
    const keys = await looked('redis', at({ keys: 'hash:*' }));
    assert.equal(marked(keys), 12);
    assert.equal(keys.whole, true);
  });

  test('shows jobs of Sidekiq, Celery, Laravel and RQ', async () => {
    const { client } = cluster;
    await client.lpush('queue:push', sidekiqJob('push', record));
    await client.lpush('push', celeryTask('push', record));
    await client.rpush('laravel_database_queues:push', laravelJob(record));
    await client.hset('rq:job:1', { data: `note ${marker}`, status: 'queued' });
    await client.rpush('rq:queue:push', '1');
    for (const name of ['sidekiq', 'celery', 'laravel', 'rq'])
      assert.equal(marked(await looked(name, at({ queue: 'push' }))), 1, name);
  });

  test('shows jobs of BullMQ, whose prefix is a hash tag, and its workers', async () => {
    const connection = (): Cluster =>
      new Cluster([cluster.url], { redisOptions: { maxRetriesPerRequest: null, protocol: 2 } });
    const [forQueue, forWorker] = [connection(), connection()];
    const queue = new Queue('push', { connection: forQueue, prefix: '{bull}' });
    const worker = new Worker('push', async () => 'pushed', {
      connection: forWorker,
      prefix: '{bull}',
      name: 'w1.9f2c1e7',
    });
    try {
      await worker.waitUntilReady();
      const options = at({ queue: 'push', prefix: '{bull}' });
      const done = new Promise((resolve) => void worker.once('completed', resolve));
      const reading = await looked('bullmq', options, async () => {
        await queue.add('push', { note: marker });
        await done;
      });
      assert.equal(marked(reading), 1);
      assert.equal(reading.candidates[0]?.instance, 'w1.9f2c1e7');
      const workers = await looked('bullmq', { ...options, workers: true });
      assert.deepEqual([...new Set(workers.candidates.map(({ instance }) => instance))], ['w1.9f2c1e7']);
    } finally {
      await worker.close();
      await queue.close();
      forQueue.disconnect();
      forWorker.disconnect();
    }
  });

  test('is told where `cluster` is not said, and MONITOR is refused for it', async () => {
    const { client } = cluster;
    const faults: string[] = [];
    for (let count = 0; count < 12; count += 1) {
      await client.rpush(`list:${count}`, 'x');
      await looked('redis', { url: cluster.url, list: `list:${count}` }).catch((error: Error) => {
        faults.push((error as Error & { fault: { hint: string } }).fault.hint);
      });
    }
    assert.ok(faults.length > 0 && faults.every((hint) => hint.includes('`cluster: true`')));
    const plugin = await loadPlugin('redis');
    const { issues = [] } = (await plugin?.options['~standard'].validate(at({ monitor: { match: '*' } }))) ?? {};
    assert.match(issues[0]?.message ?? '', /one node of a cluster/);
  });

  test('is blind once its nodes are gone', async () => {
    const own = await redisCluster();
    const options = { url: own.url, cluster: true, stream: 'bookings' };
    const plugin = await loadPlugin('redis');
    assert.ok(plugin?.open);
    const probe = await plugin.open(options, testHost());
    try {
      assert.equal((await probe.read(options, testContext())).whole, true);
      await Promise.all(own.nodes.map((node) => node.kill()));
      await assert.rejects(probe.read(options, testContext()));
    } finally {
      await probe.close?.();
      await own.close();
    }
  });
});

test('over TLS, the authority of the server is named with `ca`; without it the server is not trusted', {
  skip: without('redis') || without('openssl'),
  timeout: 60_000,
}, async (t) => {
  const made = await authority(t);
  if (made === undefined) return;
  const file = (name: string): string => join(made.folder, name);
  const { freePort } = await import('../servers/free-port.ts');
  const port = await freePort();
  const tls = ['--tls-port', String(port), '--tls-auth-clients', 'no'];
  const files = [
    '--tls-cert-file',
    file('server.pem'),
    '--tls-key-file',
    file('server.key'),
    '--tls-ca-cert-file',
    file('ca.pem'),
  ];
  const server: RedisServer = await redisServer(...tls, ...files, '--requirepass', '');
  try {
    const { client } = server;
    const url = `rediss://127.0.0.1:${port}`;
    await client.rpush('jobs', marker);
    await client.lpush('queue:push', sidekiqJob('push', record));
    await client.lpush('push', celeryTask('push', record));
    await client.rpush('laravel_database_queues:push', laravelJob(record));
    await client.hset('rq:job:1', { data: `note ${marker}`, status: 'queued' });
    await client.rpush('rq:queue:push', '1');
    const host = { baseDir: made.folder };
    const ca = 'ca.pem';
    assert.equal(marked(await looked('redis', { url, ca, list: 'jobs' }, undefined, host)), 1);
    for (const name of ['sidekiq', 'celery', 'laravel', 'rq'])
      assert.equal(marked(await looked(name, { url, ca, queue: 'push' }, undefined, host)), 1, name);
    const queue = new Queue('push', { connection: { host: '127.0.0.1', port: server.port } });
    const bull = await looked('bullmq', { url, ca, queue: 'push' }, () => queue.add('push', { note: marker }), host);
    await queue.close();
    assert.equal(marked(bull), 1);
    const watched = await looked(
      'redis',
      { url, ca, monitor: { match: 'other' } },
      () => client.rpush('other', marker),
      host,
    );
    assert.equal(marked(watched), 1);
    for (const options of [
      { url, list: 'jobs' },
      { url, ca: 'other-ca.pem', list: 'jobs' },
      { url, monitor: { match: '*' } },
    ])
      await assert.rejects(
        looked('redis', options, undefined, host),
        (error: Error & { fault: { kind: string; hint: string } }) => {
          assert.equal(error.fault.kind, 'refused');
          assert.match(error.fault.hint, /`ca`/);
          return true;
        },
      );
    const careless = await looked('redis', { url, list: 'jobs' }, undefined, { ...host, insecure: true });
    assert.equal(marked(careless), 1, '--insecure');
  } finally {
    await server.close();
  }
});
