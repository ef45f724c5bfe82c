// Looks at PostgreSQL with the `sql` plug-in: one statement in a read-only transaction, bounded in time, rows and bytes.

import type { Client } from 'pg';
import type Cursor from 'pg-cursor';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { originOf, type ServerTarget } from '../server-target.ts';
import { withPostgres } from './postgres.ts';
import { cancelledBy } from './postgres-cancel.ts';
import { type Bound, bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import { byteCap, nothing, type Rows, readingOf, rowCap, type SqlRow, sizeOf, type Within } from './sql-reading.ts';
import { reads, statementOf } from './sql-statement.ts';

/** Milliseconds that the server works on a statement at most, where the look has no limit of its own. */
const LIMIT = 10_000;
/** Milliseconds that it waits for somebody else's lock on a table. */
const LOCK = 1000;
const PIECE = 200;

export function openPostgres({ postgres, ca }: Partial<SqlOptions>, host: Host): Probe<SqlOptions> {
  if (postgres === undefined) throw new Blind('error', 'the address of the database is not known before the send');
  const target = { url: postgres, ca };
  return {
    async read(options, context) {
      if (!reads(statementOf(options.query, 'postgres'), 'postgres'))
        throw new Blind('error', 'a look takes a statement that only reads', {
          hint: 'A look never changes what it reads; a statement that writes belongs into a step.',
        });
      const statement = bound(options, 'postgres', (n) => `$${n}`);
      const began = host.clock.now();
      const [rows = nothing] = await postgresRows(target, host, context, () => [statement]);
      return readingOf(rows, originOf(postgres), context.named, host.clock.now() - began);
    },
    reach: (signal) => withPostgres(target, host, signal, async (client) => void (await client.query('SELECT 1'))),
  };
}

/** What each statement gives, in one read-only transaction. They are made once it has begun: they may tell how long ago. */
export function postgresRows(
  target: ServerTarget,
  host: Host,
  { signal, limit }: Within,
  statements: () => readonly Bound[],
): Promise<readonly Rows[]> {
  const { statement, lock } = limitsOf(limit);
  return withPostgres(target, host, signal, async (client) => {
    await client.query('BEGIN TRANSACTION READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${statement}`);
    await client.query(`SET LOCAL lock_timeout = ${lock}`);
    const read = await cancelledBy(signal, client, host, () => each(client, statements()));
    await client.query('ROLLBACK');
    return read;
  });
}

/**
 * Each statement by itself, in no transaction. That nothing is written and nothing takes too long is told while the
 * connection is made: a setting that is made later would stay with a pool that lends the connection to somebody else.
 */
export function postgresRowsAlone(
  target: ServerTarget,
  host: Host,
  { signal, limit }: Within,
  statements: () => readonly Bound[],
): Promise<readonly Rows[]> {
  const { statement, lock } = limitsOf(limit);
  const settings = { default_transaction_read_only: 'on', statement_timeout: statement, lock_timeout: lock };
  return withPostgres(
    target,
    host,
    signal,
    (client) => cancelledBy(signal, client, host, () => each(client, statements())),
    settings,
  );
}

function limitsOf(limit: number = LIMIT): { statement: number; lock: number } {
  const statement = Math.max(1, Math.floor(limit));
  return { statement, lock: Math.min(statement, LOCK) };
}

async function each(client: Client, statements: readonly Bound[]): Promise<readonly Rows[]> {
  const read: Rows[] = [];
  for (const { text, values } of statements) read.push(await rowsOf(client, text, values));
  return read;
}

/** Through a cursor, so that a statement with a million rows costs no more than what is read of it. */
async function rowsOf(client: Client, text: string, values: readonly unknown[]): Promise<Rows> {
  const { default: Cursors } = await import('pg-cursor');
  const cursor: Cursor<SqlRow> = client.query(new Cursors<SqlRow>(text, [...values]));
  const rows: SqlRow[] = [];
  let bytes = 0;
  for (;;) {
    const piece = await cursor.read(PIECE);
    for (const row of piece) {
      rows.push(row);
      bytes += sizeOf(row);
    }
    if (piece.length < PIECE) return { rows, bytes, whole: true };
    if (rows.length >= rowCap || bytes >= byteCap) {
      await cursor.close();
      return { rows, bytes, whole: false };
    }
  }
}
