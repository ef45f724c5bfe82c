// What a watch with MONITOR cannot know: silence, and what commands move without showing it. Against a real server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Redis } from 'ioredis';
import type { Reading } from '../../smoke/core/look.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { redis } from '../../smoke/probes/redis/redis.ts';
import type { RedisOptions } from '../../smoke/probes/redis/redis-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

describe('what MONITOR does not tell', { skip: without('redis'), timeout: 60_000 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  after(() => server.close());

  const opened = async (options: RedisOptions): Promise<Probe<RedisOptions>> => {
    assert.ok(redis.open);
    return redis.open(options, testHost());
  };
  const watching = (match: string): RedisOptions => ({ url: server.url, monitor: { match, for: '30s' } });
  const texts = ({ candidates }: Reading): string[] => candidates.map((candidate) => candidate.text());

  test('proves nothing where nothing at all was written: the keys may have other names, or another database', async () => {
    const options = watching('q:pusj');
    const probe = await opened(options);
    try {
      await server.client.lpush('q:push', 'elsewhere');
      const { unseen, whole } = await probe.read(options, testContext());
      assert.equal(whole, false);
      assert.equal(unseen?.kind, 'not-observable');
      assert.match(
        unseen.message,
        /nothing was written to q:pusj since MONITOR began, before the send: either the app put nothing/,
      );
    } finally {
      await probe.close?.();
    }
  });

  for (const [name, move] of Object.entries({
    lmove: (client: Redis) => client.lmove('q:in', 'q:out', 'RIGHT', 'LEFT'),
    rpoplpush: (client: Redis) => client.rpoplpush('q:in', 'q:out'),
    rename: (client: Redis) => client.rename('q:in', 'q:out'),
    copy: (client: Redis) => client.call('COPY', 'q:in', 'q:out', 'REPLACE'),
    sort: (client: Redis) => client.call('SORT', 'q:in', 'ALPHA', 'STORE', 'q:out'),
    bitop: (client: Redis) => client.set('q:in', 'mine').then(() => client.call('BITOP', 'OR', 'q:out', 'q:in')),
  }))
    test(`takes no absence for proved where ${name} put something there that MONITOR does not show`, async () => {
      const { client } = server;
      await client.del('q:in', 'q:out');
      const options = watching('q:out');
      const probe = await opened(options);
      try {
        await client.lpush('q:out', 'another');
        assert.equal((await probe.read(options, testContext())).whole, true);
        await client.lpush('q:in', 'mine');
        await move(client);
        const { unseen, whole } = await probe.read(options, testContext());
        assert.equal(whole, false);
        assert.match(unseen?.message ?? '', new RegExp(`^${name.toUpperCase()} put something there`));
      } finally {
        await probe.close?.();
        await client.del('q:in', 'q:out');
      }
    });

  for (const [name, move] of Object.entries({
    copy: (other: Redis) => other.call('COPY', 'elsewhere', 'q:new', 'DB', '0', 'REPLACE'),
    move: (other: Redis) => other.rename('elsewhere', 'q:new').then(() => other.move('q:new', 0)),
    swapdb: (other: Redis) => other.call('SWAPDB', '3', '0'),
  }))
    test(`takes no absence for proved where ${name} put something there from another database`, async () => {
      const { client } = server;
      const other = client.duplicate({ db: 3 });
      const probe = await opened(watching('q:*'));
      try {
        await client.lpush('q:out', 'another');
        await other.lpush('elsewhere', 'mine');
        await other.call('COPY', 'elsewhere', 'q:new', 'DB', '4', 'REPLACE');
        await other.call('SWAPDB', '5', '6');
        assert.equal((await probe.read(watching('q:*'), testContext())).whole, true, 'that is none of ours');
        await move(other);
        const { unseen, whole } = await probe.read(watching('q:*'), testContext());
        assert.equal(whole, false);
        assert.match(unseen?.message ?? '', new RegExp(`^${name.toUpperCase()} put something there`));
      } finally {
        await probe.close?.();
        await client.flushall();
        other.disconnect();
      }
    });

  for (const name of ['append', 'setrange'] as const)
    test(`claims nothing by the pieces of a text that ${name} puts together`, async () => {
      const { client } = server;
      const probe = await opened(watching('q:*'));
      try {
        await client.lpush('q:out', 'another');
        await client.set('q:text', 'booking 8841, note: smk-42rc');
        assert.equal((await probe.read(watching('q:*'), testContext())).whole, true);
        if (name === 'append') await client.append('q:text', 'xa7100000001');
        else await client.setrange('q:text', 28, 'xa7100000001');
        assert.match((await client.get('q:text')) ?? '', /smk-42rcxa7100000001$/);
        const { unseen, whole, candidates } = await probe.read(watching('q:*'), testContext());
        assert.equal(whole, false);
        assert.match(unseen?.message ?? '', new RegExp(`^${name.toUpperCase()} put a piece to a text there`));
        assert.deepEqual(
          candidates.map(({ closed = '' }) => closed.replace(/:.*| of .*/, '')),
          ['', 'the text was put together', 'the text was put together'],
        );
      } finally {
        await probe.close?.();
        await client.del('q:out', 'q:text');
      }
    });

  test('reads each key of MSET that is meant, and what SMOVE moves', async () => {
    const { client } = server;
    const options = watching('m:*');
    const probe = await opened(options);
    try {
      await client.mset('other', '1', 'm:one', 'first', 'm:two', 'second');
      await client.sadd('from', 'third');
      await client.smove('from', 'm:set', 'third');
      const reading = await probe.read(options, testContext());
      assert.deepEqual(texts(reading).toSorted(), ['first', 'second', 'third']);
      assert.equal(reading.whole, true);
    } finally {
      await probe.close?.();
      await client.del('other', 'm:one', 'm:two', 'm:set');
    }
  });
});
