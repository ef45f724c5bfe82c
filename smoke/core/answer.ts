// A hop's answer when the watch ends: what all of its looks, taken together, say about the record.

import type { Look } from './look.ts';

/**
 * One look at one hop, in the order in which the looks began. `since` is in milliseconds after the clock started,
 * at the moment the reading began. A list of these may leave out a look that repeats the outcome before it, but
 * never one that was made for its own sake (`deadline`, `confirm`, `closing`).
 */
export type LookAt = {
  hop: string;
  look: Look;
  since: number;
  why: 'first' | 'poll' | 'deadline' | 'confirm' | 'closing';
};
