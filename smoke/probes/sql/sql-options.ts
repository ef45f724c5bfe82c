// The options of the `sql` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { told } from '../told.ts';

const unknownKey = v.never('unknown key');
const param = v.union([v.string(), v.number(), v.boolean(), v.null()]);

export type SqlParam = string | number | boolean | null;

export type SqlOptions = {
  sqlite?: string | undefined;
  postgres?: string | undefined;
  mysql?: string | undefined;
  ca?: string | undefined;
  query: string;
  params?: readonly SqlParam[] | Readonly<Record<string, SqlParam>> | undefined;
  expect?: { changes: number | readonly [number, number] } | undefined;
};

/** The databases by the option that names one. */
export type SqlEngine = 'sqlite' | 'postgres' | 'mysql';
export type SqliteOptions = SqlOptions & { sqlite: string };
/** A database behind an address. */
export type ServerOptions = SqlOptions & { url: string };

export const engines: readonly SqlEngine[] = ['sqlite', 'postgres', 'mysql'];

/** The first engine that is named; unresolved options may be asked as well. */
export function engineOf(options: Readonly<Record<string, unknown>> | Partial<SqlOptions>): SqlEngine | undefined {
  return engines.find((engine) => (options as Readonly<Record<string, unknown>>)[engine] !== undefined);
}

/** What the address of each server begins with. */
const schemes: Readonly<Record<'postgres' | 'mysql', { pattern: RegExp; said: string }>> = {
  postgres: { pattern: /^postgres(?:ql)?:\/\//, said: 'postgres://' },
  mysql: { pattern: /^(?:mysql|mariadb):\/\//, said: 'mysql:// or mariadb://' },
};

/** What is wrong with an address that came without the other options, with which it would have been validated. */
export function wrongAddress(engine: 'postgres' | 'mysql', url: string): string | undefined {
  const { pattern, said } = schemes[engine];
  return pattern.test(url) ? undefined : `the address of the database must begin with ${said}`;
}

const text = v.pipe(v.string(), v.minLength(1));

type DatabaseEntries = Record<SqlEngine | 'ca', v.OptionalSchema<v.GenericSchema<unknown, string>, undefined>>;

/** Which database: shared with the probes that know whose tables they read. */
export const databaseEntries: DatabaseEntries = {
  sqlite: v.optional(told(text, 'Path of a SQLite database file.', './queue.sqlite')),
  postgres: v.optional(told(address('postgres'), 'Address of a PostgreSQL database.', '${{ secret.DATABASE_URL }}')),
  mysql: v.optional(told(address('mysql'), 'Address of a MySQL or MariaDB database.', '${{ secret.DATABASE_URL }}')),
  ca: v.optional(
    told(
      text,
      'File of the authority that signed the certificate of the server (PEM). With it, TLS is asked for.',
      './db-ca.pem',
    ),
  ),
};

const shape = v.objectWithRest(
  {
    ...databaseEntries,
    query: told(
      v.pipe(v.string(), v.minLength(1)),
      'One statement; values belong in `params`, never in the text.',
      'SELECT payload FROM jobs WHERE booking = :booking',
    ),
    params: v.optional(
      told(
        v.union([v.array(param), v.record(v.string(), param)]),
        'Values for ? (PostgreSQL: $1, $2), in order, or for :name, by name.',
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

export const sqlOptions: v.GenericSchema<unknown, SqlOptions> = v.pipe(
  shape,
  v.check((options) => namesOne(options), 'name exactly one of sqlite, postgres and mysql'),
);

export function namesOne(options: Readonly<Partial<Record<SqlEngine, unknown>>>): boolean {
  return engines.filter((engine) => options[engine] !== undefined).length === 1;
}

function count(): v.GenericSchema<number> {
  return v.pipe(v.number(), v.integer(), v.minValue(0));
}

function address(engine: 'postgres' | 'mysql'): v.GenericSchema<unknown, string> {
  const { pattern, said } = schemes[engine];
  return v.pipe(v.string(), v.regex(pattern, `must begin with ${said}`), v.check(URL.canParse, 'is no address'));
}
