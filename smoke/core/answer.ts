// A hop's answer when the watch ends: what all of its looks, taken together, say about the record.

import type { Fault, Look } from './look.ts';
import { type HopFact, lineTo } from './route.ts';

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
  /** How long the reading took, in ms: what it shows was so at some time within. */
  took?: number;
};

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

/** The answer of every hop of a route, by the hop's name. */
export function answersOf(route: readonly HopFact[], looks: readonly LookAt[]): ReadonlyMap<string, Answer> {
  const byHop = Map.groupBy(looks, (look) => look.hop);
  const seen = route.filter((hop) => (byHop.get(hop.hop) ?? []).some(({ look }) => showsRecord(look)));
  const later = new Map<string, HopFact[]>();
  for (const hop of seen) {
    for (const before of lineTo(route, hop.hop)) {
      if (before.hop !== hop.hop) later.set(before.hop, [...(later.get(before.hop) ?? []), hop]);
    }
  }
  return new Map(
    route.map((hop) => [hop.hop, answerOf(hop, byHop.get(hop.hop) ?? [], later.get(hop.hop) ?? [])] as const),
  );
}

/** One hop's answer from its looks, in the order they were made; `later` names the hops after it that saw the record. */
export function answerOf(hop: HopFact, looks: readonly LookAt[], later: readonly { hop: string }[]): Answer {
  const own = looks.filter((at) => at.hop === hop.hop);
  const made = own.filter(({ look }) => look.kind !== 'not-made');
  const gone = hop.destination ? goneSince(made) : undefined;
  const answer = goodAnswer(hop.hop, made) ?? badAnswer(hop.hop, made);
  if (answer !== undefined) return gone === undefined ? answer : { ...answer, gone };

  const closing = closingOf(own, made);
  if (closing === undefined) return unreadAnswer(hop, own.at(-1));
  const { look, since } = closing;
  if (look.kind !== 'absent' || !look.proves) return { hop: hop.hop, kind: 'blind', look, since };
  return { hop: hop.hop, kind: hop.keeps && later.length > 0 ? 'missed' : 'absent', look, since };
}

/** The record was there, whatever it held. */
export function showsRecord(look: Look): boolean {
  return isGood(look) || isBad(look);
}

/** What was seen had not ended then, so that a later look will tell more. */
export function isOngoing(look: Look | undefined): boolean {
  return look !== undefined && 'evidence' in look && look.evidence.ongoing === true;
}

/** What was seen had not ended, or did not get through: a later look may tell of more. */
export function mayTellMore(look: Look | undefined): boolean {
  return isOngoing(look) || (look !== undefined && 'evidence' in look && look.evidence.failed === true);
}

/** The record is there, and the look does not read where it stands. */
export function misses(look: Look | undefined): boolean {
  return look?.kind === 'absent' && look.unasked === true;
}

/** The hop saw the record, whatever it held. */
export function sighted(answer: Answer | undefined): boolean {
  return answer !== undefined && (isGood(answer) || isBad(answer) || answer.kind === 'mixed');
}

/** The hop answered with a changed record. */
export function changed(answer: Answer | undefined): boolean {
  return answer !== undefined && (isBad(answer) || answer.kind === 'mixed');
}

const isGood = ({ kind }: { kind: string }): boolean => kind === 'intact' || kind === 'reference';
const isBad = ({ kind }: { kind: string }): boolean => kind === 'altered' || kind === 'stripped';

/**
 * Intact or reference since it was first seen so, with what the latest such look shows: the job is done by then, the
 * request answered. Mixed where the same or a later reading shows a worse copy.
 */
function goodAnswer(hop: string, made: readonly LookAt[]): Answer | undefined {
  const from = made.findIndex(({ look }) => isGood(look));
  const first = made.find(({ look }) => look.kind === 'intact') ?? made[from];
  if (first === undefined || !isGood(first.look)) return undefined;
  const { look, since } = first;
  const sightings = made.slice(from).filter((at) => showsRecord(at.look));
  const last = sightings.findLastIndex((at) => worseIn(at.look) !== undefined);
  const worse = last < 0 ? undefined : worseIn(sightings[last]?.look ?? look);
  if (worse !== undefined) {
    // It has been so since the first of the looks up to there that show one.
    const before = sightings.findLastIndex((at, index) => index < last && worseIn(at.look) === undefined);
    return { hop, kind: 'mixed', look, since, worse, worseSince: sightings[before + 1]?.since ?? since };
  }
  const same = made.filter((at) => at.look.kind === look.kind);
  const latest = same.findLast((at) => !mayTellMore(at.look)) ?? same.at(-1) ?? first;
  return { hop, kind: look.kind === 'intact' ? 'intact' : 'reference', look: latest.look, since };
}

function worseIn(look: Look): Look | undefined {
  if (look.kind === 'altered' || look.kind === 'stripped') return look;
  if ((look.kind !== 'intact' && look.kind !== 'reference') || look.worse === undefined) return undefined;
  const { kind, how, evidence } = look.worse;
  return kind === 'stripped' ? { kind, evidence } : { kind, how: how ?? 'other', evidence };
}

function badAnswer(hop: string, made: readonly LookAt[]): Answer | undefined {
  const latest = made.findLast(({ look }) => isBad(look));
  if (latest === undefined) return undefined;
  const { look } = latest;
  // It has been so since the first of the looks that say the same up to now.
  const before = made.findLastIndex((at) => showsRecord(at.look) && !saysTheSame(at.look, look));
  const since = made.slice(before + 1).find((at) => showsRecord(at.look))?.since ?? latest.since;
  return { hop, kind: look.kind === 'altered' ? 'altered' : 'stripped', look, since };
}

export function saysTheSame(a: Look, b: Look): boolean {
  return a.kind === b.kind && (a.kind !== 'altered' || b.kind !== 'altered' || a.how === b.how);
}

/**
 * The last look made as a closing look, or the last one made where the watch ended otherwise. A closing look that was
 * withheld stands for itself: what earlier looks showed says nothing of the end.
 */
function closingOf(own: readonly LookAt[], made: readonly LookAt[]): LookAt | undefined {
  return made.length === 0 ? undefined : (own.findLast(({ why }) => why === 'closing') ?? made.at(-1));
}

/** The first look after the last sighting that proved the record absent. Only a proof counts: blind takes nothing back. */
function goneSince(made: readonly LookAt[]): number | undefined {
  const last = made.findLastIndex(({ look }) => showsRecord(look));
  if (last < 0) return undefined;
  return made.slice(last + 1).find(({ look }) => look.kind === 'absent' && look.proves)?.since;
}

function unreadAnswer(hop: HopFact, withheld: LookAt | undefined): Answer {
  if (withheld !== undefined) return { hop: hop.hop, kind: 'unread', look: withheld.look, since: withheld.since };
  if (hop.probe !== undefined) return { hop: hop.hop, kind: 'unread' };
  const fault: Fault = {
    kind: 'not-observable',
    message: 'the scenario has no look for this hop',
    hint: `give ${hop.hop} a look: an http, sql, log or command probe can read most systems`,
  };
  return { hop: hop.hop, kind: 'blind', look: { kind: 'blind', fault } };
}
