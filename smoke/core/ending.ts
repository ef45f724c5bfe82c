// How a line of hops ended at its destination: the question the trail and the verdict both start from.

import { type Answer, changed, sighted } from './answer.ts';
import type { Counts } from './counts.ts';
import type { HopFact } from './route.ts';

/** A line and what its hops answered. `forks`: those of its hops that other lines go out of as well. */
export type Line = {
  hops: readonly HopFact[];
  destination: HopFact;
  answers: ReadonlyMap<string, Answer>;
  forks: ReadonlySet<string>;
  /** Of a marker that arrived more than once. */
  counts?: Counts;
};

/** What went out of the hop on this line was seen as sent. */
export function wentOutIntact(line: Line, hop: HopFact, answer: Answer | undefined): boolean {
  return hop.sees === 'out' && answer?.kind === 'intact' && !mayBeAnothers(line, hop);
}

/** What was seen going out of a fork may have gone another way: it proves nothing for this line. */
export function mayBeAnothers({ forks }: Line, hop: HopFact): boolean {
  return hop.sees === 'out' && forks.has(hop.hop);
}

/** `hop`: the one that refused, where that is known. */
export type Refusal = { summary: string; hop?: string };

export type Ending =
  /** Intact at the destination, or there by reference and intact at `carrier`, the last hop that carries content. */
  | { kind: 'intact'; carrier?: HopFact }
  /** The record arrived changed; `firstBad` is the index of the first hop that shows the change. */
  | { kind: 'changed'; firstBad: number }
  /** As it should be at the destination, then proved absent. */
  | { kind: 'gone'; since: number }
  /** There by reference only, and nobody saw at `carrier` what it holds. */
  | { kind: 'unclear'; carrier: HopFact }
  /** More than one record arrived intact: `single` is the last hop that showed one, `double` the first that showed more. */
  | { kind: 'doubled'; single: number; double: number }
  /** The send was refused for certain, so no hop can have it. */
  | ({ kind: 'refused' } & Refusal)
  | { kind: 'never-seen' };

/** Where one record became several. */
export function doublingOf({ hops, destination }: Line, { several, one }: Counts): Ending {
  const first = hops.findIndex(({ hop }) => several.has(hop));
  const double = first < 0 ? hops.indexOf(destination) : first;
  return { kind: 'doubled', single: hops.findLastIndex(({ hop }, at) => at < double && one.has(hop)), double };
}

/** More records arrived than this hop is known to have had: what it showed may be another than the one that went wrong. */
export function isUncounted({ counts }: Pick<Line, 'counts'>, { hop }: HopFact): boolean {
  return counts !== undefined && !counts.one.has(hop) && !counts.several.has(hop);
}

export function endingOf(line: Line): Ending {
  const { hops, destination, answers } = line;
  const last = answers.get(destination.hop);
  if (last === undefined || !sighted(last)) return { kind: 'never-seen' };
  const firstBad = (): number => {
    const index = hops.findIndex((hop, at) => isBreak(line, hop, at));
    return index >= 0 ? index : hops.findIndex(({ hop }) => changed(answers.get(hop)));
  };
  if (changed(last)) return { kind: 'changed', firstBad: firstBad() };
  const byReference = last.kind === 'reference';
  const carrier = byReference ? hops.findLast((hop) => hop.carries === 'content' && hop !== destination) : undefined;
  const carried = carrier === undefined ? undefined : answers.get(carrier.hop);
  if (changed(carried)) return { kind: 'changed', firstBad: firstBad() };
  if (last.gone !== undefined) return { kind: 'gone', since: last.gone };
  if (carrier === undefined && (!byReference || destination.carries === 'reference')) return { kind: 'intact' };
  // A destination that could show the content, and only mentions the record, has not shown that it arrived whole.
  if (carrier === undefined || (byReference && destination.carries === 'content')) {
    return { kind: 'unclear', carrier: destination };
  }
  return carried?.kind === 'intact' ? { kind: 'intact', carrier } : { kind: 'unclear', carrier };
}

/** Stripped or altered before a later hop that was intact: that look's `field` is at fault, not the hop. */
export function misread(line: Line, index: number): boolean {
  const { hops, answers } = line;
  const kind = answers.get(hops[index]?.hop ?? '')?.kind;
  if (kind !== 'stripped' && kind !== 'altered') return false;
  return hops.some((hop, at) => at > index && showsIntact(line, hop));
}

/** The hop showed all content as sent, and nothing worse. A hop that carries a reference could not have shown a change. */
export function showsIntact(line: Line, hop: HopFact): boolean {
  return hop.carries === 'content' && line.answers.get(hop.hop)?.kind === 'intact' && !isUncounted(line, hop);
}

function isBreak(line: Line, hop: HopFact, index: number): boolean {
  if (!changed(line.answers.get(hop.hop)) || mayBeAnothers(line, hop)) return false;
  return (hop.carries === 'content' || hop === line.destination) && !misread(line, index);
}
