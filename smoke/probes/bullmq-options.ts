// The options of the `bullmq` plug-in.

import * as v from 'valibot';
import type { RedisTarget } from './redis-connection.ts';
import { targetEntries } from './redis-options.ts';
import { told } from './told.ts';

export type BullmqOptions = RedisTarget & {
  queue: string;
  prefix?: string | undefined;
  limit?: number | undefined;
};

export const bullmqOptions: v.GenericSchema<unknown, BullmqOptions> = v.objectWithRest(
  {
    ...targetEntries,
    queue: told(v.pipe(v.string(), v.minLength(1)), 'The name of the queue.', 'partner-push'),
    prefix: v.optional(
      told(v.pipe(v.string(), v.minLength(1)), 'What its keys begin with. Default bull.', '{bull}', 'bull'),
    ),
    limit: v.optional(
      told(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
        'The most jobs that a look reads, the newest first. Default 1000.',
        2000,
      ),
    ),
  },
  v.never('unknown key'),
);
