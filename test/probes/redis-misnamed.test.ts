// What looks at Redis say of a name that is not there, and of a server that only follows another one: never that nothing came.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { Reading } from '../../smoke/core/look.ts';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { laravelJob, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

async function looked(name: string, options: Record<string, unknown>): Promise<Reading> {
  const plugin = await loadPlugin(name);
  assert.ok(plugin?.open);
  const probe = await plugin.open(options, testHost());
  try {
    return await probe.read(options, testContext({ since: new Date() }));
  } finally {
    await probe.close?.();
  }
}

const record = { alias: '8841', note: 'smk-42rcxa7100000001' };
const proves = ({ whole, unseen, doubt }: Reading): boolean => whole && unseen === undefined && doubt === undefined;

describe('a name that is not there', { skip: without('redis') }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
    const { client } = server;
    await client.sadd('queues', 'push', 'mail');
    await client.lpush('queue:push', sidekiqJob('push', record));
    await client.sadd('rq:queues', 'rq:queue:push');
    await client.zadd('horizon:recent_jobs', -1, 'one');
    await client.hset('horizon:one', 'payload', laravelJob(record), 'status', 'completed', 'queue', 'push');
  });
  after(() => server.close());

  const cases: readonly (readonly [name: string, options: Record<string, unknown>, says: RegExp])[] = [
    ['redis', { list: 'pusch' }, /there is no such list/],
    ['redis', { hash: 'pusch' }, /there is no such hash/],
    ['redis', { keys: 'pusch:*' }, /there is none/],
    ['redis', { stream: 'pusch' }, /there is no stream pusch/],
    ['bullmq', { queue: 'pusch' }, /there is no stream bull:pusch:events/],
    ['sidekiq', { queue: 'pusch' }, /Sidekiq has no queue pusch/],
    ['rq', { queue: 'pusch' }, /RQ has no queue pusch/],
    ['laravel', { queue: 'pusch', horizon: 'horizon:' }, /Horizon has no queue pusch/],
    ['celery', { queue: 'pusch' }, /nothing is left/],
  ];
  for (const [name, options, says] of cases)
    test(`proves nothing: ${name} ${Object.keys(options)[0]}`, async () => {
      const reading = await looked(name, { url: server.url, ...options });
      assert.deepEqual(reading.candidates, []);
      assert.equal(proves(reading), false);
      assert.match(reading.searched, says);
    });

  test('is told beside those that there are', async () => {
    const hints = await Promise.all(
      ['sidekiq', 'rq'].map(
        async (name) => (await looked(name, { url: server.url, queue: 'pusch' })).unseen?.hint ?? '',
      ),
    );
    assert.match(hints[0] ?? '', /It has mail, push\./);
    assert.match(hints[1] ?? '', /It has push\./);
  });
});

describe('a replica', { skip: without('redis') }, () => {
  test('proves nothing, since it may be behind, until it is the master itself', async () => {
    const master = await redisServer();
    const replica = await redisServer('--replicaof', '127.0.0.1', String(master.port));
    try {
      await master.client.rpush('jobs', 'other');
      await master.client.xadd('entries', '*', 'note', 'other');
      while ((await replica.client.exists('jobs', 'entries')) < 2) await delay(10);
      const places = [{ list: 'jobs' }, { stream: 'entries' }, { monitor: { match: 'jobs' } }];
      for (const place of places) {
        const reading = await looked('redis', { url: replica.url, ...place });
        assert.match(reading.doubt ?? '', /it is a replica/, JSON.stringify(place));
        assert.equal((await looked('redis', { url: master.url, ...place })).doubt, undefined);
      }
      for (const name of ['bullmq', 'rq'])
        assert.match((await looked(name, { url: replica.url, queue: 'push' })).doubt ?? '', /it is a replica/);
      await replica.client.replicaof('NO', 'ONE');
      assert.equal((await looked('redis', { url: replica.url, list: 'jobs' })).doubt, undefined);
    } finally {
      await replica.close();
      await master.close();
    }
  });
});
