// The probes on Redis keep the contract, each on a server of its own.

import { test } from 'node:test';
import { redis } from '../../smoke/probes/redis/redis.ts';
import type { RedisOptions } from '../../smoke/probes/redis/redis-options.ts';
import { type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import type { RedisServer } from '../servers/redis.ts';
import { keepingRedis, redisBench } from '../servers/redis-bench.ts';

type Place = Omit<RedisOptions, 'url'>;
type Made = Pick<ProbeBench<RedisOptions>, 'put' | 'selection' | 'since'>;

async function bench(place: Place, made: (server: RedisServer) => Made): Promise<ProbeBench<RedisOptions>> {
  const server = await keepingRedis();
  return { ...redisBench<RedisOptions>(server, place), ...made(server) };
}

const asJson = ({ alias, note }: { alias: string; note: string }): string => JSON.stringify({ booking: alias, note });
const inJson: Made['selection'] = ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' });
const inColumns: Made['selection'] = ({ alias }) => ({ where: { booking: alias }, field: 'note' });

const missing = without('redis');
if (missing !== false) test('redis as a probe', { skip: missing }, () => undefined);
else {
  testProbe('redis, a list,', {
    plugin: redis,
    unreachableAs: 'refused',
    setUp: () =>
      bench({ list: 'queues:default' }, ({ client }) => ({
        selection: inJson,
        put: async (record) => void (await client.rpush('queues:default', asJson(record))),
      })),
  });
  testProbe('redis, a stream,', {
    plugin: redis,
    unreachableAs: 'refused',
    // Of a send from before its oldest entry, a stream proves nothing.
    setUp() {
      const began = new Date();
      return bench({ stream: 'bookings' }, ({ client }) => ({
        since: () => began,
        selection: inColumns,
        put: async ({ alias, note }) => void (await client.xadd('bookings', '*', 'booking', alias, 'note', note)),
      }));
    },
  });
  testProbe('redis, a hash,', {
    plugin: redis,
    unreachableAs: 'refused',
    setUp: () =>
      bench({ hash: 'booking' }, ({ client }) => ({
        selection: inColumns,
        put: async ({ alias, note }) => void (await client.hset('booking', 'booking', alias, 'note', note)),
      })),
  });
  // The looks of the suite are at a send of long ago, and MONITOR shows what passes.
  testProbe('redis, MONITOR,', {
    plugin: redis,
    unreachableAs: 'refused',
    provesAbsence: false,
    async setUp() {
      // A server that stalls as it is opened is blind from there on, and one that ends leaves MONITOR deaf for good:
      // test/probes/redis-monitor.test.ts.
      const {
        stalled: _stalled,
        outage: _outage,
        ...made
      } = await bench({ monitor: { match: 'queues:*' } }, ({ client }) => ({
        selection: inJson,
        put: async (record) => void (await client.rpush('queues:default', asJson(record))),
      }));
      return made;
    },
  });
  testProbe('redis, keys,', {
    plugin: redis,
    unreachableAs: 'refused',
    setUp: () =>
      bench({ keys: 'booking:*' }, ({ client }) => ({
        selection: inJson,
        put: async (record) => void (await client.set(`booking:${record.alias}`, asJson(record), 'EX', 600)),
      })),
  });
}
