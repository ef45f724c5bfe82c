// The options of the `sql` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';

const unknownKey = v.never('unknown key');
const param = v.union([v.string(), v.number(), v.boolean(), v.null()]);

export type SqlParam = string | number | boolean | null;

export type SqlOptions = {
  sqlite: string;
  query: string;
  params?: readonly SqlParam[] | Readonly<Record<string, SqlParam>> | undefined;
  expect?: { changes: number | readonly [number, number] } | undefined;
};

export const sqlOptions: v.GenericSchema<unknown, SqlOptions> = v.objectWithRest(
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

function count(): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0));
}
