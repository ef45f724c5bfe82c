// Looks at MySQL and MariaDB with the `sql` plug-in: one statement in a read-only transaction, bounded in time, rows and bytes.

import type { Connection } from 'mysql2';
import { told, withMysql } from './mysql.ts';
import { Blind, type Host, type Probe } from './plugin.ts';
import { originOf } from './server-target.ts';
import { type Bound, bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import { byteCap, type Rows, readingOf, rowCap, type SqlRow, sizeOf } from './sql-reading.ts';
import { reads, statementOf } from './sql-statement.ts';

/** Milliseconds that the server works on a statement at most, where the look has no limit of its own. */
const LIMIT = 10_000;

export function openMysql({ mysql, ca }: Partial<SqlOptions>, host: Host): Probe<SqlOptions> {
  if (mysql === undefined) throw new Blind('error', 'the address of the database is not known before the send');
  const target = { url: mysql, ca };
  return {
    async read(options, context) {
      if (!reads(statementOf(options.query, 'mysql'), 'mysql'))
        throw new Blind('error', 'a look takes a statement that only reads', {
          hint: 'A look never changes what it reads; a statement that writes belongs into a step.',
        });
      const statement = bound(options, 'mysql', () => '?');
      const began = host.clock.now();
      const limit = Math.max(1, Math.floor(context.limit ?? LIMIT));
      const rows = await withMysql(target, host, context.signal, async (connection) => {
        await told(connection, await limitOf(connection, limit));
        await told(connection, 'SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1');
        await told(connection, 'START TRANSACTION READ ONLY');
        return rowsOf(connection, statement);
      });
      return readingOf(rows, originOf(mysql), context.named, host.clock.now() - began);
    },
  };
}

/** The two servers went different ways. */
async function limitOf(connection: Connection, ms: number): Promise<string> {
  const [row] = await told(connection, 'SELECT VERSION() AS version');
  return /mariadb/i.test(String(row?.['version']))
    ? `SET SESSION max_statement_time = ${ms / 1000}`
    : `SET SESSION max_execution_time = ${ms}`;
}

/** The transaction ends with the connection. */
async function rowsOf(connection: Connection, { text, values }: Bound): Promise<Rows> {
  const rows: SqlRow[] = [];
  let bytes = 0;
  for await (const row of connection.execute(text, [...values]).stream() as AsyncIterable<SqlRow>) {
    if (rows.length >= rowCap || bytes >= byteCap) return { rows, bytes, whole: false };
    rows.push(row);
    bytes += sizeOf(row);
  }
  return { rows, bytes, whole: true };
}
