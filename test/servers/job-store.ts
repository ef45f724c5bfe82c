// A database that job queues live in, for tests: one way to write to PostgreSQL, MariaDB or a SQLite file.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { DatabaseOptions } from '../../smoke/probes/job-tables/job-database.ts';
import type { Engine } from './job-tables.ts';
import type { MariadbServer } from './mariadb.ts';
import type { PostgresServer } from './postgres.ts';

export type JobStore = {
  engine: Engine;
  at: DatabaseOptions;
  unreachable: DatabaseOptions;
  /** Values are bound for `?`. */
  run(text: string, ...values: (string | number | null)[]): Promise<Record<string, unknown>[]>;
  /** All that a look might change of these tables: rows, their versions, locks, numbers. */
  state(tables: readonly string[]): Promise<unknown>;
  /** An account that the server turns down, and one that may read nothing there. A file has none. */
  denied?(): Promise<DatabaseOptions>;
  forbidden?(): Promise<DatabaseOptions>;
  /** It crashes and is started again. */
  outage?: { begin(): Promise<void>; end(): Promise<void> };
  /** It answers nothing from now on. A file cannot be made to. */
  freeze?(): void;
  thaw?(): void;
  close(): Promise<void>;
};

export function postgresStore(server: PostgresServer): JobStore {
  const { url } = server;
  const run: JobStore['run'] = async (text, ...values) => {
    let place = 0;
    return (
      await server.client.query(
        text.replace(/\?/g, () => `$${++place}`),
        values,
      )
    ).rows;
  };
  return {
    engine: 'postgres',
    at: { postgres: url },
    unreachable: { postgres: url.replace(/:\d+\//, ':1/') },
    run,
    async state(tables) {
      const found: unknown[] = [];
      for (const table of tables)
        found.push(await run(`SELECT xmin::text, xmax::text, ctid::text, t.* FROM ${table} t ORDER BY ctid`));
      found.push(await run('SELECT schemaname, sequencename, last_value::text FROM pg_sequences ORDER BY 1, 2'));
      found.push(
        await run(`SELECT l.locktype FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE a.application_name = 'smoketrail' AND l.locktype IN ('relation', 'tuple', 'transactionid', 'advisory')`),
      );
      return found;
    },
    denied: async () => ({ postgres: url.replace('//postgres@', '//stranger@') }),
    async forbidden() {
      const known = await run("SELECT 1 FROM pg_roles WHERE rolname = 'bystander'");
      if (known.length === 0) await run('CREATE ROLE bystander LOGIN');
      return { postgres: url.replace('//postgres@', '//bystander@') };
    },
    outage: { begin: server.kill, end: server.start },
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    close: async () => server.thaw(),
  };
}

export function mariadbStore(server: MariadbServer): JobStore {
  const { url } = server;
  const run: JobStore['run'] = async (text, ...values) => {
    const [rows] = await server.client.query(text, values);
    return Array.isArray(rows) ? (rows as Record<string, unknown>[]) : [];
  };
  const account = async (name: string, password: string): Promise<DatabaseOptions> => {
    await run(`CREATE OR REPLACE USER ${name}@'127.0.0.1' IDENTIFIED BY 'right'`);
    await run(`GRANT CREATE ON test.* TO ${name}@'127.0.0.1'`);
    return { mysql: url.replace('//tester@', `//${name}:${password}@`) };
  };
  return {
    engine: 'mysql',
    at: { mysql: url },
    unreachable: { mysql: url.replace(/:\d+\//, ':1/') },
    run,
    state: async (tables) => [
      await run(`CHECKSUM TABLE ${tables.join(', ')}`),
      ...(await Promise.all(tables.map((table) => run(`SELECT * FROM ${table} ORDER BY id`)))),
      await run('SELECT TABLE_NAME, AUTO_INCREMENT FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()'),
      await run('SELECT * FROM information_schema.INNODB_LOCKS'),
    ],
    denied: () => account('outsider', 'wrong'),
    forbidden: () => account('bystander', 'right'),
    outage: { begin: server.kill, end: server.start },
    freeze: () => server.freeze(),
    thaw: () => server.thaw(),
    close: async () => server.thaw(),
  };
}

export async function sqliteStore(): Promise<JobStore> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-jobs-'));
  const database = new DatabaseSync(join(folder, 'queue.sqlite'));
  database.exec('PRAGMA journal_mode = WAL');
  const run: JobStore['run'] = async (text, ...values) => database.prepare(text).all(...values);
  return {
    engine: 'sqlite',
    at: { sqlite: join(folder, 'queue.sqlite') },
    unreachable: { sqlite: join(folder, 'nowhere.sqlite') },
    run,
    state: async (tables) => [
      ...(await Promise.all(tables.map((table) => run(`SELECT * FROM ${table} ORDER BY id`)))),
      await run('SELECT * FROM sqlite_sequence ORDER BY name'),
      await run('PRAGMA data_version'),
    ],
    async close() {
      database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
