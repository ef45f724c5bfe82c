// Options of the plug-ins for job queues on Redis.

import * as v from 'valibot';
import type { JobOptions } from './redis-jobs.ts';
import { targetEntries } from './redis-options.ts';
import { told } from './told.ts';

export type QueueOptions = JobOptions & { queue?: string | undefined; prefix?: string | undefined };
export type LaravelOptions = QueueOptions & { horizon?: string | undefined };

const text = v.pipe(v.string(), v.minLength(1));
const limit = v.optional(
  told(
    v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
    'The most jobs that a look reads of each place, the newest first. Default 1000.',
    2000,
  ),
);
const unknownKey = v.never('unknown key');

export const sidekiqOptions: v.GenericSchema<unknown, QueueOptions> = optionsOf('default', {
  says: 'What all keys begin with, where a namespace is used.',
  example: 'myapp:',
});

export const celeryOptions: v.GenericSchema<unknown, QueueOptions> = optionsOf('celery', {
  says: 'What all keys begin with (`global_keyprefix`).',
  example: 'myapp_',
});

export const rqOptions: v.GenericSchema<unknown, QueueOptions> = optionsOf('default', {
  says: 'What all keys begin with. Default rq:.',
  example: 'rq:',
});

function optionsOf(queue: string, prefix: { says: string; example: string }): v.GenericSchema<unknown, QueueOptions> {
  return v.objectWithRest(
    {
      ...targetEntries,
      queue: v.optional(told(text, `The name of the queue. Default ${queue}.`, 'partner')),
      prefix: v.optional(told(text, prefix.says, prefix.example)),
      limit,
    },
    unknownKey,
  );
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
