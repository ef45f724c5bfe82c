// Reads rows of an SQLite file for the `sql` plug-in: read-only, bounded, on a connection of its own for each look.

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Blind, type Host, type Probe } from '../plugin.ts';
import type { SqliteOptions, SqlOptions } from './sql-options.ts';
import { byteCap, nothing, type Rows, readingOf, rowCap, sizeOf, type Within } from './sql-reading.ts';
import { reads, statementOf } from './sql-statement.ts';
import { type Row, rowsOf, withSqlite } from './sqlite.ts';

/** Milliseconds a statement may hold up this process. */
const TIME_CAP = 5000;
/** The least that has SQLite read the file: opening it alone does not. */
const header = 'PRAGMA schema_version';

export function openSqlite({ sqlite }: Partial<SqlOptions>, host: Host): Probe<SqliteOptions> {
  return {
    async read(options, context) {
      if (!reads(statementOf(options.query))) {
        throw new Blind('error', 'a look takes a SELECT, WITH, VALUES or EXPLAIN statement only', {
          hint: 'A look never changes what it reads; a statement that writes belongs into a step.',
        });
      }
      const began = host.clock.now();
      const { rows, bytes, whole } = await withSqlite(host, options, 'ro', context.signal, (_database, statement) =>
        collect(rowsOf(statement, options.params), host, context.signal),
      );
      return readingOf({ rows, bytes, whole }, options.sqlite, context.named, host.clock.now() - began);
    },
    async reach(signal) {
      if (sqlite === undefined) throw new Blind('error', 'the file of the database is not known before the send');
      await withSqlite(host, { sqlite, query: header }, 'ro', signal, (_database, statement) => statement.get());
    },
  };
}

/** What each statement gives, at one moment. One that is wrong here gives nothing where it is `optional`. */
export function sqliteRows(
  sqlite: string,
  host: Host,
  { signal }: Within,
  statements: readonly SqliteStatement[],
): Promise<readonly Rows[]> {
  const [first] = statements;
  if (first === undefined) return Promise.resolve([]);
  return withSqlite(host, { sqlite, query: first.query }, 'ro', signal, (database) => {
    database.exec('BEGIN');
    return statements.map(({ query, params, optional }) => {
      const statement = prepared(database, query, optional === true);
      return statement === undefined ? nothing : collect(rowsOf(statement, params), host, signal);
    });
  });
}

export type SqliteStatement = Pick<SqliteOptions, 'query' | 'params'> & { optional?: boolean };

function prepared(database: DatabaseSync, query: string, optional: boolean): StatementSync | undefined {
  try {
    const statement = database.prepare(query);
    statement.setReadBigInts(true);
    return statement;
  } catch (error) {
    if (optional) return undefined;
    throw error;
  }
}

function collect(source: Iterable<Row>, host: Host, signal: AbortSignal): Rows & { rows: Row[] } {
  const rows: Row[] = [];
  const began = host.clock.now();
  let bytes = 0;
  for (const row of source) {
    if (rows.length >= rowCap || bytes >= byteCap) return { rows, bytes, whole: false };
    if (signal.aborted || host.clock.now() - began > TIME_CAP) {
      throw new Blind('timeout', `the query gave ${rows.length} rows and had not ended in time`, {
        hint: 'Narrow the query, or give the table an index for it.',
      });
    }
    rows.push(row);
    bytes += sizeOf(row);
  }
  return { rows, bytes, whole: true };
}
