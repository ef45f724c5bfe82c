// Looks at MySQL and MariaDB with the `sql` plug-in: one statement in a read-only transaction, bounded in time, rows and bytes.

import type { Connection } from 'mysql2';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { originOf, type ServerTarget } from '../server-target.ts';
import { told, withMysql } from './mysql.ts';
import { type Bound, bound } from './sql-bind.ts';
import type { SqlOptions } from './sql-options.ts';
import { byteCap, nothing, type Rows, readingOf, rowCap, type SqlRow, sizeOf, type Within } from './sql-reading.ts';
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
      const [rows = nothing] = await mysqlRows(target, host, context, () => [statement]);
      return readingOf(rows, originOf(mysql), context.named, host.clock.now() - began);
    },
    reach: (signal) => withMysql(target, host, signal, async (connection) => void (await told(connection, 'SELECT 1'))),
  };
}

/** What each statement gives, in one read-only transaction. */
export function mysqlRows(
  target: ServerTarget,
  host: Host,
  { signal, limit = LIMIT }: Within,
  statements: () => readonly Bound[],
): Promise<readonly Rows[]> {
  return withMysql(target, host, signal, async (connection) => {
    await told(connection, await limitOf(connection, Math.max(1, Math.floor(limit))));
    await told(connection, 'SET SESSION lock_wait_timeout = 1, innodb_lock_wait_timeout = 1');
    await told(connection, 'START TRANSACTION READ ONLY');
    const read: Rows[] = [];
    for (const statement of statements()) read.push(await rowsOf(connection, statement));
    return read;
  });
}

/** The two servers went different ways. */
async function limitOf(connection: Connection, ms: number): Promise<string> {
  const [row] = await told(connection, 'SELECT VERSION() AS version');
  return /mariadb/i.test(String(row?.['version']))
    ? `SET SESSION max_statement_time = ${ms / 1000}`
    : // From version 8 on the last number of a table is told as it was a day ago, unless one asks for it as it is.
      `SET SESSION max_execution_time = ${ms} /*!80000 , information_schema_stats_expiry = 0 */`;
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
