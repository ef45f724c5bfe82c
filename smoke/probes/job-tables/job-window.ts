// The newest jobs of a table that numbers them: one statement that reads a bounded window by the primary key.

import type { SqlRow } from '../sql/sql-reading.ts';
import type { Dialect } from './job-database.ts';
import type { Table } from './job-facts.ts';

/** How jobs stand in a table that numbers them in `id`. The job is `j` in the expressions. */
export type JobTable = Table & {
  /** When it was made; an expression over its own columns, without `j`, in seconds since the epoch. */
  made: string;
  /** Name → expression. */
  columns: Readonly<Record<string, string>>;
  joins?: string;
  /** Which of the jobs are asked for. */
  only?: string;
  /** With `only`: what is asked for by its name, and a statement that gives the names that there are as `name`. */
  named?: { what: string; name: string; names: string };
};

/** `from`: newer numbers are read. `base`: newer numbers are counted, to know whether one is missing. */
export type Window = { from: bigint; base: bigint; limit: number };

/** Numbers that are counted at most. */
const COUNT_CAP = 10_000;

/**
 * `age`: how long ago the moment before the send was, in seconds, for the clock of the database to tell when that was.
 * One row more than the limit tells that there are more. Other queues share the numbers: their jobs come as numbers only.
 */
export function windowQuery(
  table: JobTable,
  { from, base, limit }: Window,
  age: number,
  { now, eachOf }: Dialect,
): string {
  const { name, made, columns, joins = '', only } = table;
  const shown = Object.entries(columns).map(([column, expression]) => `${expression} AS "${column}"`);
  return `
SELECT t.total, w.id AS number, w.made AS made, CASE WHEN w.made < ${now} - ${age} THEN 1 ELSE 0 END AS old,
  j.id AS id, ${shown.join(', ')}
FROM (SELECT COUNT(*) AS total FROM (
    SELECT id FROM ${name} WHERE id > ${base} ORDER BY id LIMIT ${COUNT_CAP + 1}) c) t
LEFT JOIN (SELECT id, ${made} AS made FROM ${name} WHERE id > ${from} ORDER BY id DESC LIMIT ${limit + 1}) w ON 1 = 1
${eachOf(name, 'j', only === undefined ? 'j.id = w.id' : `j.id = w.id AND ${only}`)}
${joins}
ORDER BY w.id DESC`;
}

/** The names in a column of the newest rows: a bounded read by the primary key. */
export function newestNames(table: string, column: string): string {
  return `SELECT DISTINCT n.name AS name FROM (SELECT ${column} AS name FROM ${table} ORDER BY id DESC LIMIT 1000) n`;
}

export type Windowed = {
  /** Those that are asked for. */
  jobs: readonly SqlRow[];
  /** How many of other queues were among those that were read. */
  others: number;
  /** There are more than were read, and the oldest that was read is not from before the send. */
  cut: boolean;
  /** How many numbers above the base are there. Undefined where they are too many to count. */
  total?: bigint;
};

/** `armed`: all that is newer than the window's start came since the send. Else the times of the jobs tell. */
export function windowIn(rows: readonly SqlRow[], limit: number, armed: boolean): Windowed {
  const numbered = rows.filter(({ number }) => number !== null);
  const total = BigInt(String(rows[0]?.['total'] ?? 0));
  const isMore = numbered.length > limit;
  return {
    jobs: numbered.slice(0, limit).filter(({ id }) => id !== null),
    others: numbered.filter(({ id }) => id === null).length,
    cut: isMore && (armed || Number(numbered.at(-1)?.['old']) !== 1),
    ...(total <= COUNT_CAP && { total }),
  };
}
