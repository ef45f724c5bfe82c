// The options that the probes on stores of traces share: where the store is, who asks, which trace.

import * as v from 'valibot';
import { type QueryTarget, queryTargetEntries } from '../http/query-api-options.ts';
import { told } from '../told.ts';

export type StoreTarget = QueryTarget;

type StoreEntries = ReturnType<typeof queryTargetEntries> & {
  trace: v.OptionalSchema<v.GenericSchema<unknown, string>, undefined>;
  limit: v.OptionalSchema<v.GenericSchema<unknown, number>, undefined>;
};

/** `url`: an example of the address, without /api. */
export function storeEntries(url: string): StoreEntries {
  return {
    ...queryTargetEntries(url),
    trace: v.optional(
      told(
        v.pipe(v.string(), v.regex(/^[0-9a-fA-F]{1,32}$/, 'the id of a trace is up to 32 hexadecimal digits')),
        'The id of the trace that is read, in place of a search. With `trace-context` it is known from the beginning.',
        '${{ trace-id }}',
      ),
    ),
    limit: v.optional(
      told(
        v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(200)),
        'The most traces that a search reads, the newest first. Default 20.',
        50,
      ),
    ),
  };
}

export const usualLimit = 20;
