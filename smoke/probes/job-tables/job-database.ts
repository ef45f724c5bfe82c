// The database that a queue lives in: names and times as each writes them, and statements that only read.

import { Blind, type Clock, type Host } from '../plugin.ts';
import { bound } from '../sql/sql-bind.ts';
import { engineOf, type SqlEngine, type SqlParam } from '../sql/sql-options.ts';
import type { Rows, Within } from '../sql/sql-reading.ts';

export type DatabaseOptions = {
  sqlite?: string | undefined;
  postgres?: string | undefined;
  mysql?: string | undefined;
  ca?: string | undefined;
};

/** `optional`: where the database has nothing of the kind, it gives no rows. Values are named. */
export type Ask = { query: string; params?: Readonly<Record<string, SqlParam>>; optional?: boolean };

export type Database = {
  dialect: Dialect;
  /**
   * Runs them in their order; a server ends each that takes too long. They are made once there is a connection, however
   * long that took: they may tell how long ago something was.
   */
  ask(within: Within, asks: () => readonly Ask[]): Promise<readonly Rows[]>;
};

/** `alone`: each statement by itself, in no transaction (PostgreSQL). */
export async function jobDatabase(given: DatabaseOptions, host: Host, alone = false): Promise<Database> {
  const engine = engineOf(given);
  const { ca } = given;
  switch (engine) {
    case 'postgres': {
      const { postgresRows, postgresRowsAlone } = await import('../sql/postgres-look.ts');
      const rows = alone ? postgresRowsAlone : postgresRows;
      const target = { url: given.postgres ?? '', ca };
      return {
        dialect: dialects.postgres,
        ask: (within, asks) =>
          rows(target, host, within, () => asks().map((ask) => bound(ask, engine, (n) => `$${n}`))),
      };
    }
    case 'mysql': {
      const { mysqlRows } = await import('../sql/mysql-look.ts');
      const target = { url: given.mysql ?? '', ca };
      return {
        dialect: dialects.mysql,
        ask: (within, asks) =>
          mysqlRows(target, host, within, () => asks().map((ask) => bound(ask, engine, () => '?'))),
      };
    }
    case 'sqlite': {
      const { sqliteRows } = await import('../sql/sqlite-look.ts');
      const path = given.sqlite ?? '';
      return { dialect: dialects.sqlite, ask: (within, asks) => sqliteRows(path, host, within, asks()) };
    }
    default:
      throw new Blind('error', 'the database is not known before the send');
  }
}

export type Dialect = {
  engine: SqlEngine;
  /** A name as part of a statement, whatever it holds. */
  name(text: string): string;
  /** Seconds since the epoch, of a time that is kept without a zone and is UTC, or has its zone. */
  seconds(expression: string): string;
  /** The same of the database's own clock. */
  now: string;
  /** Joins each row by itself, by the index that the condition is for, to what stands before it. */
  eachOf(table: string, as: string, condition: string): string;
};

const quoted = (mark: string) => (text: string) => `${mark}${text.replaceAll(mark, mark + mark)}${mark}`;

const joined: Dialect['eachOf'] = (table, as, condition) => `LEFT JOIN ${table} ${as} ON ${condition}`;

const dialects: Readonly<Record<SqlEngine, Dialect>> = {
  postgres: {
    engine: 'postgres',
    name: quoted('"'),
    seconds: (expression) => `EXTRACT(EPOCH FROM ${expression})`,
    now: 'EXTRACT(EPOCH FROM now())',
    // Or it may read the whole table for it, as long as that is not a large one.
    eachOf: (table, as, condition) =>
      `LEFT JOIN LATERAL (SELECT * FROM ${table} ${as} WHERE ${condition} OFFSET 0) ${as} ON true`,
  },
  mysql: {
    engine: 'mysql',
    name: quoted('`'),
    seconds: (expression) => `TIMESTAMPDIFF(MICROSECOND, '1970-01-01', ${expression}) * 0.000001`,
    now: 'UNIX_TIMESTAMP(NOW(6))',
    eachOf: joined,
  },
  sqlite: {
    engine: 'sqlite',
    name: quoted('"'),
    seconds: (expression) => `(julianday(${expression}) - 2440587.5) * 86400`,
    now: "(julianday('now') - 2440587.5) * 86400",
    eachOf: joined,
  },
};

/** How long ago that was by the clock that told it: the database takes it from its own, which may be another. */
export function secondsSince(moment: Date, clock: Clock): number {
  return Math.max(0, clock.wall().getTime() - moment.getTime()) / 1000;
}
