// What a look at graphile-worker shows of a job on its way, with its own producer and worker on a real PostgreSQL server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { Logger, makeWorkerUtils, type Runner, run, type TaskList, type WorkerUtils } from 'graphile-worker';
import type { Reading } from '../../smoke/core/look.ts';
import { graphileWorker } from '../../smoke/probes/job-tables/graphile-worker.ts';
import type { GraphileWorkerOptions } from '../../smoke/probes/job-tables/job-table-options.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';
import { ago, marker, until, withMarker } from './job-looks.ts';

describe('graphile-worker', () => {
  let server: PostgresServer;
  let utils: WorkerUtils;
  let runner: Runner | undefined;
  const logger = new Logger(() => () => undefined);
  before(async () => {
    server = await postgresServer();
    utils = await makeWorkerUtils({ connectionString: server.url, logger });
    await utils.migrate();
  });
  beforeEach(async () => {
    await runner?.stop();
    runner = undefined;
    await server.client.query('TRUNCATE graphile_worker._private_jobs');
  });
  after(async () => {
    await runner?.stop();
    await utils.release();
    await server.close();
  });

  const options = (more: Partial<GraphileWorkerOptions> = {}): GraphileWorkerOptions => ({
    postgres: server.url,
    task: 'push',
    ...more,
  });
  const opened = async (): Promise<Probe<GraphileWorkerOptions>> => {
    assert.ok(graphileWorker.open);
    return graphileWorker.open({ postgres: server.url }, testHost());
  };
  const read = (
    probe: Probe<GraphileWorkerOptions>,
    more?: Partial<GraphileWorkerOptions>,
    since = ago(5),
  ): Promise<Reading> => probe.read(options(more), testContext({ since }));
  const work = async (taskList: TaskList): Promise<Runner> => {
    runner = await run({ connectionString: server.url, taskList, logger, noHandleSignals: true, concurrency: 1 });
    return runner;
  };
  const ended = (of: Runner, event: 'job:success' | 'job:error'): Promise<void> =>
    new Promise((resolve) => of.events.once(event === 'job:success' ? 'job:complete' : 'job:error', () => resolve()));
  const stateIs = (condition: string): Promise<void> =>
    until(async () => {
      const { rows } = await server.client.query(`SELECT 1 FROM graphile_worker._private_jobs WHERE ${condition}`);
      return rows.length > 0;
    });

  test('shows a job that waits, one that is delayed, and one that a worker holds, and which', async () => {
    const probe = await opened();
    await utils.addJob('push', { note: marker }, { queueName: 'partner' });
    await utils.addJob('push', { note: 'later' }, { runAt: new Date(Date.now() + 60_000) });
    await utils.addJob('other', { note: 'another task' });
    const waiting = await read(probe);
    assert.equal(waiting.candidates.length, 2, 'only of the task');
    assert.match(withMarker(waiting)[0]?.source ?? '', /^job \d+ of push \(waiting\)$/);
    assert.match(waiting.candidates[1]?.source ?? '', /\(delayed\)$/);
    assert.deepEqual(withMarker(waiting)[0]?.select('$.payload.note'), { fits: true, values: [marker] });
    assert.equal((await read(probe, { queue: 'partner' })).candidates.length, 1);
    const [held, release] = [Promise.withResolvers<string>(), Promise.withResolvers<void>()];
    const running = await work({
      push: async (_payload, { job }) => {
        held.resolve(job.locked_by ?? '');
        await release.promise;
      },
    });
    const worker = await held.promise;
    const [locked] = withMarker(await read(probe));
    assert.match(locked?.source ?? '', /\(locked\)$/);
    assert.equal(locked?.instance, worker);
    const done = ended(running, 'job:success');
    release.resolve();
    await done;
  });

  test('shows a job that is to be tried again and one that failed for good, with the error', async () => {
    const probe = await opened();
    const running = await work({ push: async () => Promise.reject(new Error(`no room for ${marker}`)) });
    await utils.addJob('push', { note: 'again' });
    await utils.addJob('push', { note: 'never' }, { maxAttempts: 1 });
    await stateIs("payload ->> 'note' = 'again' AND last_error IS NOT NULL AND locked_at IS NULL");
    await stateIs("payload ->> 'note' = 'never' AND last_error IS NOT NULL AND locked_at IS NULL");
    const { candidates } = await read(probe);
    assert.deepEqual(
      candidates.map(({ source }) => /\((\w+)\)$/.exec(source)?.[1]),
      ['retry', 'failed'],
    );
    assert.deepEqual(candidates[1]?.select('last_error'), { fits: true, values: [`no room for ${marker}`] });
    assert.equal(candidates[1]?.text().includes(marker), false);
    await running.stop();
    runner = undefined;
  });

  test('never calls a job absent that was taken at once and is done, and proves the absence of one that never came', async () => {
    const probe = await opened();
    const before = await read(probe);
    assert.equal(before.whole, true, 'no number was given since');
    const running = await work({ push: async () => undefined });
    for (let count = 0; count < 20; count += 1) {
      const done = ended(running, 'job:success');
      await utils.addJob('push', { note: marker });
      await done;
      await until(
        async () => (await server.client.query('SELECT 1 FROM graphile_worker._private_jobs')).rows.length === 0,
      );
      const reading = await read(probe);
      assert.deepEqual(reading.candidates, []);
      assert.equal(reading.whole, false);
      assert.equal(reading.unseen?.kind, 'not-observable');
      assert.match(
        reading.unseen?.message ?? '',
        new RegExp(`^${count + 1} of the ${count + 1} numbers given to jobs since the send`),
      );
      assert.match(reading.unseen?.hint ?? '', /log/);
    }
  });

  test('is blind where a job took the place of an older one with the same key', async () => {
    await utils.addJob('push', { note: 'first' }, { jobKey: 'k' });
    const probe = await opened();
    await utils.addJob('push', { note: marker }, { jobKey: 'k' });
    const reading = await read(probe);
    assert.deepEqual(withMarker(reading), []);
    assert.equal(reading.unseen?.kind, 'not-observable');
  });

  test('finds a job among 10,000 others, and one that was sent before it was opened', async () => {
    for (let at = 0; at < 10_000; at += 2500)
      await utils.addJobs(
        Array.from({ length: 2500 }, (_none, n) => ({ identifier: 'push', payload: { note: `other ${at + n}` } })),
      );
    const probe = await opened();
    await utils.addJob('push', { note: marker });
    const reading = await read(probe);
    assert.equal(reading.candidates.length, 1, 'only what came since it was opened');
    assert.equal(reading.whole, true);
    const late = await opened();
    const back = await read(late, {}, ago(600));
    assert.equal(withMarker(back).length, 1);
    assert.equal(back.candidates.length, 1000);
    assert.equal(back.unseen?.kind, 'gave-up');
  });
});
