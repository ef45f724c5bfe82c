// What a look at pg-boss shows of a job on its way, with its own producer and worker on a real PostgreSQL server.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type Job, PgBoss } from 'pg-boss';
import type { Reading } from '../../smoke/core/look.ts';
import type { PgBossOptions } from '../../smoke/probes/job-tables/job-table-options.ts';
import { pgBoss } from '../../smoke/probes/job-tables/pg-boss.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';
import { ago, marker, until, withMarker } from './job-looks.ts';

type Booked = { note: string };

describe('pg-boss', () => {
  let server: PostgresServer;
  let boss: PgBoss;
  before(async () => {
    server = await postgresServer();
    boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false });
    boss.on('error', () => undefined);
    await boss.start();
  });
  beforeEach(async () => {
    await boss.deleteQueue('push').catch(() => undefined);
    await boss.createQueue('push');
  });
  after(async () => {
    await boss.stop({ graceful: false });
    await server.close();
  });

  const options = (more: Partial<PgBossOptions> = {}): PgBossOptions => ({
    postgres: server.url,
    queue: 'push',
    ...more,
  });
  const opened = async (): Promise<Probe<PgBossOptions>> => {
    assert.ok(pgBoss.open);
    return pgBoss.open(options(), testHost());
  };
  const read = (probe: Probe<PgBossOptions>, more: { since?: Date; limit?: number } = {}): Promise<Reading> =>
    probe.read(
      options(more.limit === undefined ? {} : { limit: more.limit }),
      testContext({ since: more.since ?? ago(5) }),
    );
  const work = (act: (note: string) => Promise<void>): Promise<string> =>
    boss.work<Booked>('push', { pollingIntervalSeconds: 0.5 }, async ([job]: Job<Booked>[]) =>
      act(job?.data.note ?? ''),
    );
  const stateIs = (id: string, state: string): Promise<void> =>
    until(async () => {
      const { rows } = await server.client.query('SELECT state FROM pgboss.job WHERE id = $1', [id]);
      return rows[0]?.state === state;
    });

  test('shows a job that waits, one that is delayed, one that a worker holds, and one that is done', async () => {
    const probe = await opened();
    const id = (await boss.send('push', { note: marker })) ?? '';
    await boss.send('push', { note: 'later' }, { startAfter: 60 });
    const waiting = await read(probe);
    assert.deepEqual(
      withMarker(waiting).map(({ source }) => source),
      [`job ${id} of push (waiting)`],
    );
    assert.match(waiting.candidates.find((one) => one.text().includes('later'))?.source ?? '', /\(delayed\)$/);
    assert.deepEqual(withMarker(waiting)[0]?.select('$.data.note'), { fits: true, values: [marker] });
    assert.match(withMarker(waiting)[0]?.at ?? '', /^20\d\d-\d\d-\d\dT.*Z$/);
    const [held, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    await work(async () => {
      held.resolve();
      await release.promise;
    });
    await held.promise;
    assert.match(withMarker(await read(probe))[0]?.source ?? '', /\(active\)$/);
    release.resolve();
    await stateIs(id, 'completed');
    const done = await read(probe);
    assert.match(withMarker(done)[0]?.source ?? '', /\(completed\)$/);
    assert.equal(done.unseen, undefined);
    await boss.offWork('push');
  });

  test('shows a job that is to be tried again and one that failed, and no error as what a job holds', async () => {
    const probe = await opened();
    const again = (await boss.send('push', { note: 'again' }, { retryLimit: 1, retryDelay: 60 })) ?? '';
    const never = (await boss.send('push', { note: 'never' }, { retryLimit: 0 })) ?? '';
    await work(async () => Promise.reject(new Error(`no room for ${marker}`)));
    await stateIs(again, 'retry');
    await stateIs(never, 'failed');
    const reading = await read(probe);
    assert.deepEqual(reading.candidates.map(({ source }) => /\((\w+)\)$/.exec(source)?.[1]).toSorted(), [
      'failed',
      'retry',
    ]);
    assert.deepEqual(reading.candidates[0]?.select('$.output.message'), {
      fits: true,
      values: [`no room for ${marker}`],
    });
    assert.deepEqual(withMarker(reading), []);
    await boss.offWork('push');
  });

  test('finds a job among 10,000 others, in a queue with a table of its own too, and says when it read too few', async () => {
    await boss.createQueue('apart', { partition: true });
    for (const queue of ['push', 'apart']) {
      for (let at = 0; at < 10_000; at += 2500)
        await boss.insert(
          queue,
          Array.from({ length: 2500 }, (_none, n) => ({ data: { note: `other ${at + n}` } })),
        );
      const probe = await opened();
      await delay(50);
      const since = ago(0);
      await boss.send(queue, { note: marker });
      const near = await probe.read(options({ queue }), testContext({ since }));
      assert.equal(withMarker(near).length, 1);
      assert.ok(near.candidates.length < 1000, 'only what came since');
      const far = await probe.read(options({ queue }), testContext({ since: ago(600) }));
      assert.equal(withMarker(far).length, 1);
      assert.equal(far.candidates.length, 1000);
      assert.equal(far.unseen?.kind, 'gave-up');
      assert.match(far.unseen?.hint ?? '', /limit/);
    }
    await boss.deleteQueue('apart');
  });

  test('sees 100 of 100 jobs that a worker takes at once', async () => {
    const probe = await opened();
    let taken = Promise.withResolvers<string>();
    const worker = await work(async (note) => taken.resolve(note));
    for (let count = 0; count < 100; count += 1) {
      const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
      taken = Promise.withResolvers();
      await boss.send('push', { note });
      boss.notifyWorker(worker);
      assert.equal(await taken.promise, note);
      assert.equal(withMarker(await read(probe), note).length, 1, `job ${count}`);
    }
    await boss.offWork('push');
  });

  test('says that a queue is not there, and what is deleted by now is not to be seen', async () => {
    const probe = await opened();
    await assert.rejects(probe.read(options({ queue: 'pusch' }), testContext()), (error) => {
      const { fault } = error as { fault: { kind: string; message: string; hint: string } };
      assert.equal(fault.message, 'pg-boss has no queue pusch');
      assert.match(fault.hint, /push/);
      return fault.kind === 'error';
    });
    const old = await read(probe, { since: ago(8 * 86_400) });
    assert.equal(old.unseen?.kind, 'not-observable');
    assert.match(old.unseen?.message ?? '', /deleted 604800 s after/);
  });

  test('proves no absence: a job that its worker deletes leaves no trace', async () => {
    const probe = await opened();
    const deleted = Promise.withResolvers<void>();
    const worker = await boss.work('push', async ([job]) => {
      await boss.deleteJob('push', job?.id ?? '');
      deleted.resolve();
    });
    await boss.send('push', { note: marker });
    boss.notifyWorker(worker);
    await deleted.promise;
    const { candidates, whole, searched } = await read(probe);
    assert.deepEqual(candidates, []);
    assert.equal(whole, false);
    assert.match(searched, /^0 jobs of queue push; pg-boss leaves no trace of a job that is deleted/);
    await boss.offWork('push');
  });

  test('leaves the database alone for a while after a look that took long', async () => {
    assert.ok(pgBoss.open);
    const { clock } = testHost();
    let now = 0;
    const slow = {
      ...clock,
      now: () => {
        now += 2000;
        return now;
      },
    };
    const quick = await opened();
    const { retryAfter, cost } = await read(quick);
    assert.equal(retryAfter === undefined, cost.ms <= 1000);
    const probe = await pgBoss.open(options(), testHost({ clock: slow }));
    assert.equal((await read(probe)).retryAfter, 8000);
  });
});
