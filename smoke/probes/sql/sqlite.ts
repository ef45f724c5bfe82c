// Opens an SQLite file, never creating it, runs one bound statement, and says in our words what went wrong.

import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { Blind, type Host } from '../plugin.ts';
import type { SqliteOptions, SqlParam } from './sql-options.ts';
import { statementOf } from './sql-statement.ts';

/** A connection lives for one look or step: a database file that is replaced is never read under its old inode. */
export async function withSqlite<T>(
  host: Host,
  options: SqliteOptions,
  mode: 'ro' | 'rw',
  signal: AbortSignal,
  use: (database: DatabaseSync, statement: StatementSync) => T,
): Promise<T> {
  const path = isAbsolute(options.sqlite) ? options.sqlite : resolve(host.baseDir, options.sqlite);
  if (!statementOf(options.query).single) {
    throw new Blind('error', 'the query must be exactly one SQL statement', {
      hint: 'Put values into params; use one step for each statement.',
    });
  }
  const { DatabaseSync } = await import('node:sqlite');
  // Retried here and not by SQLite's own timeout, which would hold up everything else in this process.
  for (;;) {
    signal.throwIfAborted();
    await demandFile(path, options.sqlite);
    try {
      return attempt(DatabaseSync, path, options, mode, use);
    } catch (error) {
      const blind = sqliteBlind(error, options.sqlite);
      if (blind.fault.kind !== 'busy') throw blind;
      try {
        await host.clock.wait(25, signal);
      } catch {
        // The look's time is up: what kept it waiting says more than that it ended.
        throw blind;
      }
    }
  }
}

function attempt<T>(
  Database: typeof DatabaseSync,
  path: string,
  options: SqliteOptions,
  mode: 'ro' | 'rw',
  use: (database: DatabaseSync, statement: StatementSync) => T,
): T {
  // As a URL, since only a URL can say "read and write, but do not create".
  const address = pathToFileURL(path);
  address.searchParams.set('mode', mode);
  const database = new Database(address, { readOnly: mode === 'ro' });
  try {
    database.exec('PRAGMA busy_timeout = 0');
    const statement = database.prepare(options.query);
    statement.setReadBigInts(true);
    return use(database, statement);
  } finally {
    database.close();
  }
}

export type Row = Record<string, SQLOutputValue>;

/** Steps through a statement's rows, with its values bound in order or by name. */
export function rowsOf(statement: StatementSync, params: SqliteOptions['params']): Iterable<Row> {
  if (params === undefined) return statement.iterate();
  if (isList(params)) return statement.iterate(...params.map(bindable));
  return statement.iterate(Object.fromEntries(Object.entries(params).map(([name, value]) => [name, bindable(value)])));
}

function isList(params: NonNullable<SqliteOptions['params']>): params is readonly SqlParam[] {
  return Array.isArray(params);
}

/** SQLite has no booleans; whole numbers are bound as integers, for a column of any affinity. */
function bindable(value: SqlParam): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
}

async function demandFile(path: string, name: string): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (code === 'EACCES' || code === 'EPERM')
      throw new Blind('permission', `no permission to reach ${name}`, { cause });
    throw new Blind('error', `there is no database file ${name} (${code})`, {
      cause,
      hint: 'Relative paths start at the folder of the scenario file.',
    });
  });
  if (!found.isFile()) throw new Blind('error', `${name} is not a file`);
}

/** Primary result codes: https://www.sqlite.org/rescode.html */
export function sqliteBlind(error: unknown, name: string): Blind {
  if (error instanceof Blind) return error;
  const { errcode, message } = error as { errcode?: number; message: string };
  const say = `${name}: ${message}`;
  switch (errcode === undefined ? undefined : errcode & 0xff) {
    case 5:
    case 6:
      return new Blind('busy', say, {
        cause: error,
        hint: 'Another connection holds a lock; raise timeout if it is held for long.',
      });
    case 3:
    case 23:
      return new Blind('permission', say, { cause: error });
    case 8:
      return new Blind('permission', say, {
        cause: error,
        hint: 'A look never writes; a step may, where the file allows it.',
      });
    case 14:
      return new Blind('permission', say, {
        cause: error,
        hint: 'Check who may read the file and, for a database in WAL mode, its folder.',
      });
    case 11:
    case 26:
      return new Blind('wrong-answer', say, {
        cause: error,
        hint: 'The file is no SQLite database, or a damaged one.',
      });
    default:
      return new Blind('error', say, { cause: error, hint: 'Run the query in the sqlite3 shell to try it.' });
  }
}
