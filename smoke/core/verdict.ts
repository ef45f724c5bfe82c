// The outcome of one marker.

import type { LookAt } from './answer.ts';
import type { Fault } from './look.ts';
import type { HopReleases, ReleaseFindings } from './release.ts';
import type { HopFact } from './route.ts';
import type { Trail } from './trail.ts';

export type VerdictName =
  | 'arrived'
  | 'skewed'
  | 'late'
  | 'altered'
  | 'duplicated'
  | 'lost'
  | 'refused'
  | 'unproven'
  | 'interrupted';

/** All that one marker's watch found, for the judge. Times are milliseconds after the clock started. */
export type Watched = {
  scenario: string;
  marker: string;
  /** The scenario file, as the person who ran it would write it: for commands in `next`. */
  file: string;
  route: readonly HopFact[];
  looks: readonly LookAt[];
  /** How the last send step ended; absent where nothing was sent (`trace`). */
  send?: { outcome: 'done' | 'refused' | 'unknown'; summary: string; fault?: Fault };
  times: { deadline: number; grace: number; confirm: number; settle: number };
  /** Per destination; a hop that is not in it takes one copy. */
  copies: ReadonlyMap<string, 'one' | 'any'>;
  releases: readonly HopReleases[];
  /** What `checkReleases` said of them. */
  findings: ReleaseFindings;
  /** What stopped the watch before its end: `SIGINT`, `the runner lost its lease`. */
  interrupted?: string;
  /** Milliseconds from the clock's start to the verdict. */
  took: number;
  /** Our wall clock at the verdict (ISO 8601), to say how long ago an instance started. */
  at?: string;
};

/** What the `verdict` event says, but for `type`, `scenario` and `marker`. */
export type Judgement = {
  verdict: VerdictName;
  passes: boolean | 'inconclusive';
  /** One line: `altered: stripped at worker`. */
  headline: string;
  /** Sentences, the most telling first. */
  facts: readonly string[];
  also: readonly VerdictName[];
  trail: Trail;
  /** When the destination first showed it, intact or by reference, in milliseconds after the clock started. */
  arrivedAfter?: number;
  took: number;
  /** Where a route has several destinations: each one's judgement. The fields above are then those of the worst. */
  destinations?: readonly Judgement[];
};
