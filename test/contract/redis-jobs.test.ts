// The probes for job queues on Redis keep the contract. Jobs are written as each system writes them: those of Sidekiq,
// Celery and RQ by their own formats as their own producers gave them, those of Laravel by its published format.

import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { celery } from '../../smoke/probes/redis/celery.ts';
import { laravel } from '../../smoke/probes/redis/laravel.ts';
import type { LaravelOptions, QueueOptions } from '../../smoke/probes/redis/redis-job-options.ts';
import { rq } from '../../smoke/probes/redis/rq.ts';
import { sidekiq } from '../../smoke/probes/redis/sidekiq.ts';
import { type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { celeryTask, laravelJob, pickled, sidekiqJob } from '../servers/jobs.ts';
import type { RedisServer } from '../servers/redis.ts';
import { keepingRedis, redisBench } from '../servers/redis-bench.ts';

type Made = Pick<ProbeBench<QueueOptions>, 'put' | 'selection'>;

async function bench(made: (server: RedisServer) => Made): Promise<ProbeBench<QueueOptions & LaravelOptions>> {
  const server = await keepingRedis();
  return { ...redisBench<QueueOptions & LaravelOptions>(server, { queue: 'push' }), ...made(server) };
}

const missing = without('redis');
if (missing !== false) test('queues on Redis as probes', { skip: missing }, () => undefined);
else {
  const about = { unreachableAs: 'refused', provesAbsence: false } as const;
  testProbe('sidekiq', {
    plugin: sidekiq,
    ...about,
    setUp: () =>
      bench(({ client }) => ({
        selection: ({ alias }) => ({ where: { '$.args[0]': alias }, field: '$.args[1].note' }),
        put: async (record) => void (await client.lpush('queue:push', sidekiqJob('push', record))),
      })),
  });
  testProbe('celery', {
    plugin: celery,
    ...about,
    setUp: () =>
      bench(({ client }) => ({
        selection: ({ alias }) => ({ where: { '$.args[0]': alias }, field: '$.kwargs.note' }),
        put: async (record) => void (await client.lpush('push', celeryTask('push', record))),
      })),
  });
  // The looks of the suite are at a send of long ago: what RQ keeps is gone by then.
  testProbe('rq', {
    plugin: rq,
    ...about,
    setUp: () =>
      bench(({ client }) => ({
        // A pickle has no fields to select: a pattern finds what stands between the name and the next mark.
        selection: ({ alias }) => ({ where: { [`/(${alias})/`]: alias }, field: '/note.{1,4}\\[(.*?)\\]/' }),
        async put({ alias, note }) {
          const id = randomUUID();
          await client.hset(`rq:job:${id}`, { data: deflateSync(pickled(alias, `[${note}]`)), status: 'queued' });
          await client.rpush('rq:queue:push', id);
        },
      })),
  });
  testProbe('laravel', {
    plugin: laravel,
    ...about,
    setUp: () =>
      bench(({ client }) => ({
        selection: ({ alias }) => ({ where: { '$.data.command.booking': alias }, field: '$.data.command.note' }),
        put: async (record) => void (await client.rpush('laravel_database_queues:push', laravelJob(record))),
      })),
  });
}
