// Everything that leaves a run: one ordered stream of plain-JSON events. Readers ignore types they do not know.

import type { Cost, Look } from './look.ts';
import type { Instance } from './release.ts';
import type { HopFact, WatchTimes } from './route.ts';
import type { Judgement, VerdictName } from './verdict.ts';

/** `seq` orders events; `ms` is monotonic since the run started; `at` is our wall clock (ISO 8601). */
export type Stamp = { seq: number; ms: number; at: string };

export type RunEvent = Stamp & Body;

export type Body =
  | {
      type: 'run.started';
      run: string;
      version: string;
      command: 'run' | 'trace';
      /** Version of this contract; it grows by addition. */
      contract: 1;
      scenarios: readonly { id: string; name: string; file: string; markers: number }[];
    }
  | {
      type: 'scenario.started';
      /** Unique in a run: the name, with the marker's number behind it under --repeat. */
      scenario: string;
      name: string;
      file: string;
      line: number;
      tags: readonly string[];
      description?: string;
      marker: string;
      route: readonly HopFact[];
      /** Milliseconds. A destination's own times stand in the route. */
      times: WatchTimes;
      host: string;
    }
  | { type: 'step.started'; scenario: string; phase: Phase; title: string }
  | {
      type: 'step.finished';
      scenario: string;
      phase: Phase;
      title: string;
      outcome: 'done' | 'refused' | 'unknown' | 'failed' | 'skipped';
      summary: string;
      cost: Cost;
      hint?: string;
      /** Files that show how it went. */
      attachments?: readonly string[];
    }
  | { type: 'clock.started'; scenario: string }
  | { type: 'alias.learned'; scenario: string; name: string; value: string; by: string }
  | {
      /** Emitted when a hop's outcome changes; `looks` and `cost` are the totals so far at this hop. */
      type: 'look';
      scenario: string;
      hop: string;
      look: Look;
      /** Milliseconds from the start of the last send step to the moment the reading began. */
      since: number;
      looks: number;
      cost: Cost;
      /** Ways the hop's look was repeated for its own sake: `closing`, `confirm`, `deadline`. */
      why?: 'first' | 'poll' | 'deadline' | 'confirm' | 'closing';
    }
  | { type: 'releases'; scenario: string; hop: string; instances: readonly Instance[]; fault?: string }
  | { type: 'warning'; scenario?: string; hop?: string; message: string; hint?: string }
  | ({ type: 'verdict'; scenario: string; marker: string } & Judgement)
  | {
      type: 'cleaned';
      scenario: string;
      state: 'clean' | 'kept' | 'lingering' | 'failed' | 'nothing';
      detail: string;
    }
  | { type: 'reporter.failed'; reporter: string; message: string }
  | {
      type: 'run.finished';
      run: string;
      counts: Readonly<Partial<Record<VerdictName, number>>>;
      exitCode: number;
      why: string;
      took: number;
    };

export type Phase = 'send' | 'find' | 'clean' | 'leftovers';
