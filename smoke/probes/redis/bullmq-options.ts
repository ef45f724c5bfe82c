// The options of the `bullmq` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';
import type { RedisTarget } from './redis-connection.ts';
import { limitEntry, targetEntries } from './redis-options.ts';

export type BullmqOptions = RedisTarget & {
  queue: string;
  prefix?: string | undefined;
  workers?: boolean | undefined;
  limit?: number | undefined;
};

export const bullmqOptions: v.GenericSchema<unknown, BullmqOptions> = v.objectWithRest(
  {
    ...targetEntries,
    queue: told(v.pipe(v.string(), v.minLength(1)), 'The name of the queue.', 'partner-push'),
    prefix: v.optional(
      told(v.pipe(v.string(), v.minLength(1)), 'What its keys begin with. Default bull.', '{bull}', 'bull'),
    ),
    workers: v.optional(
      told(v.boolean(), 'Lists the workers of the queue in place of its jobs: for `release`. Default false.', true),
    ),
    limit: limitEntry('The most jobs that a look reads, the newest first.'),
  },
  v.never('unknown key'),
);
