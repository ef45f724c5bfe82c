// What all looks add up to: last seen, suspects, blind spots, ruled out, next.

import type { Look } from './look.ts';

/** A hop's answer when the watch ends. */
export type Answer = {
  hop: string;
  kind: 'intact' | 'reference' | 'altered' | 'stripped' | 'mixed' | 'absent' | 'missed' | 'blind' | 'unread';
  /** The look that decided, and when its reading began (ms after the clock started). */
  look?: Look;
  since?: number;
  /** For mixed: the worse copy. */
  worse?: Look;
  worseSince?: number;
  /** A destination that showed the record and then lost it for good: when the first look began that proved it absent. */
  gone?: number;
};

export type Suspect = { hop: string; part: 'hop' | 'handing-on'; why: string };

export type Trail = {
  destination: string;
  answers: readonly Answer[];
  lastSeen?: { hop: string; since: number; what: string };
  suspects: readonly Suspect[];
  blindSpots: readonly { hop: string; why: string; hint?: string }[];
  passedUnseen: readonly string[];
  ruledOut: readonly { what: string; proof: string }[];
  warnings: readonly { hop: string; message: string }[];
  /** What to check now, as commands where possible. */
  next: readonly string[];
};
