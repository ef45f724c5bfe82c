// What was read of a store of traces, as a reading: the spans that are meant, and why their absence is no proof.

import type { Candidate, Cost, Reading } from '../../core/look.ts';
import { isMeant, type Span, spanKey } from './span.ts';
import { noneOf, notSampled, type SpanKind } from './span-options.ts';

export type ReadTraces = {
  spans: readonly Span[];
  /** What was asked and answered. */
  said: string;
  /** There are more than were read: why, and what to do. */
  more?: { why: string; hint: string };
  /** What may be besides the usual reasons. */
  late?: string;
};

export type WantedSpans = {
  service?: string | undefined;
  name?: string | undefined;
  kind?: SpanKind | undefined;
};

export function spanReading(
  { spans: found, said, more, late }: ReadTraces,
  wanted: WantedSpans,
  read: (spans: readonly Span[]) => readonly Candidate[],
  cost: Cost,
): Reading {
  const spans = [...new Map(found.map((span) => [spanKey(span) ?? span, span])).values()];
  const records = read(spans);
  const candidates = records.filter((_, index) => {
    const span = spans[index];
    return span !== undefined && isMeant(span, wanted);
  });
  const traces = new Set(spans.map(({ traceId }) => traceId)).size;
  const [some, of] = [counted(candidates.length, 'span'), counted(traces, 'trace')];
  const searched = `${some} of ${of} (${said})`;
  const hint = late === undefined ? notSampled : `${late} ${notSampled}`;
  return {
    candidates,
    whole: false,
    searched,
    unseen:
      more === undefined
        ? {
            kind: 'not-observable',
            message: `not among ${searched}`,
            hint,
            quiet: `it could search (${searched})`,
          }
        : { kind: 'gave-up', message: `not among ${searched}, and ${more.why}`, hint: more.hint },
    ...(candidates.length > 0 && more === undefined && { unpicked: noneOf(searched, late) }),
    cost,
  };
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
