// A job that shows in two places at once (a queue and a record of it) is one record, told as where it has come to.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { celery } from '../../smoke/probes/redis/celery.ts';
import { laravel } from '../../smoke/probes/redis/laravel.ts';
import type { LaravelOptions, QueueOptions } from '../../smoke/probes/redis/redis-job-options.ts';
import { sidekiq } from '../../smoke/probes/redis/sidekiq.ts';
import { without } from '../parts.ts';
import { endProcess } from '../servers/end-process.ts';
import { celeryTask, laravelJob, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { eventually, looked, marker } from './worker-looks.ts';

const run = promisify(execFile);
const booked = { alias: '8841', note: marker };

describe('a job that shows in two places', { skip: without('redis'), timeout: 120_000 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  beforeEach(async () => {
    await server.client.flushall();
  });
  after(() => server.close());

  const shown = async (
    plugin: Plugin<QueueOptions>,
    more: Partial<LaravelOptions> = {},
  ): Promise<readonly string[]> => {
    const { candidates, searched } = await looked(plugin, { queue: 'push', ...more, url: server.url });
    assert.match(searched, new RegExp(`^${candidates.length} jobs? of queue push`));
    return candidates.map(({ source }) => source.replace(/^(job|task) \S+ /, ''));
  };
  const withMore = (job: object, more: object): string => JSON.stringify({ ...job, ...more });

  test('of Sidekiq is told as what it is by the newer try, wherever that stands', async () => {
    const { client } = server;
    const job: object = JSON.parse(sidekiqJob('push', booked));
    await client.sadd('queues', 'push');
    await client.sadd('processes', 'w:1:a');
    await client.hset('w:1:a:work', 't1', JSON.stringify({ queue: 'push', payload: JSON.stringify(job), run_at: 1 }));
    await client.lpush('queue:push', JSON.stringify(job));
    assert.deepEqual(await shown(sidekiq), ['(held by w:1:a)']);
    await client.del('queue:push');
    await client.zadd('retry', 1, withMore(job, { retry_count: 0 }));
    assert.deepEqual(await shown(sidekiq), ['(to be tried again)']);
    await client.del('retry');
    await client.lpush('queue:push', withMore(job, { retry_count: 0 }));
    assert.deepEqual(await shown(sidekiq), ['(waiting)'], 'what the process holds is the try before');
    await client.lpush('queue:push', sidekiqJob('push', booked));
    assert.deepEqual(await shown(sidekiq), ['(waiting)', '(waiting)'], 'another job is another record');
  });

  test('of Celery is told by its result, and by its message where that is a newer try', async () => {
    const { client } = server;
    const task = JSON.parse(celeryTask('push', booked)) as { headers: { id: string } };
    const { id } = task.headers;
    const hold = (message: object): Promise<unknown> =>
      client.hset('unacked', 'tag', JSON.stringify([message, '', 'push']));
    const result = (status: string, retries: number): Promise<unknown> =>
      client.set(
        `celery-task-meta-${id}`,
        JSON.stringify({ status, task_id: id, args: ['8841'], kwargs: { note: marker }, retries, queue: 'push' }),
      );
    await client.lpush('push', JSON.stringify(task));
    await hold(task);
    assert.deepEqual(await shown(celery), ['(held by a worker)']);
    await client.del('push');
    await result('STARTED', 0);
    assert.deepEqual(await shown(celery), ['(started)']);
    await result('RETRY', 0);
    await hold({ ...task, headers: { ...task.headers, retries: 1 } });
    assert.deepEqual(await shown(celery), ['(held by a worker)']);
    await result('SUCCESS', 1);
    assert.deepEqual(await shown(celery), ['(success)']);
  });

  test('of Laravel is told by Horizon, unless the queue knows that it came further', async () => {
    const { client } = server;
    const job = laravelJob(booked);
    const { uuid } = JSON.parse(job) as { uuid: string };
    const place = 'laravel_database_queues:push';
    await client.rpush(place, job);
    await client.hset(`horizon:${uuid}`, { payload: job, status: 'pending', queue: 'push' });
    await client.zadd('horizon:recent_jobs', -1, uuid);
    assert.deepEqual(await shown(laravel), ['(waiting)']);
    assert.deepEqual(await shown(laravel, { horizon: 'horizon:' }), ['(pending, by Horizon)']);
    await client.del(place);
    await client.zadd(`${place}:reserved`, 1, withMore(JSON.parse(job) as object, { attempts: 1 }));
    assert.deepEqual(await shown(laravel, { horizon: 'horizon:' }), ['(reserved)']);
    await client.hset(`horizon:${uuid}`, { status: 'completed' });
    assert.deepEqual(await shown(laravel, { horizon: 'horizon:' }), ['(completed, by Horizon)']);
  });

  test('of a worker of Celery that acknowledges late and tells what it started is one task', {
    skip: without('celery'),
  }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smoketrail-celery-'));
    let worker: ChildProcess | undefined;
    try {
      await writeFile(
        join(folder, 'push.py'),
        `import sys, time
import redis
from celery import Celery
app = Celery('push', broker='${server.url}', backend='${server.url}')
app.conf.update(result_extended=True, task_acks_late=True, task_track_started=True)
@app.task(name='push')
def push(booking, note=None):
    while not redis.Redis.from_url('${server.url}').get('go'): time.sleep(0.1)
if __name__ == '__main__': push.apply_async(args=['8841'], kwargs={'note': sys.argv[1]}, queue='push')
`,
      );
      const python = '/usr/bin/python3';
      const how = ['-m', 'celery', '-A', 'push', 'worker', '-P', 'solo', '-Q', 'push', '-l', 'ERROR'];
      worker = spawn(python, how, { cwd: folder, stdio: 'ignore' });
      await run(python, [join(folder, 'push.py'), marker]);
      const options = { url: server.url, queue: 'push' };
      await eventually(celery, options, ({ source }) => source.includes('(started)'));
      assert.equal(await server.client.hlen('unacked'), 1, 'its message stands there as well');
      assert.deepEqual(await shown(celery), ['(started)']);
    } finally {
      await server.client.set('go', '1');
      await endProcess(worker);
      await rm(folder, { recursive: true, force: true });
    }
  });
});
