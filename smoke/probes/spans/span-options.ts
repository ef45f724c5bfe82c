// The options by which every probe that reads spans picks them.

import * as v from 'valibot';
import type { Fault } from '../../core/look.ts';
import { told } from '../told.ts';

export const spanKinds = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'] as const;
export type SpanKind = (typeof spanKinds)[number];

const text = v.pipe(v.string(), v.minLength(1, 'nothing stands here'));

type SpanEntries = {
  service: v.OptionalSchema<v.GenericSchema<unknown, string>, undefined>;
  name: v.OptionalSchema<v.GenericSchema<unknown, string>, undefined>;
  kind: v.OptionalSchema<v.GenericSchema<unknown, SpanKind>, undefined>;
};

export const spanEntries: SpanEntries = {
  service: v.optional(
    told(text, 'Spans of this service alone: its `service.name`. Default: of every service.', 'booking-worker'),
  ),
  name: v.optional(told(text, 'Spans of this name alone.', 'partner-push process')),
  kind: v.optional(told(v.picklist(spanKinds), 'Spans of this kind alone.', 'consumer')),
};

/** For a look whose `where` picked none of the spans that came. `searched` begins with their number. `besides`: a further hint. */
export function noneOf(searched: string, besides: string = ''): Fault & { kind: 'not-observable' } {
  return {
    kind: 'not-observable',
    message: `\`where\` picked 0 of ${searched}`,
    hint: `Compare \`where\` with what the spans show: \`smoketrail look\` prints it. ${besides}`.trimEnd(),
  };
}

/** Why a look that found none is never proof, for all of them. */
export const notSampled: string =
  'A span that is not sampled or not exported is never seen: sample always (OTEL_TRACES_SAMPLER=always_on) where this scenario runs.';
