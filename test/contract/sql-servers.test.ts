// The sql plug-in keeps the contract on PostgreSQL and MariaDB too.

import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from '../../smoke/probes/sql/sql.ts';
import type { SqlOptions } from '../../smoke/probes/sql/sql-options.ts';
import { type ProbeBench, type SendBench, testProbe, testSend } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { type MariadbServer, mariadbServer } from '../servers/mariadb.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';

type Database = {
  at(url: string): Pick<SqlOptions, 'postgres' | 'mysql'>;
  url: string;
  run(text: string): Promise<unknown>;
  rows(text: string): Promise<unknown[]>;
  statistics: string;
  /** The address of somebody who may not log in, and of one who may and reads nothing. */
  denied(): Promise<string>;
  forbidden(): Promise<string>;
  outage: NonNullable<ProbeBench<SqlOptions>['outage']>;
  freeze(): void;
  thaw(): void;
  /** What writes to the table waits until it is unlocked. */
  lock(table: string): Promise<unknown>;
  unlock(): Promise<void>;
  /** Resolves once a session waits for that. */
  waiting(): Promise<void>;
};

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(10);
}

function ofPostgres(server: PostgresServer): Database {
  const { url, freeze, thaw } = server;
  const run = (text: string): Promise<{ rows: unknown[] }> => server.client.query(text);
  const role = async (name: string, may: string): Promise<string> => {
    await run(`DROP ROLE IF EXISTS ${name}`);
    await run(`CREATE ROLE ${name} ${may}`);
    return url.replace('//postgres@', `//${name}@`);
  };
  return {
    at: (postgres) => ({ postgres }),
    url,
    run,
    rows: async (text) => (await run(text)).rows,
    // Row versions, locks: what a reader that locks or writes would leave behind.
    statistics: 'SELECT xmin::text, xmax::text, ctid::text, * FROM bookings',
    denied: () => role('outsider', 'NOLOGIN'),
    forbidden: () => role('bystander', 'LOGIN'),
    outage: { begin: server.kill, end: server.start },
    freeze,
    thaw,
    lock: (table) => run(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`),
    unlock: async () => void (await run('ROLLBACK')),
    waiting: () => until(async () => (await run('SELECT 1 FROM pg_locks WHERE NOT granted')).rows.length > 0),
  };
}

function ofMariadb(server: MariadbServer): Database {
  const { url, freeze, thaw } = server;
  const run = async (text: string): Promise<unknown[]> => (await server.client.query(text))[0] as unknown[];
  const account = async (name: string, password: string): Promise<string> => {
    await run(`CREATE OR REPLACE USER ${name}@'127.0.0.1' IDENTIFIED BY 'right'`);
    await run(`GRANT CREATE ON test.* TO ${name}@'127.0.0.1'`);
    return url.replace('//tester@', `//${name}:${password}@`);
  };
  return {
    at: (mysql) => ({ mysql }),
    url,
    run,
    rows: run,
    statistics: 'CHECKSUM TABLE bookings',
    denied: () => account('outsider', 'wrong'),
    forbidden: () => account('bystander', 'right'),
    outage: { begin: server.kill, end: server.start },
    freeze,
    thaw,
    lock: (table) => run(`LOCK TABLES ${table} WRITE`),
    unlock: async () => void (await run('UNLOCK TABLES')),
    waiting: () =>
      until(async () => {
        const found = await run("SELECT 1 FROM information_schema.processlist WHERE state LIKE 'Waiting for%lock'");
        return found.length > 0;
      }),
  };
}

const query = 'SELECT id, note FROM bookings';

async function lookBench(database: Database): Promise<ProbeBench<SqlOptions>> {
  await database.run('DROP TABLE IF EXISTS bookings');
  await database.run('CREATE TABLE bookings (id varchar(40), note text)');
  return {
    options: () => ({ ...database.at(database.url), query }),
    selection: ({ alias }) => ({ where: { id: alias }, field: 'note' }),
    put: async ({ alias, note }) => void (await database.run(`INSERT INTO bookings VALUES ('${alias}', '${note}')`)),
    unreachable: () => ({ ...database.at(database.url.replace(/:\d+/, ':1')), query }),
    denied: async () => ({ ...database.at(await database.denied()), query }),
    forbidden: async () => ({ ...database.at(await database.forbidden()), query }),
    outage: database.outage,
    stalled() {
      database.freeze();
      return { ...database.at(database.url), query };
    },
    snapshot: async () => [await database.rows(query), await database.rows(database.statistics)],
    close: async () => database.thaw(),
  };
}

async function sendBench(database: Database): Promise<SendBench<SqlOptions>> {
  await database.run('DROP TABLE IF EXISTS sent');
  await database.run('CREATE TABLE sent (note text)');
  const insert = 'INSERT INTO sent VALUES (:note)';
  return {
    options: ({ text }) => ({ ...database.at(database.url), query: insert, params: { note: text } }),
    taken: async () => (await database.rows('SELECT note FROM sent')).map((row) => (row as { note: string }).note),
    refused: ({ text }) => ({
      ...database.at(database.url),
      query: 'INSERT INTO nowhere VALUES (:note)',
      params: { note: text },
    }),
    unknown: ({ text }) => ({
      ...database.at(database.url),
      query: insert,
      params: { note: text },
      expect: { changes: 2 },
    }),
    async stalled({ text }) {
      await database.lock('sent');
      return { ...database.at(database.url), query: insert, params: { note: text } };
    },
    left: () => database.waiting(),
    close: () => database.unlock(),
  };
}

describe('sql on PostgreSQL', () => {
  let server: PostgresServer;
  before(async () => {
    server = await postgresServer();
  });
  after(() => server.close());
  testProbe('sql on PostgreSQL', { plugin: sql, unreachableAs: 'refused', setUp: () => lookBench(ofPostgres(server)) });
  testSend('sql on PostgreSQL', { plugin: sql, setUp: () => sendBench(ofPostgres(server)) });
});

const missing = without('mariadb');
if (missing !== false) test('sql on MariaDB', { skip: missing }, () => undefined);
else
  describe('sql on MariaDB', () => {
    let server: MariadbServer;
    before(async () => {
      server = await mariadbServer();
    });
    after(() => server.close());
    testProbe('sql on MariaDB', { plugin: sql, unreachableAs: 'refused', setUp: () => lookBench(ofMariadb(server)) });
    testSend('sql on MariaDB', { plugin: sql, setUp: () => sendBench(ofMariadb(server)) });
  });
