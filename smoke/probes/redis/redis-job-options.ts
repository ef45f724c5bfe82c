// Options of the plug-ins for job queues on Redis.

import * as v from 'valibot';
import { told } from '../told.ts';
import type { JobOptions } from './redis-jobs.ts';
import { limitEntry, targetEntries } from './redis-options.ts';

export type QueueOptions = JobOptions & { queue?: string | undefined; prefix?: string | undefined };
export type SidekiqOptions = QueueOptions & { processes?: boolean | undefined };
export type LaravelOptions = QueueOptions & { horizon?: string | undefined };

const text = v.pipe(v.string(), v.minLength(1));
const limit = limitEntry('The most jobs that a look reads of each place, the newest first.');
const unknownKey = v.never('unknown key');

export const sidekiqOptions: v.GenericSchema<unknown, SidekiqOptions> = v.objectWithRest(
  {
    ...entriesOf('default', { says: 'What all keys begin with, where a namespace is used.', example: 'myapp:' }),
    processes: v.optional(
      told(v.boolean(), 'Lists the processes in place of jobs: for `release`. Default false.', true),
    ),
  },
  unknownKey,
);

export const celeryOptions: v.GenericSchema<unknown, QueueOptions> = v.objectWithRest(
  entriesOf('celery', { says: 'What all keys begin with (`global_keyprefix`).', example: 'myapp_' }),
  unknownKey,
);

export const rqOptions: v.GenericSchema<unknown, QueueOptions> = v.objectWithRest(
  entriesOf('default', { says: 'What all keys begin with. Default rq:.', example: 'rq:' }),
  unknownKey,
);

type Entries = typeof targetEntries &
  Record<'queue' | 'prefix', v.OptionalSchema<typeof text, undefined>> & { limit: typeof limit };

function entriesOf(queue: string, prefix: { says: string; example: string }): Entries {
  return {
    ...targetEntries,
    queue: v.optional(told(text, `The name of the queue. Default ${queue}.`, 'partner')),
    prefix: v.optional(told(text, prefix.says, prefix.example)),
    limit,
  };
}

export const laravelOptions: v.GenericSchema<unknown, LaravelOptions> = v.objectWithRest(
  {
    ...targetEntries,
    queue: v.optional(told(text, 'The name of the queue. Default default.', 'partner')),
    prefix: v.optional(
      told(v.string(), 'What all keys begin with (`REDIS_PREFIX`). Default laravel_database_.', 'myapp_database_'),
    ),
    horizon: v.optional(
      told(text, 'What the keys of Horizon begin with: its records of jobs are read as well.', 'horizon:'),
    ),
    limit,
  },
  unknownKey,
);
