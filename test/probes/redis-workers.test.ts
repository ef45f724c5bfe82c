// Jobs of real Sidekiq and Celery: put there by their own producers, held and done, or failed, by their own workers.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import { celery } from '../../smoke/probes/celery.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import type { QueueOptions } from '../../smoke/probes/redis-job-options.ts';
import { sidekiq } from '../../smoke/probes/sidekiq.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { endProcess } from '../servers/end-process.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

const run = promisify(execFile);
const marker = 'smk-42rcxa7100000001';

async function looked(plugin: Plugin<QueueOptions>, options: QueueOptions): Promise<Reading> {
  assert.ok(plugin.open);
  const probe = await plugin.open(options, testHost());
  try {
    return await probe.read(options, testContext());
  } finally {
    await probe.close?.();
  }
}

/** The marked job, once it is there and as wanted. */
async function eventually(
  plugin: Plugin<QueueOptions>,
  options: QueueOptions,
  isSo: (candidate: Candidate) => boolean,
): Promise<Candidate> {
  for (let tries = 0; tries < 300; tries += 1) {
    const { candidates } = await looked(plugin, options);
    const found = candidates.find((candidate) => candidate.text().includes(marker) && isSo(candidate));
    if (found !== undefined) return found;
    await delay(100);
  }
  throw new Error('the job was never seen so');
}

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
    raise "no room for #{given['note']}" if booking == 'fails'
  end
end
Push.perform_async(ARGV[0], { 'note' => ARGV[1] }) if $PROGRAM_NAME == __FILE__
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

  test('are seen as they wait, as a worker holds them, and as they are to be tried again', {
    timeout: 120_000,
  }, async () => {
    await push('fails');
    const waiting = await eventually(sidekiq, options(), () => true);
    assert.match(waiting.source, /^job [0-9a-f]{24} \(waiting\)$/);
    assert.deepEqual(waiting.select('$.args[1].note'), { fits: true, values: [marker] });
    worker = spawn('sidekiq', ['-r', './push.rb', '-q', 'push', '-c', '1'], { cwd: folder, stdio: 'ignore' });
    // A process writes down what it works on every few seconds.
    const held = await eventually(sidekiq, options(), ({ source }) => source.includes('held by'));
    assert.match(held.instance ?? '', /:\d+:/);
    await server.client.set('go', '1');
    const again = await eventually(sidekiq, options(), ({ source }) => source.includes('to be tried again'));
    assert.deepEqual(again.select('error_message'), { fits: true, values: [`no room for ${marker}`] });
    const { searched, whole } = await looked(sidekiq, options());
    assert.equal(whole, false);
    assert.match(searched, /Sidekiq keeps nothing of a job that is done/);
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
@app.task(name='push')
def push(booking, note=None):
    while not redis.Redis.from_url('${server.url}').get('go'): time.sleep(0.1)
    return 'pushed'
if __name__ == '__main__': push.apply_async(args=['8841'], kwargs={'note': sys.argv[1]}, queue='bookings', priority=int(sys.argv[2]))
`,
    );
  });
  after(async () => {
    await endProcess(worker);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const options = (): QueueOptions => ({ url: server.url, queue: 'bookings' });

  test('are seen as they wait at any priority, as a worker holds them, and by their result', {
    timeout: 120_000,
  }, async () => {
    await run('/usr/bin/python3', [join(folder, 'push.py'), marker, '6']);
    const waiting = await eventually(celery, options(), () => true);
    assert.match(waiting.source, /^task [0-9a-f-]{36} \(waiting\)$/);
    assert.deepEqual(waiting.select('$.kwargs.note'), { fits: true, values: [marker] });
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
  });
});
