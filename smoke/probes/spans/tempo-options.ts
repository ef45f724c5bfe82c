// The options of the `tempo` plug-in.

import * as v from 'valibot';
import { told } from '../told.ts';
import { type SpanKind, spanEntries } from './span-options.ts';
import { type StoreTarget, storeEntries } from './trace-store-options.ts';

export type TempoOptions = StoreTarget & {
  trace?: string | undefined;
  query?: string | undefined;
  service?: string | undefined;
  name?: string | undefined;
  kind?: SpanKind | undefined;
  limit?: number | undefined;
};

export const tempoOptions: v.GenericSchema<unknown, TempoOptions> = v.pipe(
  v.objectWithRest(
    {
      ...storeEntries('http://127.0.0.1:3200'),
      ...spanEntries,
      query: v.optional(
        told(
          v.pipe(v.string(), v.minLength(1, 'nothing stands here')),
          'A search in TraceQL: each trace that it finds is read whole.',
          '{ span.booking.id = "${{ booking }}" }',
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    ({ trace, query }) => (trace === undefined) !== (query === undefined),
    'name either a trace or a query in TraceQL',
  ),
);
