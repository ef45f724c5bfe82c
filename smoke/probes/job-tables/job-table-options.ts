// Options of the plug-ins for job queues in a database.

import * as v from 'valibot';
import { databaseEntries, namesOne } from '../sql/sql-options.ts';
import { told } from '../told.ts';
import type { JobTableOptions } from './job-table.ts';

type Postgres = { postgres: string; ca?: string | undefined; limit?: number | undefined };
type InSchema = { schema?: string | undefined };
type OfQueue = { queue?: string | undefined };

export type PgBossOptions = Postgres & InSchema & { queue: string };
export type GraphileWorkerOptions = Postgres & InSchema & OfQueue & { task?: string | undefined };
export type ObanOptions = Postgres & InSchema & OfQueue;
export type LaravelDatabaseOptions = JobTableOptions &
  InSchema &
  OfQueue & { table?: string | undefined; failed?: string | false | undefined };
export type SolidQueueOptions = JobTableOptions & InSchema & OfQueue & { prefix?: string | undefined };

/** Of a table, a schema or what their names begin with. */
const named = v.pipe(v.string(), v.minLength(1), v.maxLength(63), v.regex(/^[^\0]*$/, 'must be a name'));
const text = v.pipe(v.string(), v.minLength(1));
const unknownKey = v.never('unknown key');
const { postgres, ca } = databaseEntries;

const limit = v.optional(
  told(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9000)),
    'The most jobs that a look reads, the newest first. Default 1000.',
    2000,
  ),
);
const queue = v.optional(told(text, 'The name of the queue. Default: all queues.', 'partner'));
const onPostgres = { postgres: postgres.wrapped, ca, limit };
const one = 'name exactly one of sqlite, postgres and mysql';

function schema(standard: string): v.OptionalSchema<v.GenericSchema<unknown, string>, undefined> {
  return v.optional(told(named, `The schema of its tables. Default ${standard}.`, 'jobs'));
}

export const pgBossOptions: v.GenericSchema<unknown, PgBossOptions> = v.objectWithRest(
  { ...onPostgres, queue: told(text, 'The name of the queue.', 'partner-push'), schema: schema('pgboss') },
  unknownKey,
);

export const graphileWorkerOptions: v.GenericSchema<unknown, GraphileWorkerOptions> = v.objectWithRest(
  {
    ...onPostgres,
    task: v.optional(told(text, 'The identifier of the task. Default: all tasks.', 'push_booking')),
    queue: v.optional(told(text, 'The name of the queue. Default: all, and jobs in none.', 'partner')),
    schema: schema('graphile_worker'),
  },
  unknownKey,
);

export const obanOptions: v.GenericSchema<unknown, ObanOptions> = v.objectWithRest(
  { ...onPostgres, queue, schema: schema('public') },
  unknownKey,
);

const onAny = { ...databaseEntries, queue, limit, schema: schema('the one that the account has (PostgreSQL)') };

export const laravelDatabaseOptions: v.GenericSchema<unknown, LaravelDatabaseOptions> = v.pipe(
  v.objectWithRest(
    {
      ...onAny,
      table: v.optional(
        told(named, 'The table of the jobs, with the prefix of the connection. Default jobs.', 'app_jobs'),
      ),
      failed: v.optional(
        told(
          v.union([named, v.literal(false)]),
          'The table of jobs that failed, or false where there is none. Default failed_jobs.',
          'app_failed_jobs',
          false,
        ),
      ),
    },
    unknownKey,
  ),
  v.check((options) => namesOne(options), one),
  v.check(({ schema, postgres }) => schema === undefined || postgres !== undefined, 'schema goes with postgres'),
);

export const solidQueueOptions: v.GenericSchema<unknown, SolidQueueOptions> = v.pipe(
  v.objectWithRest(
    { ...onAny, prefix: v.optional(told(named, 'What its tables begin with. Default solid_queue_.', 'jobs_')) },
    unknownKey,
  ),
  v.check((options) => namesOne(options), one),
  v.check(({ schema, postgres }) => schema === undefined || postgres !== undefined, 'schema goes with postgres'),
);
