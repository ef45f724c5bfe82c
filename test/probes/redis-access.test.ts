// What the probes on Redis need and no more, what they say where they may not, and what they say of a server that died.
// Over 300 lines because every part of it goes through the one table of rights.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Reading } from '../../smoke/core/look.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { celeryTask, laravelJob, sidekiqJob } from '../servers/jobs.ts';
import { contentOf, type RedisServer, redisServer } from '../servers/redis.ts';

const record = { alias: '8841', note: 'smk-42rcxa7100000001' };
const bullJob = ['name', 'push', 'data', JSON.stringify({ note: record.note }), 'timestamp', '1795716719406'];
const longAgo = new Date(0);

/** One look at a queue that is filled so that each command is needed. `keys`: of the account, as ACL takes them. */
type Case = {
  name: string;
  options: Record<string, unknown>;
  commands: string;
  keys: string;
  since?: Date;
};

const cases: readonly Case[] = [
  { name: 'redis', options: { list: 'jobs' }, commands: '+llen +lrange', keys: '~jobs' },
  {
    name: 'redis',
    options: { stream: 'entries' },
    commands: '+xinfo|stream +xrange',
    keys: '~entries',
    since: longAgo,
  },
  { name: 'redis', options: { hash: 'booking' }, commands: '+hscan', keys: '~booking' },
  {
    name: 'redis',
    options: { keys: 'mix:*' },
    commands: '+scan +type +get +hscan +llen +lrange +zrevrange',
    keys: '~mix:*',
  },
  { name: 'redis', options: { monitor: { match: 'jobs' } }, commands: '+monitor +ping', keys: '' },
  { name: 'redis', options: { clients: '*' }, commands: '+client|list', keys: '' },
  {
    name: 'bullmq',
    options: { queue: 'push' },
    commands: '+xinfo|stream +xrange +hmget +lrange +zrevrange',
    keys: '~bull:push:*',
    since: longAgo,
  },
  { name: 'bullmq', options: { queue: 'push', workers: true }, commands: '+client|list', keys: '' },
  {
    name: 'laravel',
    options: { queue: 'push' },
    commands: '+llen +lrange +zrevrange',
    keys: '~laravel_database_queues:*',
  },
  {
    name: 'laravel',
    options: { queue: 'push', horizon: 'horizon:' },
    commands: '+llen +lrange +zrevrange +zrange +hmget',
    keys: '~laravel_database_queues:* ~horizon:*',
  },
  { name: 'sidekiq', options: { queue: 'push' }, commands: '+llen +lrange +zrevrange +smembers +hgetall', keys: '~*' },
  { name: 'sidekiq', options: { processes: true }, commands: '+smembers +hmget', keys: '~*' },
  {
    name: 'celery',
    options: { queue: 'push' },
    commands: '+llen +lrange +hscan +scan +type +get',
    keys: '~push* ~unacked ~celery-task-meta-*',
  },
  { name: 'rq', options: { queue: 'push' }, commands: '+smembers +llen +lrange +zrevrange +hmget', keys: '~rq:*' },
];

async function fill(client: Redis): Promise<void> {
  await client.rpush('jobs', record.note);
  await client.xadd('entries', '1-1', 'note', record.note);
  await client.hset('booking', 'note', record.note);
  await client.set('mix:text', record.note);
  await client.hset('mix:hash', 'note', record.note);
  await client.rpush('mix:list', record.note);
  await client.zadd('mix:zset', 1, record.note);
  await client.hset('bull:push:1', ...bullJob);
  await client.lpush('bull:push:wait', '1');
  await client.xadd('bull:push:events', '1-1', 'event', 'added', 'jobId', '1');
  await client.rpush('laravel_database_queues:push', laravelJob(record));
  await client.zadd('horizon:recent_jobs', -1, 'one');
  await client.hset('horizon:one', 'payload', laravelJob(record), 'status', 'completed', 'queue', 'push');
  await client.lpush('queue:push', sidekiqJob('push', record));
  await client.sadd('processes', 'web-1:7:abc');
  await client.hset('web-1:7:abc', 'info', JSON.stringify({ hostname: 'web-1', labels: ['9f2c1e7'] }));
  await client.lpush('push', celeryTask('push', record));
  await client.set('celery-task-meta-1', JSON.stringify({ task_id: '1', status: 'SUCCESS', args: [], kwargs: {} }));
  await client.hset('rq:job:1', 'data', record.note, 'status', 'queued');
  await client.rpush('rq:queue:push', '1');
}

async function opened({ name, options }: Pick<Case, 'name' | 'options'>): Promise<Probe> {
  const plugin = await loadPlugin(name);
  assert.ok(plugin?.open);
  return plugin.open(options, testHost());
}

async function looked({ name, options, since = new Date() }: Omit<Case, 'commands' | 'keys'>): Promise<Reading> {
  const probe = await opened({ name, options });
  try {
    return await probe.read(options, testContext({ since }));
  } finally {
    await probe.close?.();
  }
}

const kindOf = (error: unknown): string | undefined => (error instanceof Blind ? error.fault.kind : undefined);
const titleOf = ({ name, options }: Case): string => `${name} ${Object.keys(options).join(' and ')}`;

describe('an account', { skip: without('redis'), timeout: 60_000 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
    await fill(server.client);
  });
  after(() => server.close());

  for (const one of cases) {
    test(`with ${one.commands} can look: ${titleOf(one)}; without any of them it is blind`, async () => {
      const { client, url } = server;
      const options = { ...one.options, url: url.replace('//', '//reader:secret-word@') };
      const account = async (commands: readonly string[], password = 'secret-word'): Promise<void> => {
        const keys = one.keys.split(' ').filter((key) => key !== '');
        await client.call('ACL', 'SETUSER', 'reader', 'reset', 'on', `>${password}`, ...keys, ...commands);
      };
      const commands = one.commands.split(' ');
      await account(commands);
      const { candidates } = await looked({ ...one, options });
      if (one.keys !== '') assert.ok(candidates.length > 0);
      for (const command of commands) {
        await account(commands.filter((other) => other !== command));
        await assert.rejects(
          looked({ ...one, options }),
          (error) => kindOf(error) === 'permission',
          `without ${command}`,
        );
      }
      await account(commands, 'another-word');
      await assert.rejects(looked({ ...one, options }), (error: Error) => {
        assert.equal(kindOf(error), 'permission');
        assert.equal(error.message.includes('secret-word'), false);
        return true;
      });
    });
  }

  test('reaches the server with no right at all, and not with a wrong password or none', async () => {
    const { client, url } = server;
    await client.call('ACL', 'SETUSER', 'caller', 'reset', 'on', '>secret-word');
    const places = cases.filter(({ options }) => !('stream' in options || 'monitor' in options));
    for (const one of places.filter(({ name }) => name !== 'bullmq')) {
      const reached = async (account: string): Promise<string> => {
        const probe = await opened({ ...one, options: { ...one.options, url: url.replace('//', `//${account}`) } });
        assert.ok(probe.reach, titleOf(one));
        try {
          await probe.reach(AbortSignal.timeout(5000));
          return 'connected';
        } catch (error) {
          return kindOf(error) ?? String(error);
        } finally {
          await probe.close?.();
        }
      };
      assert.equal(await reached('caller:secret-word@'), 'connected', titleOf(one));
      assert.equal(await reached('caller:another-word@'), 'permission', titleOf(one));
      await client.call('ACL', 'SETUSER', 'default', 'resetpass', '>front-door');
      try {
        assert.equal(await reached(''), 'permission', titleOf(one));
      } finally {
        await client.call('ACL', 'SETUSER', 'default', 'nopass');
      }
    }
  });

  test('is told by each plug-in, with the cost of a look', async () => {
    for (const { name, commands } of cases) {
      const { contract, evidence } = (await loadPlugin(name)) ?? {};
      for (const command of commands.split(' ')) assert.ok(contract?.needs.includes(command), `${name}: ${command}`);
      assert.ok((contract?.costs ?? '').length > 20, name);
      assert.equal(evidence, name === 'bullmq' ? 'tap' : 'residue');
    }
  });
});

/** Which rights a look at keys of a pattern needs is told by what there is. */
const byContent = ['+type', '+get', '+hscan', '+llen', '+lrange', '+zrevrange'];

describe('an account that lacks a right', { skip: without('redis'), timeout: 60_000 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  after(() => server.close());

  for (const one of cases) {
    const needed = one.commands.split(' ');
    const tried = 'keys' in one.options ? needed.filter((command) => !byContent.includes(command)) : needed;
    test(`is blind also while there is nothing: ${titleOf(one)}`, async () => {
      const options = { ...one.options, url: server.url.replace('//', '//reader:secret-word@') };
      const account = async (commands: readonly string[]): Promise<void> => {
        const keys = one.keys.split(' ').filter((key) => key !== '');
        await server.client.call('ACL', 'SETUSER', 'reader', 'reset', 'on', '>secret-word', ...keys, ...commands);
      };
      await account(needed);
      assert.deepEqual((await looked({ ...one, options })).candidates, []);
      for (const command of tried) {
        await account(needed.filter((other) => other !== command));
        await assert.rejects(
          looked({ ...one, options }),
          (error) => kindOf(error) === 'permission',
          `without ${command}`,
        );
      }
    });
  }
});

describe('a server', { skip: without('redis'), timeout: 60_000 }, () => {
  const queues = cases.filter(({ options }) => options['monitor'] === undefined);

  test('that takes no connection is not reached', async () => {
    for (const one of queues) {
      const probe = await opened({ ...one, options: { ...one.options, url: 'redis://127.0.0.1:1' } });
      await assert.rejects(
        async () => probe.reach?.(AbortSignal.timeout(5000)),
        (error) => kindOf(error) === 'refused',
        titleOf(one),
      );
      await probe.close?.();
    }
  });

  for (const one of queues) {
    test(`that is killed is blind, and one that came back is seen again: ${titleOf(one)}`, async () => {
      const server = await redisServer();
      const options = { ...one.options, url: server.url };
      const probe = await opened({ name: one.name, options });
      const read = (): Promise<Reading> => probe.read(options, testContext({ since: new Date() }));
      try {
        await read();
        await server.kill();
        await assert.rejects(read(), (error) => kindOf(error) === 'refused');
        await server.start();
        const { candidates, unseen, whole } = await read();
        assert.deepEqual(
          candidates.filter((candidate) => candidate.text().includes(record.note)),
          [],
        );
        const isTap = one.options['stream'] !== undefined || (one.name === 'bullmq' && one.options['workers'] !== true);
        if (!isTap) return;
        assert.equal(whole, false);
        assert.equal(unseen?.kind, 'not-observable');
        assert.match(unseen?.message ?? '', /the connection was lost since the send/);
        await server.client.flushall();
        assert.equal((await read()).unseen?.kind, 'not-observable', 'what passed meanwhile stays unknown');
      } finally {
        await probe.close?.();
        await server.close();
      }
    });
  }

  test('is left as it was by ten looks of each: keys, times to live, groups, blocked clients, connections', async () => {
    const server = await redisServer('--maxmemory-policy', 'noeviction');
    const { client } = server;
    await fill(client);
    await client.call('XGROUP', 'CREATE', 'entries', 'workers', '0');
    await client.call('XREADGROUP', 'GROUP', 'workers', 'w1', 'COUNT', '1', 'STREAMS', 'entries', '>');
    await client.pexpire('booking', 600_000);
    const blocked = new Redis(server.url, { protocol: 2 });
    const waiting = blocked.brpop('never-filled', 0).catch(() => undefined);
    const state = async (): Promise<unknown> => [
      await contentOf(client),
      await client.call('XINFO', 'GROUPS', 'entries'),
      (await client.call('XPENDING', 'entries', 'workers')) as unknown,
      /blocked_clients:\d+/.exec(await client.info('clients'))?.[0],
      /rdb_changes_since_last_save:\d+/.exec(await client.info('persistence'))?.[0],
      /expired_keys:\d+|evicted_keys:\d+/g.exec(await client.info('stats'))?.[0],
    ];
    try {
      while (!(await client.info('clients')).includes('blocked_clients:1')) await delay(10);
      const probes = await Promise.all(
        cases.map(async (one) => ({
          ...one,
          options: { ...one.options, url: server.url },
          probe: await opened({ name: one.name, options: { ...one.options, url: server.url } }),
        })),
      );
      const before = await state();
      for (const { probe, options, since = new Date() } of probes)
        for (let count = 0; count < 10; count += 1) await probe.read(options, testContext({ since }));
      assert.deepEqual(await state(), before);
      await Promise.all(probes.map(({ probe }) => probe.close?.()));
      // The server notices a closed connection a moment later.
      while (/name=smoketrail|cmd=monitor/.test(String(await client.call('CLIENT', 'LIST')))) await delay(10);
    } finally {
      blocked.disconnect();
      await waiting;
      await server.close();
    }
  });

  test('notes, as with any reader, when a key was last read: that is all that looks leave', async () => {
    const server = await redisServer();
    const { client, url } = server;
    try {
      await client.rpush('jobs', 'x');
      while (Number(await client.object('IDLETIME', 'jobs')) < 1) await delay(100);
      await looked({ name: 'redis', options: { url, list: 'jobs' } });
      assert.equal(await client.object('IDLETIME', 'jobs'), 0);
    } finally {
      await server.close();
    }
  });
});
