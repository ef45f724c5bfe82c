// The outcome of one marker: each destination is judged by its own trail, and the worst one counts.

import { answersOf, showsRecord, sighted } from './answer.ts';
import { countsOf } from './counts.ts';
import { factsOf } from './facts.ts';
import { headlineOf } from './headline.ts';
import type { VerdictName, Watched } from './outcome.ts';
import { arrivalIn, type Branch, branchOf, destinationLooks, latenessOf, outcomesOf, sendWords } from './outcome.ts';
import { destinationsOf, forksOf, type HopFact, lineTo } from './route.ts';
import { type Trail, type TrailMore, trailOf } from './trail.ts';
import { moment } from './wording.ts';

export type { VerdictName, Watched };

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

/** Judges one marker. Throws a RangeError on a route without hops. */
export function judgeMarker(watched: Watched): Judgement {
  const all = destinationsOf(watched.route).map((destination) => {
    const of = watchOf(watched, destination);
    const answers = answersOf(of.route, of.looks);
    return judgeBranch(
      branchOf(of, { hops: lineTo(of.route, destination.hop), destination, answers, forks: forksOf(of.route) }),
    );
  });
  // Among equals the last to arrive counts: until then the record had not arrived everywhere.
  const [worst, ...others] = all.toSorted(
    (a, b) => severity(b) - severity(a) || (b.arrivedAfter ?? 0) - (a.arrivedAfter ?? 0),
  );
  if (worst === undefined) throw new RangeError(`the route of ${watched.scenario} has no destination`);
  if (others.length === 0) return worst;
  const verdicts = new Set(others.flatMap(({ verdict, also }) => [verdict, ...also]).concat(worst.also));
  return {
    ...worst,
    ...(all.every(({ verdict }) => verdict === 'arrived') && {
      headline: `${worst.headline}, the last of ${all.length} destinations`,
    }),
    facts: [...worst.facts, ...others.map(({ trail, headline }) => `At ${trail.destination}: ${headline}.`)],
    also: [...verdicts].filter((name) => name !== worst.verdict && name !== 'arrived'),
    destinations: all,
  };
}

/** What counts for one destination: its own times, and what was seen until its own watch was over. */
function watchOf(watched: Watched, { hop, times }: HopFact): Watched {
  const { interrupted, ...rest } = watched;
  const own = times === undefined ? rest : { ...rest, times: { ...rest.times, ...times } };
  const end = watched.ended?.get(hop);
  if (end === undefined) return interrupted === undefined ? own : { ...own, interrupted };
  return { ...own, looks: watched.looks.filter(({ since }) => since <= end) };
}

function judgeBranch(branch: Branch): Judgement {
  const { watched, line } = branch;
  const [verdict, ...also] = outcomesOf(branch);
  const trail = withoutGuesses(
    branch,
    withLateness(branch, trailOf(watched.route, line.destination.hop, line.answers, watched, moreOf(verdict, branch))),
  );
  const arrival = arrivalIn(branch);
  return {
    verdict,
    passes: passes(verdict, watched.findings.warnOnly === true),
    headline: headlineOf(verdict, branch, trail),
    facts: factsOf(verdict, branch, trail),
    also: also.filter((name) => name !== 'arrived'),
    trail,
    ...(arrival === undefined ? {} : { arrivedAfter: arrival.since }),
    took: watched.took,
  };
}

function moreOf(verdict: VerdictName, { watched, line }: Branch): TrailMore {
  if (verdict === 'duplicated') return { counts: countsOf(line.hops, watched.looks) };
  const { send } = watched;
  if (send?.outcome !== 'refused') return {};
  const hop = send.step?.hop;
  return { refused: { summary: sendWords(send), ...(hop !== undefined && { hop }) } };
}

function passes(verdict: VerdictName, warnOnly: boolean): boolean | 'inconclusive' {
  if (verdict === 'unproven' || verdict === 'interrupted') return 'inconclusive';
  return verdict === 'arrived' || (verdict === 'skewed' && warnOnly);
}

/** Of a marker that was not sent here and found nowhere, or was cleaned up since, no hop is known to have lost it. */
function withoutGuesses({ watched, line, ending }: Branch, trail: Trail): Trail {
  const answers = [...line.answers.values()];
  const isCleaned = watched.cleanedAt !== undefined;
  const missed = (hop: string): boolean => line.answers.get(hop)?.kind === 'missed';
  const warnings = isCleaned ? trail.warnings.filter(({ hop }) => !missed(hop)) : trail.warnings;
  if (isCleaned ? ending.kind !== 'never-seen' : watched.send !== undefined || answers.some(sighted))
    return { ...trail, warnings };
  return { ...trail, suspects: [], next: [], warnings };
}

/** A changed record that was there by the deadline did not suffer from lateness. */
function withLateness(branch: Branch, trail: Trail): Trail {
  if (branch.ending.kind !== 'changed' || branch.watched.fate === 'traced') return trail;
  const first = destinationLooks(branch).find(({ look }) => showsRecord(look));
  if (first === undefined || first.since > branch.watched.times.deadline || latenessOf(branch)) return trail;
  return {
    ...trail,
    ruledOut: [...trail.ruledOut, { what: 'lateness', proof: `it was there at ${moment(first.since)}` }],
  };
}

const WORST_LAST: readonly VerdictName[] = [
  'arrived',
  'unproven',
  'interrupted',
  'skewed',
  'late',
  'duplicated',
  'altered',
  'lost',
  'refused',
];

/** Failing before inconclusive before passing; among those, by how far the record was from arriving as sent. */
function severity({ verdict, passes }: Judgement): number {
  const group = passes === false ? 2 : passes === 'inconclusive' ? 1 : 0;
  return group * WORST_LAST.length + WORST_LAST.indexOf(verdict);
}
