// The `sql` plug-in: reads rows with one bound SELECT, or runs one bound statement as a step. SQLite for now.

import * as v from 'valibot';
import type { Plugin } from './plugin.ts';

const unknownKey = v.never('unknown key');
const param = v.union([v.string(), v.number(), v.boolean(), v.null()]);

export type SqlParam = string | number | boolean | null;

export type SqlOptions = {
  sqlite: string;
  query: string;
  params?: readonly SqlParam[] | Readonly<Record<string, SqlParam>> | undefined;
  expect?: { changes: number | readonly [number, number] } | undefined;
};

const options: v.GenericSchema<unknown, SqlOptions> = v.objectWithRest(
  {
    sqlite: v.pipe(v.string(), v.minLength(1), v.description('Path of the SQLite database file')),
    query: v.pipe(
      v.string(),
      v.minLength(1),
      v.description('One statement; values belong in `params`, never in the text'),
    ),
    params: v.optional(
      v.pipe(
        v.union([v.array(param), v.record(v.string(), param)]),
        v.description('Values for ?, in order, or for :name, by name'),
      ),
    ),
    expect: v.optional(
      v.pipe(
        v.objectWithRest({ changes: v.union([count(), v.tuple([count(), count()])]) }, unknownKey),
        v.description('Steps only: how many rows the statement must change, or the least and the most'),
      ),
    ),
  },
  unknownKey,
);

export const sql: Plugin<SqlOptions> = {
  name: 'sql',
  summary: 'Rows of a SQLite database, read without writing; as a step, one statement with bound values',
  options,
  documents: ['query'],
  connects: ['sqlite'],
  title: ({ query }) => (typeof query === 'string' ? query.replace(/\s+/g, ' ').trim().slice(0, 80) : 'sql'),
  async open(_options, host) {
    const { openSqlite } = await import('./sqlite-look.ts');
    return openSqlite(host);
  },
  async trigger(host) {
    const { sqliteTrigger } = await import('./sqlite-send.ts');
    return sqliteTrigger(host);
  },
};

function count(): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0));
}
