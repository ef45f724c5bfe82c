// What a look at a BullMQ queue shows of a job on its way, with BullMQ's own producers and workers.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { type Job, Queue, Worker } from 'bullmq';
import type { Reading } from '../../smoke/core/look.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { bullmq } from '../../smoke/probes/redis/bullmq.ts';
import type { BullmqOptions } from '../../smoke/probes/redis/bullmq-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

const marker = 'smk-42rcxa7100000001';

describe('bullmq', { skip: without('redis') }, () => {
  let server: RedisServer;
  let queue: Queue;
  const connection = () => ({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null });
  before(async () => {
    server = await redisServer();
  });
  beforeEach(async () => {
    await queue?.close();
    await server.client.flushall();
    queue = new Queue('push', { connection: connection() });
    await queue.waitUntilReady();
  });
  after(async () => {
    await queue.close();
    await server.close();
  });

  const options = (): BullmqOptions => ({ url: server.url, queue: 'push' });
  const opened = async (): Promise<Probe<BullmqOptions>> => {
    assert.ok(bullmq.open);
    return bullmq.open(options(), testHost());
  };
  const read = (probe: Probe<BullmqOptions>, since = new Date()): Promise<Reading> =>
    probe.read(options(), testContext({ since }));
  const work = async (name: string, act: (job: Job) => Promise<unknown>): Promise<Worker> => {
    const worker = new Worker('push', act, { connection: connection(), name });
    await worker.waitUntilReady();
    return worker;
  };
  const ended = (worker: Worker): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        worker.off('completed', done).off('failed', done);
        resolve();
      };
      worker.on('completed', done).on('failed', done);
    });

  test('shows a job that waits, one that a worker holds, one that is done, and who took it', async () => {
    const probe = await opened();
    await queue.add('push', { note: marker }, { delay: 1 });
    await queue.add('push', { note: `later ${marker}` }, { delay: 60_000 });
    const [waiting, later] = (await read(probe)).candidates;
    assert.match(waiting?.source ?? '', /^job 1 of push \((waiting|delayed)\)$/);
    assert.deepEqual(waiting?.select('$.data.note'), { fits: true, values: [marker] });
    assert.equal(later?.source, 'job 2 of push (delayed)');
    const held = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const worker = await work('worker-2', async () => {
      held.resolve();
      await release.promise;
    });
    const done = ended(worker);
    await held.promise;
    const [active] = (await read(probe)).candidates;
    assert.equal(active?.source, 'job 1 of push (active)');
    assert.equal(active?.instance, 'worker-2');
    release.resolve();
    await done;
    const [completed] = (await read(probe)).candidates;
    assert.equal(completed?.source, 'job 1 of push (completed)');
    await worker.close();
    await probe.close?.();
  });

  test('shows a job that failed, and why, though only what was put into it counts as what it holds', async () => {
    const probe = await opened();
    const worker = await work('worker-1', async () => Promise.reject(new Error(`no room for ${marker}`)));
    const done = ended(worker);
    await queue.add('push', { note: 'without' }, { attempts: 1 });
    await done;
    const [failed] = (await read(probe)).candidates;
    assert.equal(failed?.source, 'job 1 of push (failed)');
    assert.deepEqual(failed?.select('failedReason'), { fits: true, values: [`no room for ${marker}`] });
    assert.equal(failed?.text().includes(marker), false);
    await worker.close();
    await probe.close?.();
  });

  test('claims nothing of a job that was removed before it was read, and says what would keep it', async () => {
    const probe = await opened();
    const worker = await work('worker-1', async () => undefined);
    const done = ended(worker);
    await queue.add('push', { note: marker }, { removeOnComplete: true });
    await done;
    const reading = await read(probe);
    assert.equal(reading.whole, false);
    assert.match(reading.searched, /1 job of queue push; job 1 is gone, and what was in it was not seen/);
    assert.equal(reading.unseen?.kind, 'not-observable');
    assert.match(reading.unseen?.hint ?? '', /`removeOnComplete: \{ age: 60 \}`/);
    assert.equal(bullmq.evidence, 'tap');
    assert.match(reading.candidates[0]?.closed ?? '', /removed before it was read/);
    await worker.close();
    await probe.close?.();
  });

  test('says of several jobs that are gone that what was in them was not seen', async () => {
    const probe = await opened();
    const worker = await work('worker-1', async () => undefined);
    for (const note of ['a', 'b']) {
      const done = ended(worker);
      await queue.add('push', { note }, { removeOnComplete: true });
      await done;
    }
    assert.match((await read(probe)).searched, /2 jobs are gone, and what was in them was not seen/);
    await worker.close();
    await probe.close?.();
  });

  test('says of a queue into which nothing was put what that may mean, and how to tell', async () => {
    await queue.add('push', { note: 'of another day' });
    const probe = await opened();
    const { unseen, whole } = await read(probe);
    assert.equal(whole, false);
    assert.equal(
      unseen?.message,
      'nothing was put into queue push since the send: either the app put nothing there, or it uses another queue, prefix, database or server',
    );
    assert.match(unseen.hint ?? '', /^To tell which: `redis-cli --scan --pattern '\*:meta'` lists the queues/);
    assert.equal(unseen.quiet, 'queue push is there');
    assert.ok((await server.client.keys('*:meta')).includes('bull:push:meta'), 'as the hint says');
    await probe.close?.();
  });

  test('finds a job among 10,000 others, and one that was sent before it was opened', async () => {
    const others = Array.from({ length: 10_000 }, (_none, index) => ({
      name: 'push',
      data: { note: `other ${index}` },
    }));
    for (let at = 0; at < others.length; at += 1000) await queue.addBulk(others.slice(at, at + 1000));
    const probe = await opened();
    await queue.add('push', { note: marker });
    const reading = await read(probe);
    assert.equal(reading.candidates.length, 1, 'only what came since it was opened');
    assert.equal(reading.cost.requests < 10, true);
    await probe.close?.();
    const late = await opened();
    const back = await read(late, new Date(Date.now() - 60_000));
    assert.equal(back.candidates.filter((candidate) => candidate.text().includes(marker)).length, 1);
    await late.close?.();
  });

  test('sees 100 of 100 jobs that a worker takes at once and that are kept when done', async () => {
    const probe = await opened();
    const worker = await work('worker-1', async () => undefined);
    for (let count = 0; count < 100; count += 1) {
      const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
      const done = ended(worker);
      await queue.add('push', { note });
      await done;
      const { candidates } = await read(probe);
      assert.equal(candidates.filter((candidate) => candidate.text().includes(note)).length, 1, `job ${count}`);
    }
    await worker.close();
    await probe.close?.();
  });
});
