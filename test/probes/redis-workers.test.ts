// Jobs of real Sidekiq and Celery: put there by their own producers, held and done, or failed, by their own workers.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { celery } from '../../smoke/probes/redis/celery.ts';
import type { QueueOptions } from '../../smoke/probes/redis/redis-job-options.ts';
import { sidekiq } from '../../smoke/probes/redis/sidekiq.ts';
import { without } from '../parts.ts';
import { endProcess } from '../servers/end-process.ts';
import { celeryTask, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { amongOthers, eventually, looked, marker } from './worker-looks.ts';

const run = promisify(execFile);

describe('jobs of Sidekiq', { skip: without('redis') || without('sidekiq') }, () => {
  let server: RedisServer;
  let folder = '';
  let worker: ChildProcess | undefined;
  before(async () => {
    server = await redisServer();
    folder = await mkdtemp(join(tmpdir(), 'smoketrail-sidekiq-'));
    await writeFile(
      join(folder, 'push.rb'),
      `require 'sidekiq'
Sidekiq.configure_client { |config| config.redis = { url: '${server.url}' } }
Sidekiq.configure_server { |config| config.redis = { url: '${server.url}' } }
class Push
  include Sidekiq::Worker
  sidekiq_options queue: 'push', retry: 1
  def perform(booking, given)
    sleep 0.1 until Sidekiq.redis { |redis| redis.get('go') }
    raise "no room for #{given['note']}" unless booking == 'done'
  end
end
class Once < Push
  sidekiq_options queue: 'push', retry: 0
end
(ARGV[0] == 'dies' ? Once : Push).perform_async(ARGV[0], { 'note' => ARGV[1] }) if $PROGRAM_NAME == __FILE__
`,
    );
  });
  after(async () => {
    await endProcess(worker);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const push = (booking: string): Promise<unknown> => run('ruby', [join(folder, 'push.rb'), booking, marker]);
  const options = (): QueueOptions => ({ url: server.url, queue: 'push' });

  test('are seen as they wait, as a worker holds them, and as they are to be tried again, or dead, among 10,000 others', {
    timeout: 150_000,
  }, async () => {
    const other = { alias: 'other', note: 'other' };
    await amongOthers(server.client, (to) => void to.lpush('queue:push', sidekiqJob('push', other)));
    await push('fails');
    const waiting = await eventually(sidekiq, options(), () => true);
    assert.match(waiting.source, /^job [0-9a-f]{24} \(waiting\)$/);
    assert.deepEqual(waiting.select('$.args[1].note'), { fits: true, values: [marker] });
    await server.client.ltrim('queue:push', 0, 0);
    await amongOthers(server.client, (to, index) => void to.zadd('retry', 1e12 - index, sidekiqJob('mail', other)));
    await server.client.zremrangebyrank('retry', 500, -1);
    worker = spawn('sidekiq', ['-r', './push.rb', '-q', 'push', '-c', '1'], { cwd: folder, stdio: 'ignore' });
    // A process writes down what it works on every few seconds.
    const held = await eventually(sidekiq, options(), ({ source }) => source.includes('held by'));
    assert.match(held.instance ?? '', /:\d+:/);
    await server.client.set('go', '1');
    const again = await eventually(sidekiq, options(), ({ source }) => source.includes('to be tried again'));
    assert.deepEqual(again.select('error_message'), { fits: true, values: [`no room for ${marker}`] });
    // The process goes on telling that it holds it, until its next heartbeat.
    const { candidates } = await looked(sidekiq, options());
    assert.equal(candidates.filter((one) => one.text().includes(marker)).length, 1, 'one job is one record');
    await push('dies');
    const dead = await eventually(sidekiq, options(), ({ source }) => source.includes('(dead)'));
    assert.deepEqual(dead.select('error_message'), { fits: true, values: [`no room for ${marker}`] });
    const { unseen, whole } = await looked(sidekiq, options());
    assert.equal(whole, false);
    assert.equal(unseen?.kind, 'not-observable');
    assert.match(unseen?.message ?? '', /Sidekiq keeps nothing of a job that is done/);
    assert.match(unseen?.hint ?? '', /log.*span.*monitor/);
  });
});

describe('tasks of Celery', { skip: without('redis') || without('celery') }, () => {
  let server: RedisServer;
  let folder = '';
  let worker: ChildProcess | undefined;
  before(async () => {
    server = await redisServer();
    folder = await mkdtemp(join(tmpdir(), 'smoketrail-celery-'));
    await writeFile(
      join(folder, 'push.py'),
      `import sys, time
import redis
from celery import Celery
app = Celery('push', broker='${server.url}', backend='${server.url}')
app.conf.result_extended = True
@app.task(name='push', bind=True, max_retries=3)
def push(self, booking, note=None):
    while not redis.Redis.from_url('${server.url}').get('go'): time.sleep(0.1)
    if booking == 'again': raise self.retry(countdown=600)
    if booking == 'fails': raise ValueError('no room for ' + note)
    return 'pushed'
if __name__ == '__main__': push.apply_async(args=[sys.argv[3]], kwargs={'note': sys.argv[1]}, queue='bookings', priority=int(sys.argv[2]))
`,
    );
  });
  after(async () => {
    await endProcess(worker);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (): QueueOptions => ({ url: server.url, queue: 'bookings' });

  test('are seen as they wait at any priority, as a worker holds them, by their result, as they failed and as they are to be tried again, among 10,000 others', {
    timeout: 150_000,
  }, async () => {
    const other = { alias: 'other', note: 'other' };
    await amongOthers(server.client, (to) => void to.lpush('bookings', celeryTask('bookings', other)));
    const send = (booking: string, priority = '6'): Promise<unknown> =>
      run('/usr/bin/python3', [join(folder, 'push.py'), marker, priority, booking]);
    await send('8841');
    const waiting = await eventually(celery, options(), () => true);
    assert.match(waiting.source, /^task [0-9a-f-]{36} \(waiting\)$/);
    assert.deepEqual(waiting.select('$.kwargs.note'), { fits: true, values: [marker] });
    const before = await looked(celery, options());
    assert.equal(before.unseen?.kind, 'not-observable');
    assert.match(before.unseen?.message ?? '', /only the newest 1000 of 10000 in bookings.*nothing is left/);
    assert.match(before.unseen?.hint ?? '', /Raise `limit`.*result_extended/);
    await server.client.del('bookings');
    const how = [
      '-m',
      'celery',
      '-A',
      'push',
      'worker',
      '-P',
      'solo',
      '-Q',
      'bookings',
      '-n',
      'w1@here',
      '-l',
      'ERROR',
    ];
    worker = spawn('/usr/bin/python3', how, { cwd: folder, stdio: 'ignore' });
    const held = await eventually(celery, options(), ({ source }) => source.includes('held by a worker'));
    assert.deepEqual(held.select('$.args[0]'), { fits: true, values: ['8841'] });
    await server.client.set('go', '1');
    const done = await eventually(celery, options(), ({ source }) => source.includes('(success)'));
    assert.equal(done.instance, 'w1@here');
    assert.deepEqual(done.select('result'), { fits: true, values: ['pushed'] });
    await send('fails', '0');
    const failed = await eventually(celery, options(), ({ source }) => source.includes('(failure)'));
    assert.deepEqual(failed.select('$.args[0]'), { fits: true, values: ['fails'] });
    await send('again', '0');
    const again = await eventually(celery, options(), (task) => {
      const retries = task.select('retries');
      return task.source.includes('held by a worker') && retries.fits && retries.values[0] === '1';
    });
    assert.deepEqual(again.select('$.kwargs.note'), { fits: true, values: [marker] });
    const { unseen, searched, whole } = await looked(celery, options());
    assert.equal(unseen, undefined, 'its results hold arguments');
    assert.equal(whole, false);
    assert.match(searched, /task_acks_late/);
    assert.equal((await looked(celery, options(), new Date(Date.now() - 172_800_000))).unseen?.kind, 'not-observable');
  });
});
