import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { after, before, beforeEach, test } from 'node:test';
import * as v from 'valibot';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import { Blind, type Sent } from '../../smoke/probes/plugin.ts';
import { sql } from '../../smoke/probes/sql/sql.ts';
import type { SqlOptions } from '../../smoke/probes/sql/sql-options.ts';
import { lookContext, nobody, noCookies, testHost } from '../host.ts';

let folder = '';
let file = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-sql-'));
});
beforeEach(async () => {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true });
  file = join(folder, 'bookings.db');
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE bookings (id INTEGER PRIMARY KEY, note TEXT, body BLOB);
    INSERT INTO bookings VALUES (8841, 'Arriving late. smk-1', NULL), (9007199254740993, '', x'c3bc');`);
  database.close();
});
after(() => rm(folder, { recursive: true }));

async function look(options: Partial<SqlOptions>, signal: AbortSignal = AbortSignal.timeout(5000)): Promise<Reading> {
  const host = testHost({ baseDir: folder });
  const probe = await sql.open?.({ sqlite: 'bookings.db' }, host);
  assert.ok(probe !== undefined);
  try {
    return await probe.read(
      { sqlite: 'bookings.db', query: 'SELECT * FROM bookings ORDER BY id', ...options },
      lookContext({ signal, named: true }),
    );
  } finally {
    await probe.close?.();
  }
}

async function fire(
  query: string,
  more: Partial<SqlOptions> = {},
  signal: AbortSignal = AbortSignal.timeout(5000),
): Promise<Sent> {
  const trigger = await sql.trigger?.(testHost({ baseDir: folder }));
  assert.ok(trigger !== undefined);
  return trigger.fire({ sqlite: 'bookings.db', query, ...more }, { signal, cookies: noCookies, owner: nobody });
}

async function blind(promise: Promise<unknown>): Promise<Blind> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, `nothing blind was thrown but ${String(error)}`);
  return error;
}

function values(candidate: Candidate | undefined, selector: string): readonly string[] {
  const picked = candidate?.select(selector);
  assert.ok(picked?.fits === true);
  return picked.values;
}

test('rows are read with their values bound, digits kept and bytes as text', async () => {
  const all = await look({});
  assert.equal(all.whole, true);
  assert.equal(all.searched, '2 rows of bookings.db');
  assert.deepEqual(values(all.candidates[1], 'id'), ['9007199254740993']);
  assert.deepEqual(values(all.candidates[1], 'body'), ['ü']);
  assert.equal(all.candidates[0]?.named, true);
  const query = 'SELECT note FROM bookings WHERE id = :id';
  for (const id of [8841, '8841']) {
    assert.deepEqual(values((await look({ query, params: { id } })).candidates[0], 'note'), ['Arriving late. smk-1']);
  }
  const list = await look({ query: 'SELECT ? AS a, ? AS b, ? AS c', params: ["'; DROP TABLE bookings", true, null] });
  assert.equal(list.candidates[0]?.text(), "a: '; DROP TABLE bookings\nb: 1\nc: ");
});

test('no row is a whole reading with nothing in it', async () => {
  const none = await look({ query: 'SELECT * FROM bookings WHERE id = ?', params: [1] });
  assert.deepEqual([none.candidates.length, none.whole, none.searched], [0, true, '0 rows of bookings.db']);
});

test('more rows than the cap are never called the whole table', async () => {
  const query = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 10001) SELECT i FROM n';
  const many = await look({ query });
  assert.deepEqual([many.candidates.length, many.whole], [10_000, false]);
  assert.match(many.searched, /only the first 10000 rows/);
  assert.equal((await look({ query: query.replace('10001', '10000') })).whole, true);
});

test('a query that does not end is stopped when the look is', async () => {
  const query = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i % 1000000 = 0';
  const host = testHost({ baseDir: folder });
  let now = 0;
  const clock = { ...host.clock, now: () => (now += 3000) };
  const probe = await sql.open?.({}, { ...host, clock });
  const error = await blind(probe?.read({ sqlite: file, query }, lookContext()) ?? Promise.resolve());
  assert.equal(error.fault.kind, 'timeout');
});

test('a look takes one reading statement only, and its connection could not write either', async () => {
  for (const query of [
    'DELETE FROM bookings',
    'SELECT 1; DELETE FROM bookings',
    "SELECT ';' -- fine\n; /* still fine */ DELETE FROM bookings",
    'PRAGMA user_version = 1',
    "ATTACH 'x.db' AS x",
    '',
    '-- nothing',
  ]) {
    assert.equal((await blind(look({ query }))).fault.kind, 'error', query);
  }
  const error = await blind(look({ query: 'WITH x AS (SELECT 1) DELETE FROM bookings' }));
  assert.equal(error.fault.kind, 'permission');
  assert.equal((await look({})).candidates.length, 2);
  assert.equal((await look({ query: "SELECT ';', [id;] FROM (SELECT 1 AS [id;]); -- end" })).candidates.length, 1);
});

test('what keeps a look from seeing is blind, each in its own way', async () => {
  assert.equal((await blind(look({ sqlite: 'missing.db' }))).fault.kind, 'error');
  await assert.rejects(stat(join(folder, 'missing.db')), 'a look created a file');
  assert.match((await blind(look({ query: 'SELECT * FROM nope' }))).message, /no such table: nope/);
  assert.match((await blind(look({ query: 'SELEKT 1' }))).message, /SELECT, WITH, VALUES or EXPLAIN/);
  assert.equal((await blind(look({ query: 'SELECT ?, ?', params: { a: 1 } }))).fault.kind, 'error');
  await writeFile(join(folder, 'text.db'), 'this is no database, but it is long enough to be taken for one'.repeat(50));
  assert.equal((await blind(look({ sqlite: 'text.db' }))).fault.kind, 'wrong-answer');
  assert.equal((await blind(look({ sqlite: '.' }))).fault.kind, 'error');
});

test('a file is reached without a query, read-only, and not where it is missing or no database', async () => {
  const reached = async (sqlite: string): Promise<string> => {
    const probe = await sql.open?.({ sqlite }, testHost({ baseDir: folder }));
    assert.ok(probe?.reach);
    return probe.reach(AbortSignal.timeout(5000)).then(
      () => 'connected',
      (error: unknown) => (error instanceof Blind ? error.fault.kind : String(error)),
    );
  };
  const before = await stat(file);
  assert.equal(await reached('bookings.db'), 'connected');
  assert.equal((await stat(file)).mtimeMs, before.mtimeMs);
  assert.equal(await reached('none.db'), 'error');
  await writeFile(join(folder, 'text.db'), 'this is a text, and by no means a database');
  assert.equal(await reached('text.db'), 'wrong-answer');
  assert.deepEqual((await readdir(folder)).toSorted(), ['bookings.db', 'text.db']);
});

test('a lock is waited for until the time is up, and then it is busy', async () => {
  const writer = new DatabaseSync(file);
  writer.exec('BEGIN EXCLUSIVE');
  try {
    assert.equal((await blind(look({}, AbortSignal.timeout(150)))).fault.kind, 'busy');
    const waiting = look({});
    writer.exec('COMMIT');
    assert.equal((await waiting).candidates.length, 2);
  } finally {
    writer.close();
  }
});

test('ten looks change neither the bytes nor the time of the file, and leave no other file', async () => {
  const [bytes, { mtimeMs, ino }] = [await readFile(file), await stat(file)];
  for (let count = 0; count < 10; count++) await look({});
  const now = await stat(file);
  assert.deepEqual([now.mtimeMs, now.ino], [mtimeMs, ino]);
  assert.ok(bytes.equals(await readFile(file)));
  assert.deepEqual(await readdir(folder), ['bookings.db']);
});

test('ten looks beside an open connection in WAL mode change neither the database nor its log', async () => {
  const owner = new DatabaseSync(file);
  owner.exec("PRAGMA journal_mode = WAL; INSERT INTO bookings VALUES (1, 'in the log', NULL)");
  try {
    const state = async (name: string): Promise<unknown[]> => [await readFile(name, 'hex'), (await stat(name)).mtimeMs];
    const earlier = [await state(file), await state(`${file}-wal`)];
    for (let count = 0; count < 10; count++) assert.equal((await look({})).candidates.length, 3);
    assert.deepEqual([await state(file), await state(`${file}-wal`)], earlier);
  } finally {
    owner.close();
  }
});

test('looks beside a process that keeps writing see every row it reported, and never hold it up', async () => {
  const program = `
    import { DatabaseSync } from 'node:sqlite';
    const database = new DatabaseSync(process.argv[1]);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA busy_timeout = 0');
    let id = 0;
    const timer = setInterval(() => {
      database.prepare('INSERT INTO bookings VALUES (?, ?, NULL)').run(100000 + ++id, 'w');
      process.stdout.write(id + '\\n');
    }, 2);
    process.stdin.on('data', () => { clearInterval(timer); database.close(); process.exit(0); });
  `;
  const writer = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let errors = '';
  writer.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  let written = 0;
  writer.stdout.on('data', (chunk: Buffer) => (written = Number(chunk.toString().trim().split('\n').at(-1))));
  const query = 'SELECT count(*) AS n FROM bookings WHERE id > 100000 AND id < 900000';
  await once(writer.stdout, 'data');
  for (let count = 0; count < 20; count++) {
    const least = written;
    const seen = Number(values((await look({ query })).candidates[0], 'n')[0]);
    assert.ok(seen >= least, `${seen} of ${least} rows`);
  }
  writer.stdin.write('stop');
  const [code] = (await once(writer, 'exit')) as [number];
  assert.deepEqual([code, errors], [0, '']);
});

test('a database that is replaced by another file is read anew', async () => {
  const host = testHost({ baseDir: folder });
  const probe = await sql.open?.({ sqlite: file }, host);
  const read = async (): Promise<number | undefined> =>
    (await probe?.read({ sqlite: file, query: 'SELECT * FROM bookings' }, lookContext()))?.candidates.length;
  assert.equal(await read(), 2);
  const next = new DatabaseSync(join(folder, 'next.db'));
  next.exec('CREATE TABLE bookings (id)');
  next.close();
  await rm(file);
  await copyFile(join(folder, 'next.db'), file);
  assert.equal(await read(), 0);
});

test('a step runs one bound statement and says how many rows it changed', async () => {
  const sent = await fire('DELETE FROM bookings WHERE id = :id RETURNING id, note', {
    params: { id: 8841 },
    expect: { changes: 1 },
  });
  assert.equal(sent.outcome, 'done');
  assert.match(sent.summary, /DELETE on bookings.db → 1 changed/);
  assert.deepEqual(values(sent.answer, 'note'), ['Arriving late. smk-1']);
  assert.equal((await look({})).candidates.length, 1);
  const found = await fire("SELECT id FROM bookings WHERE note = ''");
  assert.deepEqual([found.outcome, values(found.answer, '$.id')], ['done', ['9007199254740993']]);
  const unmet = await fire('DELETE FROM bookings WHERE id = 1', { expect: { changes: [1, 2] } });
  assert.deepEqual([unmet.outcome, unmet.fault?.kind], ['unknown', 'wrong-answer']);
});

test('a step that fails has changed nothing and is refused; it never makes a database', async () => {
  for (const [query, more] of [
    ["INSERT INTO bookings VALUES (8841, 'twice', NULL)", {}],
    ['DELETE FROM nope', {}],
    ['DELETE FROM bookings; DELETE FROM bookings', {}],
    ['CREATE TABLE x (id)', { sqlite: 'new.db' }],
  ] as const) {
    const sent = await fire(query, more);
    assert.equal(sent.outcome, 'refused', query);
    assert.ok(sent.fault !== undefined);
  }
  assert.equal((await look({})).candidates.length, 2);
  assert.deepEqual(await readdir(folder), ['bookings.db']);
  const writer = new DatabaseSync(file);
  writer.exec('BEGIN IMMEDIATE');
  const busy = await fire('DELETE FROM bookings', {}, AbortSignal.timeout(100));
  writer.exec('COMMIT');
  writer.close();
  assert.deepEqual([busy.outcome, busy.fault?.kind], ['refused', 'busy']);
});

test('options are validated whole, and an unknown key is named', () => {
  const good = { sqlite: 'x.db', query: 'SELECT ?', params: ['a', 1, true, null], expect: { changes: [0, 1] } };
  const schema = sql.options as v.GenericSchema;
  assert.ok(v.safeParse(schema, good).success);
  assert.ok(v.safeParse(schema, { sqlite: 'x', query: 'q', params: { id: 1 } }).success);
  for (const bad of [
    {},
    { sqlite: 'x' },
    { ...good, quary: 1 },
    { ...good, params: [{}] },
    { ...good, expect: { changes: -1 } },
  ]) {
    assert.equal(v.safeParse(schema, bad).success, false, JSON.stringify(bad));
  }
});
