// Queues in PostgreSQL for the bench of looks, and a plain table: pg-boss and graphile-worker as they make their tables, the
// others by their published ones. The database itself makes the rows.

import { Logger, makeWorkerUtils } from 'graphile-worker';
import { PgBoss } from 'pg-boss';
import { activeJob, laravelTables, obanTables, solidQueueTables } from '../servers/job-tables.ts';
import { laravelJob } from '../servers/jobs.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';
import { type LookedAt, lookerOf, record, sinceOpened } from './looked-at.ts';

type Tables = {
  name: string;
  plugin?: string;
  options: object;
  make(server: PostgresServer): Promise<void>;
  /** Statements that make the rows $1 to $2; `when` is the time of a row. */
  rows(when: string): readonly string[];
};

const series = 'FROM generate_series($1::int, $2::int) n';
const [hourAgo, now] = ["now() - interval '1 hour'", 'now()'];
const data = quoted(JSON.stringify({ booking: record.alias, note: record.note }));

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

const run =
  (statements: readonly string[]) =>
  async ({ client }: PostgresServer): Promise<void> => {
    for (const statement of statements) await client.query(statement);
  };

async function makePgBoss({ url }: PostgresServer): Promise<void> {
  const boss = new PgBoss({ connectionString: url, supervise: false, schedule: false });
  await boss.start();
  await boss.createQueue('push', { deleteAfterSeconds: 0 });
  await boss.stop({ graceful: false });
}

async function makeGraphile({ url, client }: PostgresServer): Promise<void> {
  const utils = await makeWorkerUtils({ connectionString: url, logger: new Logger(() => () => undefined) });
  await utils.migrate();
  await utils.release();
  await client.query("INSERT INTO graphile_worker._private_tasks (identifier) VALUES ('push')");
}

const pgBossRows: Tables['rows'] = (when) => [
  `INSERT INTO pgboss.job (name, data, created_on) SELECT 'push', ${data}, ${when} ${series}`,
];

const tables: readonly Tables[] = [
  { name: 'pg-boss', options: { queue: 'push' }, make: makePgBoss, rows: pgBossRows },
  {
    name: 'pg-boss (with the index)',
    plugin: 'pg-boss',
    options: { queue: 'push' },
    async make(server) {
      await makePgBoss(server);
      await server.client.query('CREATE INDEX ON pgboss.job_common (name, created_on)');
    },
    rows: pgBossRows,
  },
  {
    name: 'graphile-worker',
    options: { task: 'push' },
    make: makeGraphile,
    rows: (when) => [
      `INSERT INTO graphile_worker._private_jobs (task_id, payload, created_at)
        SELECT (SELECT id FROM graphile_worker._private_tasks WHERE identifier = 'push'), ${data}, ${when} ${series}`,
    ],
  },
  {
    name: 'oban',
    options: { queue: 'push' },
    make: run(obanTables()),
    rows: (when) => [
      `INSERT INTO oban_jobs (queue, worker, args, inserted_at)
        SELECT 'push', 'PushBooking', ${data}, timezone('UTC', ${when}) ${series}`,
    ],
  },
  {
    name: 'laravel-database',
    options: { queue: 'push' },
    make: run(laravelTables('postgres')),
    rows: (when) => [
      `INSERT INTO jobs (queue, payload, attempts, available_at, created_at)
        SELECT 'push', ${quoted(laravelJob(record))}, 0, EXTRACT(EPOCH FROM ${when}), EXTRACT(EPOCH FROM ${when}) ${series}`,
    ],
  },
  {
    name: 'solid-queue',
    options: { queue: 'push' },
    make: run(solidQueueTables('postgres')),
    rows: (when) => {
      const at = `timezone('UTC', ${when})`;
      return [
        `INSERT INTO solid_queue_jobs (queue_name, class_name, arguments, created_at, updated_at)
          SELECT 'push', 'PushBookingJob', ${quoted(activeJob('push', record))}, ${at}, ${at} ${series}`,
        `INSERT INTO solid_queue_ready_executions (job_id, queue_name, created_at) SELECT n, 'push', ${at} ${series}`,
      ];
    },
  },
  {
    name: 'sql (a row by its key)',
    plugin: 'sql',
    options: { query: 'SELECT id, note FROM bookings WHERE id = :id', params: { id: 8841 } },
    make: run(['CREATE TABLE bookings (id bigint PRIMARY KEY, note text)']),
    rows: () => [`INSERT INTO bookings SELECT n, ${quoted(record.note)} ${series}`],
  },
];

/** Indexes that are no constraint's are made anew behind a million rows, which takes a fraction of the time. */
async function withoutIndexes({ client }: PostgresServer, work: () => Promise<void>): Promise<void> {
  const { rows: indexes } = await client.query<{ name: string; made: string }>(`
    SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS made
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace s ON s.oid = c.relnamespace
    WHERE c.relkind = 'i' AND NOT c.relispartition AND s.nspname <> 'pg_toast' AND s.nspname <> 'pg_catalog'
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)`);
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  await work();
  for (const { made } of indexes) await client.query(made);
}

function inPostgres({ name, plugin = name, options, make, rows }: Tables): LookedAt {
  return {
    name,
    missing: false,
    async open() {
      const server = await postgresServer('max_wal_size=4GB');
      let filled = 0;
      async function fill(count: number, when: string): Promise<void> {
        for (const statement of rows(when)) await server.client.query(statement, [filled + 1, count]);
        filled = count;
      }
      await make(server);
      // No foreign key is looked up for each row.
      await server.client.query('SET session_replication_role = replica');
      return {
        async fill(count) {
          await withoutIndexes(server, () => fill(count, hourAgo));
          await server.client.query('VACUUM ANALYZE');
        },
        async looker() {
          const looker = await lookerOf(plugin, { postgres: server.url, ...options });
          await fill(filled + sinceOpened, now);
          return looker;
        },
        close: () => server.close(),
      };
    },
  };
}

export const inDatabases: readonly LookedAt[] = tables.map(inPostgres);
