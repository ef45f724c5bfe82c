// Looks at PostgreSQL with the `sql` plug-in: one statement in a read-only transaction, bounded in time, rows and bytes.

import type { Client } from 'pg';
import type Cursor from 'pg-cursor';
import { Blind, type Host, type Probe } from './plugin.ts';
import { withPostgres } from './postgres.ts';
import { originOf } from './server-target.ts';
import { bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import { byteCap, type Rows, readingOf, rowCap, type SqlRow, sizeOf } from './sql-reading.ts';
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
      const limit = Math.max(1, Math.floor(context.limit ?? LIMIT));
      const rows = await withPostgres(target, host, context.signal, async (client) => {
        await client.query('BEGIN TRANSACTION READ ONLY');
        await client.query(`SET LOCAL statement_timeout = ${limit}`);
        await client.query(`SET LOCAL lock_timeout = ${Math.min(limit, LOCK)}`);
        const read = await rowsOf(client, statement.text, statement.values);
        await client.query('ROLLBACK');
        return read;
      });
      return readingOf(rows, originOf(postgres), context.named, host.clock.now() - began);
    },
  };
}

/** Through a cursor, so that a statement with a million rows costs no more than what is read of it. */
export async function rowsOf(client: Client, text: string, values: readonly unknown[]): Promise<Rows> {
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
