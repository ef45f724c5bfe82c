// The options of the `sql` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { told } from './told.ts';

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
    sqlite: told(v.pipe(v.string(), v.minLength(1)), 'Path of the SQLite database file.', './queue.sqlite'),
    query: told(
      v.pipe(v.string(), v.minLength(1)),
      'One statement; values belong in `params`, never in the text.',
      'SELECT payload FROM jobs WHERE booking = :booking',
    ),
    params: v.optional(
      told(
        v.union([v.array(param), v.record(v.string(), param)]),
        'Values for ?, in order, or for :name, by name.',
        { booking: '${{ booking }}' },
        ['${{ booking }}'],
      ),
    ),
    expect: v.optional(
      told(
        v.objectWithRest(
          {
            changes: told(
              v.union([count(), v.tuple([count(), count()])]),
              'How many rows the statement must change, or the least and the most.',
              1,
              [0, 1],
            ),
          },
          unknownKey,
        ),
        'Steps only: what the statement must have done.',
        { changes: 1 },
      ),
    ),
  },
  unknownKey,
);

function count(): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0));
}
