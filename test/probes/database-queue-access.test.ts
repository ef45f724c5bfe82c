// What looks at job queues in databases need and cost, and what they do when the server goes away and comes back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Logger, makeWorkerUtils, runOnce, type WorkerUtils } from 'graphile-worker';
import { PgBoss } from 'pg-boss';
import type { Reading } from '../../smoke/core/look.ts';
import { graphileWorker } from '../../smoke/probes/job-tables/graphile-worker.ts';
import { laravelDatabase } from '../../smoke/probes/job-tables/laravel-database.ts';
import { pgBoss } from '../../smoke/probes/job-tables/pg-boss.ts';
import type { Plugin, Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { mariadbStore } from '../servers/job-store.ts';
import { laravelTables } from '../servers/job-tables.ts';
import { laravelJob } from '../servers/jobs.ts';
import { mariadbServer } from '../servers/mariadb.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';
import { ago, marker, until, withMarker } from './job-looks.ts';

async function opened(plugin: unknown, options: object): Promise<(more?: object, since?: Date) => Promise<Reading>> {
  const { open } = plugin as Plugin<object>;
  assert.ok(open);
  const probe: Probe<object> = await open(options, testHost());
  return (more = {}, since = ago(5)) => probe.read({ ...options, ...more }, testContext({ since }));
}

const isFault =
  (kind: string, says: RegExp) =>
  (error: unknown): boolean => {
    const { fault } = error as { fault: { kind: string; message: string; hint?: string } };
    assert.match(`${fault.message}. ${fault.hint ?? ''}`, says);
    return fault.kind === kind;
  };

describe('queues in PostgreSQL', () => {
  let server: PostgresServer;
  let boss: PgBoss;
  let utils: WorkerUtils;
  const logger = new Logger(() => () => undefined);
  before(async () => {
    server = await postgresServer();
    boss = new PgBoss({ connectionString: server.url, supervise: false, schedule: false });
    boss.on('error', () => undefined);
    await boss.start();
    await boss.createQueue('push');
    utils = await makeWorkerUtils({ connectionString: server.url, logger });
    await utils.migrate();
    for (const role of ['nobody', 'looker']) await server.client.query(`CREATE ROLE ${role} LOGIN`);
  });
  after(async () => {
    await boss.stop({ graceful: false });
    await Promise.resolve(utils.release()).catch(() => undefined);
    await server.close();
  });
  const as = (role: string): string => server.url.replace('postgres@', `${role}@`);

  test('pg-boss needs SELECT on two tables, and is blind without', async () => {
    const none = await opened(pgBoss, { postgres: as('nobody'), queue: 'push' });
    await assert.rejects(none(), isFault('permission', /permission denied for schema pgboss\. Grant SELECT/));
    const unknown = await opened(pgBoss, { postgres: as('stranger'), queue: 'push' });
    await assert.rejects(unknown(), isFault('permission', /role "stranger" does not exist/));
    const nodb = await opened(pgBoss, { postgres: server.url.replace(/\/[^/]*$/, '/nodb'), queue: 'push' });
    const noSuch = /database "nodb" does not exist\. Check the name of the database, the last part of the address\.$/;
    await assert.rejects(nodb(), isFault('error', noSuch));
    await server.client.query('GRANT USAGE ON SCHEMA pgboss TO looker');
    await server.client.query('GRANT SELECT ON pgboss.job, pgboss.queue TO looker');
    await boss.send('push', { note: marker });
    const looker = await opened(pgBoss, { postgres: as('looker'), queue: 'push' });
    const reading = await looker();
    assert.equal(withMarker(reading).length, 1);
    assert.equal(reading.unseen, undefined);
  });

  test('graphile-worker needs SELECT and a policy that lets it read: rows that are hidden are no absence', async () => {
    const none = await opened(graphileWorker, { postgres: as('nobody') });
    await assert.rejects(none(), isFault('permission', /permission denied for schema graphile_worker/));
    const tables = ['_private_jobs', '_private_tasks', '_private_job_queues'].map((name) => `graphile_worker.${name}`);
    await server.client.query('GRANT USAGE ON SCHEMA graphile_worker TO looker');
    await server.client.query(`GRANT SELECT ON ${tables.join(', ')} TO looker`);
    await utils.addJob('push', { note: marker });
    const looker = await opened(graphileWorker, { postgres: as('looker') });
    await assert.rejects(
      looker(),
      isFault('permission', /row level security hides rows of graphile_worker\._private_jobs.*CREATE POLICY/),
    );
    for (const table of tables)
      await server.client.query(`CREATE POLICY looker ON ${table} FOR SELECT TO looker USING (true)`);
    assert.equal(withMarker(await looker({}, ago(600))).length, 1);
    const armed = await opened(graphileWorker, { postgres: as('looker') });
    assert.equal((await armed()).unseen?.kind, 'not-observable', 'it may not see which number was given last');
    await server.client.query('GRANT SELECT ON ALL SEQUENCES IN SCHEMA graphile_worker TO looker');
    const allowed = await opened(graphileWorker, { postgres: as('looker') });
    assert.equal((await allowed()).whole, true);
    await server.client.query(`CREATE POLICY narrow ON ${tables[0]} AS RESTRICTIVE USING (priority > 0)`);
    await assert.rejects(allowed(), isFault('permission', /row level security/));
    await server.client.query(`DROP POLICY narrow ON ${tables[0]}`);
  });

  test('none of them writes, whatever stands where its tables are', async () => {
    await server.client.query('CREATE SCHEMA trap; CREATE TABLE trap.written (n int); CREATE SEQUENCE trap.ids');
    await server.client.query(`CREATE FUNCTION trap.write() RETURNS bigint LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO trap.written VALUES (1); RETURN 1; END $$`);
    for (const view of ['_private_jobs', '_private_tasks', '_private_job_queues'])
      await server.client.query(`CREATE VIEW trap.${view} AS SELECT trap.write() AS id, 1 AS task_id, 1 AS job_queue_id,
        now() AS created_at, now() AS run_at, now() AS locked_at, 'x'::text AS locked_by, '{}'::json AS payload, 1 AS attempts,
        1 AS max_attempts, ''::text AS last_error, ''::text AS key, ''::text AS identifier, ''::text AS queue_name`);
    const look = await opened(graphileWorker, { postgres: server.url, schema: 'trap' });
    await assert.rejects(look(), isFault('permission', /read-only transaction/));
    assert.deepEqual((await server.client.query('SELECT * FROM trap.written')).rows, []);
  });

  test('reads no more of 20,000 jobs than the newest, by the primary key', async () => {
    await server.client.query(`INSERT INTO graphile_worker._private_jobs (task_id, payload)
      SELECT (SELECT min(id) FROM graphile_worker._private_tasks), '{}' FROM generate_series(1, 20000)`);
    await server.client.query('VACUUM ANALYZE graphile_worker._private_jobs');
    const look = await opened(graphileWorker, { postgres: server.url });
    await utils.addJob('push', { note: marker });
    const read = await rowsRead('_private_jobs', async () => {
      assert.equal(withMarker(await look()).length, 1);
      // What is counted of a send that is past is capped.
      assert.equal((await look({ limit: 100 }, ago(3600))).candidates.length, 100);
    });
    assert.equal(read.through, 0, 'never the whole table');
    assert.ok(read.byIndex < 11_000, String(read.byIndex));
  });

  test('goes through the jobs of a queue of pg-boss, or by an index on the time where there is one', async () => {
    await server.client.query(`INSERT INTO pgboss.job_common (name, data, state, created_on, completed_on)
      SELECT 'push', '{}', 'completed', now() - interval '1 day', now() FROM generate_series(1, 20000)`);
    await server.client.query('CREATE INDEX by_time ON pgboss.job_common (name, created_on)');
    await server.client.query('VACUUM ANALYZE pgboss.job_common');
    const look = await opened(pgBoss, { postgres: server.url, queue: 'push' });
    await boss.send('push', { note: `${marker}b` });
    const read = await rowsRead('job_common', async () => {
      assert.equal(withMarker(await look(), `${marker}b`).length, 1);
    });
    assert.equal(read.through, 0);
    assert.ok(read.byIndex < 100, String(read.byIndex));
  });

  test('is blind while the server is gone, sees again, and claims no absence of what came and went meanwhile', async () => {
    const look = await opened(graphileWorker, { postgres: server.url });
    assert.equal((await look()).whole, true);
    await server.kill();
    await assert.rejects(look(), isFault('refused', /ECONNREFUSED|connection/));
    await server.start();
    const done = await makeWorkerUtils({ connectionString: server.url, logger });
    await server.client.query('DELETE FROM graphile_worker._private_jobs');
    await done.addJob('push', { note: marker });
    await runOnce({
      connectionString: server.url,
      logger,
      noHandleSignals: true,
      taskList: { push: async () => undefined },
    });
    await done.addJob('push', { note: `${marker}c` });
    const reading = await look();
    assert.equal(withMarker(reading, `${marker}c`).length, 1);
    assert.equal(reading.unseen?.kind, 'not-observable');
    await done.release();
  });

  /** Rows of a table that its server read meanwhile. What a session read is told once it is over. */
  async function rowsRead(table: string, act: () => Promise<void>): Promise<{ through: number; byIndex: number }> {
    const counters = async (): Promise<{ through: number; byIndex: number; scans: number }> => {
      await server.client.query('SELECT pg_stat_force_next_flush()');
      await server.client.query('SELECT pg_stat_clear_snapshot()');
      const { rows } = await server.client.query(
        'SELECT seq_tup_read AS through, idx_tup_fetch AS fetched, idx_scan AS scans FROM pg_stat_user_tables WHERE relname = $1',
        [table],
      );
      return { through: Number(rows[0].through), byIndex: Number(rows[0].fetched), scans: Number(rows[0].scans) };
    };
    const earlier = await counters();
    await act();
    await until(async () => {
      const open = await server.client.query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'smoketrail'");
      return open.rows.length === 0 && (await counters()).scans > earlier.scans;
    });
    const later = await counters();
    return { through: later.through - earlier.through, byIndex: later.byIndex - earlier.byIndex };
  }
});

describe('queues in MariaDB', { skip: without('mariadb') }, () => {
  test('needs SELECT alone, is blind without or with a wrong password, and reads a window of 20,000 jobs', async () => {
    const server = await mariadbServer();
    try {
      const store = mariadbStore(server);
      for (const statement of laravelTables('mysql')) await store.run(statement);
      await store.run("CREATE USER looker@'127.0.0.1' IDENTIFIED BY 'right'");
      const at = (password: string): string => server.url.replace('tester@', `looker:${password}@`);
      const wrong = await opened(laravelDatabase, { mysql: at('wrong') });
      await assert.rejects(wrong(), isFault('permission', /Access denied/));
      await store.run("GRANT SELECT ON test.failed_jobs TO looker@'127.0.0.1'");
      const nodb = await opened(laravelDatabase, { mysql: server.url.replace(/\/[^/]*$/, '/nodb') });
      await assert.rejects(nodb(), isFault('permission', /'nodb'\. Check the name of the database.* grant SELECT/));
      await store.run("GRANT SELECT ON nodb.* TO tester@'127.0.0.1'");
      await assert.rejects(nodb(), isFault('error', /Unknown database 'nodb'\. Check the name of the database/));
      const none = await opened(laravelDatabase, { mysql: at('right') });
      await assert.rejects(none(), isFault('permission', /denied.*grant SELECT/));
      await store.run("GRANT SELECT ON test.jobs TO looker@'127.0.0.1'");
      await store.run(`INSERT INTO jobs (queue, payload, attempts, available_at, created_at)
        SELECT 'push', '{}', 0, 1, UNIX_TIMESTAMP() FROM seq_1_to_20000`);
      const look = await opened(laravelDatabase, { mysql: at('right') });
      await store.run(
        "INSERT INTO jobs (queue, payload, attempts, available_at, created_at) VALUES ('push', ?, 0, 1, 1)",
        laravelJob({ alias: '1', note: marker }),
      );
      const steps = async (): Promise<number> => {
        const rows = await store.run(
          "SELECT SUM(VARIABLE_VALUE) AS n FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME IN ('HANDLER_READ_RND_NEXT', 'HANDLER_READ_NEXT', 'HANDLER_READ_PREV')",
        );
        return Number(rows[0]?.['n']);
      };
      const before = await steps();
      const reading = await look();
      assert.equal(withMarker(reading).length, 1);
      assert.equal(reading.candidates.length, 1);
      const after = await steps();
      assert.ok(
        after - before < 3000,
        `${after - before} rows stepped over, those of the server's own tables included`,
      );
    } finally {
      await server.close();
    }
  });
});
