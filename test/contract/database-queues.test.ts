// The probes for job queues in databases keep the contract: pg-boss and graphile-worker with their own producers, the
// others on tables and rows in their published formats.

import { after, before, describe, test } from 'node:test';
import { Logger, makeWorkerUtils, type WorkerUtils } from 'graphile-worker';
import { PgBoss } from 'pg-boss';
import { graphileWorker } from '../../smoke/probes/job-tables/graphile-worker.ts';
import { laravelDatabase } from '../../smoke/probes/job-tables/laravel-database.ts';
import { oban } from '../../smoke/probes/job-tables/oban.ts';
import { pgBoss } from '../../smoke/probes/job-tables/pg-boss.ts';
import { solidQueue } from '../../smoke/probes/job-tables/solid-queue.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { type ProbeBench, testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { type JobStore, mariadbStore, postgresStore, sqliteStore } from '../servers/job-store.ts';
import { activeJob, laravelTables, obanTables, solidQueueNames, solidQueueTables } from '../servers/job-tables.ts';
import { laravelJob } from '../servers/jobs.ts';
import { type MariadbServer, mariadbServer } from '../servers/mariadb.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';

type Made<O> = { more: Partial<O>; tables: readonly string[] } & Pick<ProbeBench<O>, 'put' | 'selection'>;

function benchOf<O>(store: JobStore, { more, tables, put, selection }: Made<O>): ProbeBench<O> {
  const { freeze, denied, forbidden, outage } = store;
  const options = { ...store.at, ...more } as O;
  return {
    options: () => options,
    put,
    ...(selection && { selection }),
    unreachable: () => ({ ...store.unreachable, ...more }) as O,
    ...(denied && { denied: async () => ({ ...(await denied()), ...more }) as O }),
    ...(forbidden && { forbidden: async () => ({ ...(await forbidden()), ...more }) as O }),
    ...(outage && { outage }),
    ...(freeze && {
      stalled: () => {
        freeze();
        return options;
      },
    }),
    snapshot: () => store.state(tables),
    close: () => store.close(),
  };
}

async function laravelOn(store: JobStore): Promise<ProbeBench<object>> {
  for (const table of ['jobs', 'failed_jobs']) await store.run(`DROP TABLE IF EXISTS ${table}`);
  for (const statement of laravelTables(store.engine)) await store.run(statement);
  return benchOf<object>(store, {
    more: { queue: 'push' },
    tables: ['jobs', 'failed_jobs'],
    selection: ({ alias }) => ({ where: { '$.data.command.booking': alias }, field: '$.data.command.note' }),
    put: async (record) =>
      void (await store.run(
        "INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('push', ?, 0, 1700000000, 1700000000)",
        laravelJob(record),
      )),
  });
}

async function solidQueueOn(store: JobStore): Promise<ProbeBench<object>> {
  for (const table of solidQueueNames) await store.run(`DROP TABLE IF EXISTS ${table}`);
  for (const statement of solidQueueTables(store.engine)) await store.run(statement);
  return benchOf<object>(store, {
    more: { queue: 'push' },
    tables: solidQueueNames,
    selection: ({ alias }) => ({ where: { '$.arguments[0]': alias }, field: '$.arguments[1].note' }),
    put: async (record) =>
      void (await store.run(
        `INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, created_at, updated_at)
          VALUES ('push', 'PushBookingJob', ?, '2026-01-01 00:00:00', '2026-01-01 00:00:00')`,
        activeJob('push', record),
      )),
  });
}

function suite(
  name: string,
  plugin: unknown,
  setUp: () => Promise<ProbeBench<object>>,
  unreachableAs: 'refused' | 'error' = 'refused',
  provesAbsence = true,
): void {
  testProbe(name, { plugin: plugin as Plugin<object>, unreachableAs, provesAbsence, setUp });
}

describe('queues in PostgreSQL', () => {
  let server: PostgresServer;
  let boss: PgBoss;
  let graphile: WorkerUtils;
  before(async () => {
    server = await postgresServer();
    boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false });
    boss.on('error', () => undefined);
    await boss.start();
    // It would tell of each outage.
    const logger = new Logger(() => () => undefined);
    graphile = await makeWorkerUtils({ connectionString: server.url, logger });
    await graphile.migrate();
  });
  after(async () => {
    await boss.stop({ graceful: false });
    await graphile.release();
    await server.close();
  });

  const bossBench = async (): Promise<ProbeBench<object>> => {
    await boss.deleteQueue('push').catch(() => undefined);
    await boss.createQueue('push', { deleteAfterSeconds: 0 });
    return benchOf<object>(postgresStore(server), {
      more: { queue: 'push' },
      tables: ['pgboss.job', 'pgboss.queue'],
      selection: ({ alias }) => ({ where: { '$.data.booking': alias }, field: '$.data.note' }),
      put: async ({ alias, note }) => void (await boss.send('push', { booking: alias, note })),
    });
  };
  suite('pg-boss', pgBoss, bossBench, 'refused', false);

  suite('graphile-worker', graphileWorker, async () => {
    await server.client.query('TRUNCATE graphile_worker._private_jobs RESTART IDENTITY');
    return benchOf<object>(postgresStore(server), {
      more: { task: 'push' },
      tables: [
        'graphile_worker._private_jobs',
        'graphile_worker._private_tasks',
        'graphile_worker._private_job_queues',
      ],
      selection: ({ alias }) => ({ where: { '$.payload.booking': alias }, field: '$.payload.note' }),
      put: async ({ alias, note }) => void (await graphile.addJob('push', { booking: alias, note })),
    });
  });

  suite('oban, by its published tables,', oban, async () => {
    const store = postgresStore(server);
    await store.run('DROP TABLE IF EXISTS oban_jobs');
    await store.run('DROP TYPE IF EXISTS oban_job_state');
    for (const statement of obanTables()) await store.run(statement);
    return benchOf<object>(store, {
      more: { queue: 'push' },
      tables: ['oban_jobs'],
      selection: ({ alias }) => ({ where: { '$.args.booking': alias }, field: '$.args.note' }),
      put: async ({ alias, note }) =>
        void (await store.run(
          "INSERT INTO oban_jobs (queue, worker, args) VALUES ('push', 'PushBooking', ?)",
          JSON.stringify({ booking: alias, note }),
        )),
    });
  });

  suite('laravel-database on PostgreSQL, by its published tables,', laravelDatabase, () =>
    laravelOn(postgresStore(server)),
  );
  suite('solid-queue on PostgreSQL, by its published tables,', solidQueue, () => solidQueueOn(postgresStore(server)));
});

describe('queues in SQLite', () => {
  suite(
    'laravel-database on SQLite, by its published tables,',
    laravelDatabase,
    async () => laravelOn(await sqliteStore()),
    'error',
  );
  suite(
    'solid-queue on SQLite, by its published tables,',
    solidQueue,
    async () => solidQueueOn(await sqliteStore()),
    'error',
  );
});

const missing = without('mariadb');
if (missing !== false) test('queues in MariaDB', { skip: missing }, () => undefined);
else
  describe('queues in MariaDB', () => {
    let server: MariadbServer;
    before(async () => {
      server = await mariadbServer();
    });
    after(() => server.close());
    suite('laravel-database on MariaDB, by its published tables,', laravelDatabase, () =>
      laravelOn(mariadbStore(server)),
    );
    suite('solid-queue on MariaDB, by its published tables,', solidQueue, () => solidQueueOn(mariadbStore(server)));
  });
