// Over 300 lines because every case is one of the same tables, which each engine makes once.
// What looks show of jobs in the tables that Oban, Laravel and Solid Queue publish. None of the three runs here: the rows
// are written as their own code writes them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import { laravelDatabase } from '../../smoke/probes/job-tables/laravel-database.ts';
import { oban } from '../../smoke/probes/job-tables/oban.ts';
import { solidQueue } from '../../smoke/probes/job-tables/solid-queue.ts';
import type { Plugin, Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type JobStore, mariadbStore, postgresStore, sqliteStore } from '../servers/job-store.ts';
import { activeJob, laravelTables, obanTables, solidQueueTables } from '../servers/job-tables.ts';
import { laravelJob } from '../servers/jobs.ts';
import { mariadbServer } from '../servers/mariadb.ts';
import { postgresServer } from '../servers/postgres.ts';

const marker = 'smk-42rcxa7100000001';
const job = { alias: '8841', note: marker };

async function opened(plugin: unknown, store: JobStore, more: object = {}): Promise<Probe<object>> {
  const { open } = plugin as Plugin<object>;
  assert.ok(open);
  return open({ ...store.at, ...more }, testHost());
}

/** States by number of the job. */
function statesOf({ candidates }: Reading): Record<string, string> {
  return Object.fromEntries(
    candidates.map(({ source }) => [/^job (\d+)/.exec(source)?.[1] ?? '?', /\((\w+)\)$/.exec(source)?.[1] ?? '?']),
  );
}

const withId = ({ candidates }: Reading, id: number): Candidate | undefined =>
  candidates.find(({ source }) => source.startsWith(`job ${id} of`));

const read = (probe: Probe<object>, store: JobStore, more: object = {}): Promise<Reading> =>
  probe.read({ ...store.at, ...more }, testContext({ since: new Date(Date.now() - 5000) }));

const engines = {
  PostgreSQL: {
    missing: false as string | false,
    async make() {
      const server = await postgresServer();
      return { store: postgresStore(server), end: () => server.close() };
    },
  },
  MariaDB: {
    missing: without('mariadb'),
    async make() {
      const server = await mariadbServer();
      return { store: mariadbStore(server), end: () => server.close() };
    },
  },
  SQLite: {
    missing: false as string | false,
    async make() {
      const store = await sqliteStore();
      return { store, end: () => store.close() };
    },
  },
};

/** The numbers begin again as well. */
async function emptied(store: JobStore): Promise<void> {
  for (const table of ['jobs', 'solid_queue_jobs'])
    if (store.engine === 'postgres') await store.run(`TRUNCATE ${table} RESTART IDENTITY`);
    else if (store.engine === 'mysql') await store.run(`TRUNCATE ${table}`);
    else {
      await store.run(`DELETE FROM ${table}`);
      await store.run('DELETE FROM sqlite_sequence WHERE name = ?', table);
    }
}

for (const [name, { missing, make }] of Object.entries(engines))
  describe(`job tables in ${name}, by their published formats`, { skip: missing }, () => {
    let made: Awaited<ReturnType<typeof make>>;
    before(async () => {
      made = await make();
      const { store } = made;
      for (const statement of [...laravelTables(store.engine), ...solidQueueTables(store.engine)])
        await store.run(statement);
    });
    after(() => made.end());

    test('a table that was never used proves nothing, nor does a queue that is none of those that got jobs', async () => {
      const { store } = made;
      const payload = laravelJob(job);
      const time = '2026-01-01 00:00:00';
      const cases = [
        {
          plugin: solidQueue,
          add: (queue: string) =>
            store.run(
              `INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, created_at, updated_at)
                VALUES (?, 'PushBookingJob', '[]', ?, ?)`,
              ...[queue, time, time],
            ),
        },
        {
          plugin: laravelDatabase,
          add: (queue: string) =>
            store.run(
              'INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES (?, ?, 0, 1700000000, 1700000000)',
              ...[queue, payload],
            ),
        },
      ];
      for (const { plugin, add } of cases) {
        const unused = await opened(plugin, store);
        const { doubt, whole } = await read(unused, store);
        assert.equal(whole, true);
        assert.match(doubt ?? '', /no job was ever put into (solid_queue_)?jobs: it may be another table/);
        await add('push');
        const probe = await opened(plugin, store);
        assert.equal((await read(probe, store, { queue: 'pusch' })).doubt, undefined, 'none came, under whatever name');
        await add('push');
        const mistyped = await read(probe, store, { queue: 'pusch' });
        assert.deepEqual(mistyped.candidates, []);
        assert.match(mistyped.doubt ?? '', /there is no queue pusch among the newest jobs: they are of push/);
        const quiet = await opened(plugin, store);
        await add('mail');
        const right = await read(quiet, store, { queue: 'push' });
        assert.equal(right.doubt, undefined, 'the queue is known, and got none');
        assert.equal(right.whole, true);
      }
      await emptied(store);
    });

    test('laravel-database tells a job that waits, is delayed, reserved, tried again or failed; the rest is not observable', async () => {
      const { store } = made;
      const now = Math.floor(Date.now() / 1000);
      const add = (payload: string, attempts: number, reserved: number | null, available: number, queue = 'push') =>
        store.run(
          'INSERT INTO jobs (queue, payload, attempts, reserved_at, available_at, created_at) VALUES (?, ?, ?, ?, ?, ?)',
          ...[queue, payload, attempts, reserved, available, now],
        );
      await add(laravelJob(job), 0, null, now);
      await store.run('DELETE FROM jobs');
      const probe = await opened(laravelDatabase, store);
      assert.equal((await read(probe, store)).whole, true, 'no number was given since');
      await add(laravelJob(job), 0, null, now);
      await add(laravelJob(job), 0, null, now + 600);
      await add(laravelJob(job), 1, now, now);
      await add(laravelJob(job), 1, null, now + 90);
      await add(laravelJob(job, 'eyJpdiI6IjEyMyJ9'), 0, null, now);
      await add(laravelJob(job), 0, null, now, 'other');
      const reading = await read(probe, store, { queue: 'push' });
      assert.deepEqual(statesOf(reading), { 2: 'waiting', 3: 'delayed', 4: 'reserved', 5: 'retry', 6: 'waiting' });
      assert.equal(reading.whole, true, reading.searched);
      assert.deepEqual(withId(reading, 2)?.select('$.data.command.note'), { fits: true, values: [marker] });
      assert.equal(withId(reading, 2)?.at, new Date(now * 1000).toISOString());
      assert.match(withId(reading, 6)?.closed ?? '', /encrypted/);
      await store.run('DELETE FROM jobs WHERE id = 4');
      const gone = await read(probe, store, { queue: 'push' });
      assert.equal(gone.unseen?.kind, 'not-observable');
      assert.match(gone.unseen?.message ?? '', /^1 of the 6 numbers given to jobs since the send has no job any more/);
      await store.run(
        "INSERT INTO failed_jobs (uuid, connection, queue, payload, exception) VALUES ('u1', 'database', 'push', ?, ?)",
        ...[laravelJob(job), `RuntimeException: no room for ${marker}`],
      );
      const failed = await read(probe, store, { queue: 'push' });
      const lost = failed.candidates.find(({ source }) => source === 'job 1 of push (failed)');
      assert.deepEqual(lost?.select('$.data.command.booking'), { fits: true, values: ['8841'] });
      assert.match(JSON.stringify(lost?.select('exception')), /no room/);
    });

    test('solid-queue tells where a job is, and which process holds it', async () => {
      const { store } = made;
      const probe = await opened(solidQueue, store);
      const time = '2026-01-01 00:00:00.123456';
      const add = (finished: string | null = null, queue = 'push') =>
        store.run(
          `INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, finished_at, created_at, updated_at)
            VALUES (?, 'PushBookingJob', ?, ?, ?, ?)`,
          ...[queue, activeJob(queue, job), finished, time, time],
        );
      for (let count = 0; count < 6; count += 1) await add();
      await add(null, 'other');
      const insert = (table: string, columns: string, ...values: (string | number)[]) =>
        store.run(
          `INSERT INTO solid_queue_${table} (${columns}) VALUES (${values.map(() => '?').join(', ')})`,
          ...values,
        );
      await insert('ready_executions', 'job_id, queue_name, created_at', 1, 'push', time);
      await insert('scheduled_executions', 'job_id, queue_name, scheduled_at, created_at', 2, 'push', time, time);
      await insert(
        'processes',
        'kind, last_heartbeat_at, pid, hostname, created_at, name',
        'Worker',
        time,
        71,
        'web-7f9',
        time,
        'worker-2a7a',
      );
      await insert('claimed_executions', 'job_id, process_id, created_at', 3, 1, time);
      await insert(
        'failed_executions',
        'job_id, error, created_at',
        4,
        JSON.stringify({ message: `no room for ${marker}` }),
        time,
      );
      await insert(
        'blocked_executions',
        'job_id, queue_name, concurrency_key, expires_at, created_at',
        5,
        'push',
        'k',
        time,
        time,
      );
      const reading = await read(probe, store, { queue: 'push' });
      assert.deepEqual(statesOf(reading), {
        1: 'waiting',
        2: 'delayed',
        3: 'claimed',
        4: 'failed',
        5: 'blocked',
        6: 'unknown',
      });
      const claimed = withId(reading, 3);
      assert.equal(claimed?.instance, 'worker-2a7a');
      assert.deepEqual(claimed?.select('hostname'), { fits: true, values: ['web-7f9'] });
      assert.deepEqual(claimed?.select('$.arguments[1].note'), { fits: true, values: [marker] });
      assert.equal(claimed?.at, '2026-01-01T00:00:00.123Z');
      assert.deepEqual(withId(reading, 4)?.select('$.error.message'), {
        fits: true,
        values: [`no room for ${marker}`],
      });
      assert.equal(reading.whole, true);
      await store.run('DELETE FROM solid_queue_jobs WHERE id = 6');
      assert.equal((await read(probe, store)).unseen?.kind, 'not-observable', 'a job is gone');
      await add(time);
      const kept = await read(probe, store, { queue: 'push' });
      assert.equal(statesOf(kept)[8], 'completed');
      assert.equal(kept.unseen?.kind, 'not-observable', 'that one is kept says nothing of the one that was deleted');
      assert.match(kept.unseen?.message ?? '', /^1 of the 8 numbers given to jobs/);
    });

    test('reads a bounded window, says when it was too small, and names the option where the tables are not there', async () => {
      const { store } = made;
      const probe = await opened(solidQueue, store);
      for (let count = 0; count < 4; count += 1)
        await store.run(
          `INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, created_at, updated_at)
            VALUES ('push', 'X', '[]', '2026-01-01 00:00:00', '2026-01-01 00:00:00')`,
        );
      const few = await read(probe, store, { limit: 3 });
      assert.equal(few.candidates.length, 3);
      assert.equal(few.unseen?.kind, 'gave-up');
      await assert.rejects(read(probe, store, { prefix: 'nowhere_' }), (error) => {
        const { fault } = error as { fault: { kind: string; hint: string } };
        assert.match(fault.hint, /`prefix`/);
        return fault.kind === 'error';
      });
    });
  });

test('a MariaDB that takes no writes may follow another one, and proves nothing', {
  skip: without('mariadb'),
}, async () => {
  const server = await mariadbServer();
  const store = mariadbStore(server);
  try {
    for (const statement of laravelTables('mysql')) await store.run(statement);
    await store.run(
      "INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('push', '{}', 0, 1, 1)",
    );
    const probe = await opened(laravelDatabase, store);
    assert.equal((await read(probe, store)).doubt, undefined);
    await store.run('SET GLOBAL read_only = 1');
    assert.match((await read(probe, store)).doubt ?? '', /follows another one/);
  } finally {
    await server.close();
  }
});

describe('oban in PostgreSQL, by its published table', () => {
  test('tells the state of a job, and the node that took it; a job that was pruned is not observable', async () => {
    const server = await postgresServer();
    try {
      const store = postgresStore(server);
      for (const statement of obanTables('jobs')) await store.run(statement);
      const probe = await opened(oban, store, { schema: 'jobs' });
      const add = (state: string, more = 'NULL', error = 'NULL'): Promise<unknown> =>
        store.run(
          `INSERT INTO jobs.oban_jobs (state, queue, worker, args, attempted_by, errors)
            VALUES ('${state}', 'push', 'App.Push', ?, ${more}, CASE WHEN ${error} IS NULL THEN '{}' ELSE ARRAY[${error}::jsonb] END)`,
          JSON.stringify({ booking: job.alias, note: job.note }),
        );
      await add('available');
      await add('scheduled');
      await add('executing', "ARRAY['app@web-7f9', '0192-producer']");
      await add('retryable', "ARRAY['app@web-7f9', '0192-producer']", `'{"error": "no room"}'`);
      await add('completed', "ARRAY['app@web-8aa', '0193-producer']");
      await add('discarded');
      const options = { schema: 'jobs', queue: 'push' };
      const reading = await read(probe, store, options);
      const states = { 1: 'available', 2: 'scheduled', 3: 'executing', 4: 'retryable', 5: 'completed', 6: 'discarded' };
      assert.deepEqual(statesOf(reading), states);
      assert.equal(reading.whole, true);
      assert.equal(withId(reading, 3)?.instance, 'app@web-7f9');
      assert.equal(withId(reading, 1)?.instance, undefined);
      assert.deepEqual(withId(reading, 3)?.select('$.args.note'), { fits: true, values: [marker] });
      assert.deepEqual(withId(reading, 4)?.select('$.errors[0].error'), { fits: true, values: ['no room'] });
      assert.ok(Math.abs(Date.parse(withId(reading, 1)?.at ?? '') - Date.now()) < 60_000);
      await store.run("DELETE FROM jobs.oban_jobs WHERE state = 'completed'");
      const pruned = await read(probe, store, options);
      assert.equal(pruned.unseen?.kind, 'not-observable');
      assert.match(pruned.unseen?.hint ?? '', /max_age/);
    } finally {
      await server.close();
    }
  });
});
