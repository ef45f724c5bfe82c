// What a look at PostgreSQL or MariaDB reads, how far, and what it says where it cannot read: against real servers.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { FaultKind, Reading } from '../../smoke/core/look.ts';
import { Blind, type Sent } from '../../smoke/probes/plugin.ts';
import { sql } from '../../smoke/probes/sql/sql.ts';
import type { SqlOptions } from '../../smoke/probes/sql/sql-options.ts';
import { nobody, noCookies, testContext, testHost } from '../../smoke/testing/host.ts';
import { eventually } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { type MariadbServer, mariadbServer } from '../servers/mariadb.ts';
import { type PostgresServer, postgresServer } from '../servers/postgres.ts';

async function looked(options: SqlOptions, limit = 5000): Promise<Reading> {
  assert.ok(sql.open);
  const probe = await sql.open(options, testHost());
  return probe.read(options, testContext({ limit }));
}

async function fired(options: SqlOptions): Promise<Sent> {
  assert.ok(sql.trigger);
  const trigger = await sql.trigger(testHost());
  return trigger.fire(options, { signal: new AbortController().signal, cookies: noCookies, owner: nobody });
}

async function blindOf(options: SqlOptions, kind: FaultKind, limit?: number): Promise<Blind> {
  const error = await looked(options, limit).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  assert.ok(error instanceof Blind, `it is not blind: ${String(error)}`);
  assert.equal(error.fault.kind, kind, error.message);
  return error;
}

/** Tries the connection without the query, as `doctor` does. */
async function reached(given: Partial<SqlOptions>, signal: AbortSignal = AbortSignal.timeout(5000)): Promise<string> {
  const probe = await sql.open?.(given, testHost());
  assert.ok(probe?.reach);
  return probe.reach(signal).then(
    () => 'connected',
    (error: unknown) => (error instanceof Blind ? error.fault.kind : String(error)),
  );
}

/** By a connection whose options were not validated. */
const onTheWay = async (given: Partial<SqlOptions>): Promise<void> => {
  const probe = await sql.open?.(given, testHost());
  await probe?.reach?.(AbortSignal.timeout(5000));
};

const mustBegin = (scheme: string) => (error: unknown) =>
  error instanceof Blind && error.message === `the address of the database must begin with ${scheme}`;

const firstRow = ({ candidates }: Reading, column: string): readonly string[] => {
  const found = candidates[0]?.select(column);
  return found?.fits === true ? found.values : [];
};

describe('sql on PostgreSQL', () => {
  let server: PostgresServer;
  const at = (query: string, more: Partial<SqlOptions> = {}): SqlOptions => ({ postgres: server.url, query, ...more });
  before(async () => {
    server = await postgresServer();
    await server.client.query(`CREATE TABLE jobs (id bigint, payload jsonb, raw bytea, done boolean, at timestamptz)`);
    await server.client.query(
      `INSERT INTO jobs VALUES (9007199254740993, '{"note": "smk-1", "n": 12345678901234567890}', '\\x736d6b2d31', true, '2026-11-26 10:00:00+00')`,
    );
    await server.client.query(`CREATE ROLE reader LOGIN PASSWORD 'secret-word'`);
  });
  after(() => server.close());

  test('gives numbers with all their digits, JSON to reach into, bytes to search, and times', async () => {
    const reading = await looked(at('SELECT * FROM jobs WHERE id = :id', { params: { id: '9007199254740993' } }));
    assert.deepEqual(firstRow(reading, 'id'), ['9007199254740993']);
    assert.deepEqual(firstRow(reading, '$.payload.note'), ['smk-1']);
    assert.deepEqual(firstRow(reading, '$.payload.n'), ['12345678901234567890']);
    assert.deepEqual(firstRow(reading, 'raw'), ['smk-1']);
    assert.deepEqual(firstRow(reading, 'done'), ['true']);
    assert.match(firstRow(reading, 'at')[0] ?? '', /^2026-11-26/);
    assert.match(reading.searched, /^1 row of postgres:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await looked(at('SELECT * FROM jobs WHERE id = $1', { params: ['1'] }))).candidates.length, 0);
  });

  test('reads at most 10,000 rows of a million, and says so', async () => {
    const reading = await looked(at('SELECT n FROM generate_series(1, 1000000) AS n'));
    assert.equal(reading.candidates.length, 10_000);
    assert.equal(reading.whole, false);
    assert.match(reading.searched, /only the first 10000 rows/);
  });

  test('is ended by the server itself when its time is up', async () => {
    const began = performance.now();
    await blindOf(at('SELECT pg_sleep(30)'), 'timeout', 200);
    assert.ok(performance.now() - began < 10_000);
    const { rows } = await server.client.query(
      `SELECT 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND state = 'active' AND pid <> pg_backend_pid()`,
    );
    assert.equal(rows.length, 0);
  });

  test('leaves no statement at work on the server when the look is stopped', async () => {
    const stop = new AbortController();
    const probe = await sql.open?.(at('SELECT 1'), testHost());
    const { signal } = stop;
    const look = probe?.read(at('SELECT pg_sleep(20)::text AS note'), testContext({ limit: 30_000, signal }));
    const stopped = assert.rejects(look ?? Promise.resolve(), /enough/);
    const active = async (): Promise<number> => {
      const query = `SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'SELECT pg_sleep%'`;
      return (await server.client.query(query)).rows.length;
    };
    await eventually('the statement is at work', async () => ((await active()) > 0 ? true : undefined));
    stop.abort(new Error('enough'));
    const began = performance.now();
    await stopped;
    assert.ok(performance.now() - began < 300);
    await eventually('it has ended', async () => ((await active()) === 0 ? true : undefined));
    assert.ok(performance.now() - began < 5_000, 'it ended long before its time was up');
  });

  test('writes nothing, not even by a function or a WITH', async () => {
    await server.client.query('CREATE SEQUENCE numbers');
    await blindOf(at(`SELECT nextval('numbers')`), 'permission');
    await blindOf(at('WITH gone AS (DELETE FROM jobs RETURNING id) SELECT * FROM gone'), 'permission');
    await blindOf(at('SELECT * FROM jobs FOR UPDATE'), 'error');
    await blindOf(at('SELECT 1; DELETE FROM jobs'), 'error');
    assert.equal((await server.client.query('SELECT * FROM jobs')).rows.length, 1);
  });

  test('is blind, and says why', async () => {
    const as = (account: string): string => server.url.replace('postgres@', `${account}@`);
    const denied = await blindOf(at('SELECT * FROM jobs', { postgres: as('reader:secret-word') }), 'permission');
    assert.equal(denied.message.includes('secret-word'), false);
    assert.match(denied.fault.hint ?? '', /Grant SELECT/);
    await blindOf(at('SELECT 1', { postgres: as('nobody-knows') }), 'permission');
    await blindOf(at('SELECT 1', { postgres: 'postgres://x@127.0.0.1:1/d' }), 'refused');
    await blindOf(at('SELECT 1', { postgres: 'postgres://x@no-such-host.invalid/d' }), 'refused');
    await blindOf(at('SELECT * FROM nowhere'), 'error');
    const plain = await blindOf(at('SELECT 1', { postgres: `${server.url}?sslmode=require` }), 'refused');
    assert.match(plain.message, /no trusted TLS/);
    await server.client.query('BEGIN; LOCK TABLE jobs IN ACCESS EXCLUSIVE MODE');
    await blindOf(at('SELECT * FROM jobs'), 'busy');
    await server.client.query('ROLLBACK');
  });

  test('is reached without a query, and not by an unknown role, at a closed port or where nothing answers', async () => {
    assert.equal(await reached({ postgres: server.url }), 'connected');
    assert.equal(await reached({ postgres: server.url.replace('postgres@', 'stranger:x@') }), 'permission');
    assert.equal(await reached({ postgres: 'postgres://x@127.0.0.1:1/d' }), 'refused');
    await assert.rejects(onTheWay({ postgres: 'redis://:word@x' }), mustBegin('postgres://'));
    server.freeze();
    try {
      assert.match(await reached({ postgres: server.url }, AbortSignal.timeout(200)), /TimeoutError/);
    } finally {
      server.thaw();
    }
  });

  test('a step tells what it did, keeps what it returned, and knows when nothing was done', async () => {
    await server.client.query('CREATE TABLE sent (id serial PRIMARY KEY, note text NOT NULL)');
    const done = await fired(at('INSERT INTO sent (note) VALUES (:note) RETURNING id', { params: { note: 'smk-2' } }));
    assert.equal(done.outcome, 'done');
    assert.match(done.summary, /^INSERT on postgres:\/\/127\.0\.0\.1:\d+ → 1 changed$/);
    assert.deepEqual(done.answer?.select('id'), { fits: true, values: ['1'] });
    assert.equal((await fired(at('INSERT INTO sent (note) VALUES (NULL)'))).outcome, 'refused');
    assert.equal((await fired(at('DELETE FROM sent; SELECT 1'))).outcome, 'refused');
    assert.equal((await fired(at('SELECT 1', { postgres: 'postgres://x@127.0.0.1:1/d' }))).outcome, 'refused');
    const killed = fired(at('INSERT INTO sent (note) SELECT pg_sleep(20)::text'));
    for (let pid: number | undefined; pid === undefined; ) {
      const { rows } = await server.client.query(
        `SELECT pid FROM pg_stat_activity WHERE query LIKE 'INSERT%pg_sleep(20)%' AND state = 'active'`,
      );
      pid = rows[0]?.pid;
      if (pid !== undefined) await server.client.query('SELECT pg_terminate_backend($1)', [pid]);
    }
    assert.equal((await killed).outcome, 'unknown');
  });

  test('looks again at a server that was killed and came back', async () => {
    await server.kill();
    await blindOf(at('SELECT 1'), 'refused');
    await server.start();
    assert.equal((await looked(at('SELECT 1'))).candidates.length, 1);
  });
});

describe('sql on MariaDB', { skip: without('mariadb') }, () => {
  let server: MariadbServer;
  const at = (query: string, more: Partial<SqlOptions> = {}): SqlOptions => ({ mysql: server.url, query, ...more });
  before(async () => {
    server = await mariadbServer();
    await server.client.query('CREATE TABLE jobs (id bigint, payload json, raw blob, at datetime) ENGINE=InnoDB');
    await server.client.query(
      `INSERT INTO jobs VALUES (9007199254740993, '{"note": "smk-1"}', x'736d6b2d31ff', '2026-11-26 10:00:00')`,
    );
    await server.client.query("CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'secret-word'");
  });
  after(() => server.close());

  test('gives numbers with all their digits, JSON to reach into, bytes to search, and times', async () => {
    const reading = await looked(at('SELECT * FROM jobs WHERE id = :id', { params: { id: '9007199254740993' } }));
    assert.deepEqual(firstRow(reading, 'id'), ['9007199254740993']);
    assert.deepEqual(firstRow(reading, '$.payload.note'), ['smk-1']);
    assert.match(firstRow(reading, 'raw')[0] ?? '', /^smk-1/);
    assert.deepEqual(firstRow(reading, 'at'), ['2026-11-26 10:00:00']);
  });

  test('reads at most 10,000 rows of many, and says so', async () => {
    const reading = await looked(at('SELECT seq FROM seq_1_to_200000'));
    assert.equal(reading.candidates.length, 10_000);
    assert.equal(reading.whole, false);
  });

  test('is ended by the server itself when its time is up', async () => {
    await blindOf(at('SELECT SLEEP(30)'), 'timeout', 200);
  });

  test('writes and locks nothing', async () => {
    await blindOf(at('SELECT * FROM jobs FOR UPDATE'), 'error');
    await blindOf(at('DELETE FROM jobs'), 'error');
    await blindOf(at('WITH x AS (SELECT 1) DELETE FROM jobs'), 'error');
    const [rows] = await server.client.query('SELECT * FROM jobs');
    assert.equal((rows as unknown[]).length, 1);
  });

  test('is blind, and says why', async () => {
    const as = (account: string): string => server.url.replace('tester@', `${account}@`);
    const denied = await blindOf(at('SELECT * FROM jobs', { mysql: as('reader:secret-word') }), 'permission');
    assert.equal(denied.message.includes('secret-word'), false);
    await blindOf(at('SELECT 1', { mysql: as('reader:wrong-one') }), 'permission');
    await blindOf(at('SELECT 1', { mysql: 'mysql://x@127.0.0.1:1/d' }), 'refused');
    await blindOf(at('SELECT * FROM nowhere'), 'error');
    await blindOf(at('SELECT 1', { mysql: `${server.url}?ssl-mode=REQUIRED` }), 'refused');
    await server.client.query('LOCK TABLES jobs WRITE');
    await blindOf(at('SELECT * FROM jobs'), 'busy');
    await server.client.query('UNLOCK TABLES');
  });

  test('is reached without a query, and not with a wrong password or at a closed port', async () => {
    const as = (account: string): string => server.url.replace('tester@', `${account}@`).replace(/\/test$/, '/');
    assert.equal(await reached({ mysql: as('reader:secret-word') }), 'connected');
    assert.equal(await reached({ mysql: as('reader:wrong-one') }), 'permission');
    assert.equal(await reached({ mysql: 'mysql://x@127.0.0.1:1/d' }), 'refused');
    await assert.rejects(onTheWay({ mysql: 'redis://:word@x' }), mustBegin('mysql:// or mariadb://'));
  });

  test('a step tells what it did, keeps the number of the new row, and knows when nothing was done', async () => {
    await server.client.query('CREATE TABLE sent (id int AUTO_INCREMENT PRIMARY KEY, note text NOT NULL)');
    const done = await fired(at('INSERT INTO sent (note) VALUES (:note)', { params: { note: 'smk-2' } }));
    assert.equal(done.outcome, 'done');
    assert.deepEqual(done.answer?.select('insertId'), { fits: true, values: ['1'] });
    assert.equal((await fired(at('INSERT INTO nowhere VALUES (1)'))).outcome, 'refused');
    const found = await fired(at('SELECT note FROM sent WHERE id = ?', { params: [1] }));
    assert.deepEqual(found.answer?.select('note'), { fits: true, values: ['smk-2'] });
  });

  test('looks again at a server that was killed and came back', async () => {
    await server.kill();
    await blindOf(at('SELECT 1'), 'refused');
    await server.start();
    assert.equal((await looked(at('SELECT 1'))).candidates.length, 1);
  });
});
