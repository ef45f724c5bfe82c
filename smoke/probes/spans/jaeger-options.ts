// The options of the `jaeger` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';
import { type SpanKind, spanEntries } from './span-options.ts';
import { type StoreTarget, storeEntries } from './trace-store-options.ts';

export type JaegerOptions = StoreTarget & {
  trace?: string | undefined;
  service?: string | undefined;
  tags?: Readonly<Record<string, string | number | boolean>> | undefined;
  name?: string | undefined;
  kind?: SpanKind | undefined;
  limit?: number | undefined;
};

export const jaegerOptions: v.GenericSchema<unknown, JaegerOptions> = v.pipe(
  v.objectWithRest(
    {
      ...storeEntries('http://127.0.0.1:16686'),
      ...spanEntries,
      tags: v.optional(
        told(
          v.record(v.string(), v.union([v.string(), v.number(), v.boolean()])),
          'Attributes that a span of the trace must have, each with exactly this value: Jaeger searches for nothing less.',
          { 'booking.id': '${{ booking }}' },
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    ({ trace, service }) => trace !== undefined || service !== undefined,
    'name a trace, or the service whose traces are searched',
  ),
  v.check(
    ({ trace, tags }) => trace === undefined || tags === undefined,
    'tags are for a search, and a trace is read without one',
  ),
);
