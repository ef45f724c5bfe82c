// Which outcomes hold for one marker at one destination, in the order in which they count.

import { type Answer, type LookAt, sighted } from './answer.ts';
import { type Ending, endingOf, type Line } from './ending.ts';
import type { Fault, Look } from './look.ts';
import type { HopReleases, ReleaseFindings } from './release.ts';
import type { HopFact, WatchTimes } from './route.ts';

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

/** The step at which a send ended that was not done. */
export type SentStep = {
  title: string;
  /** Counts from 1. */
  number: number;
  of: number;
  /** Scheme, host and port that it asked, and the hop of the route that is looked at there; absent where nothing tells. */
  address?: string;
  hop?: string;
};

/** A send of an earlier run, as its ledger has it. */
export type KnownSend = { /** ISO 8601. */ at: string; outcome: 'done' | 'refused' | 'unknown' };

/** All that one marker's watch found, for the judge. Times are milliseconds after the clock started. */
export type Watched = {
  scenario: string;
  marker: string;
  /** The scenario file, as the person who ran it would write it: for commands in `next`. */
  file: string;
  /** What becomes of the record after the verdict; without it, it stays. */
  fate?: 'stays' | 'cleaned' | 'traced';
  /** Of a marker that is traced: when an earlier run or sweep cleaned it up (ISO 8601). */
  cleanedAt?: string;
  /** Of a marker that is traced: the send that the ledger knows of. `unknown`: the ledger does not tell how it ended. */
  knownSend?: KnownSend;
  /** What steps were to keep and found nothing for: `booking ($.idd) of POST /book`. */
  unkept?: readonly string[];
  route: readonly HopFact[];
  looks: readonly LookAt[];
  /** How the last send step ended; absent where nothing was sent (`trace`). */
  send?: { outcome: 'done' | 'refused' | 'unknown'; summary: string; fault?: Fault; step?: SentStep };
  /** The scenario's; a destination may have its own. */
  times: WatchTimes;
  /**
   * Destination → when its own watch was over, closing looks included. What was seen later, while another destination was
   * still watched, is not held against its hops. Absent for one that was watched to the very end, or cut short.
   */
  ended?: ReadonlyMap<string, number>;
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

/** One destination of a marker, and how its line ended. */
export type Branch = { watched: Watched; line: Line; ending: Ending };

/** What the step said that ended the send; of one among several, which it was. */
export function sendWords({ summary, step }: NonNullable<Watched['send']>): string {
  if (step === undefined || step.of === 1) return summary;
  const which = `step ${step.number} of ${step.of}, ${step.title}`;
  return summary.startsWith(step.title) ? `${which}${summary.slice(step.title.length)}` : `${which}: ${summary}`;
}

export function branchOf(watched: Watched, line: Line): Branch {
  return { watched, line, ending: endingOf(line) };
}

/**
 * Every outcome that holds, the one that decides first. With a sighting at the destination: duplicated, altered, late,
 * skewed, arrived; without one: interrupted, refused, lost or unproven.
 */
export function outcomesOf(branch: Branch): readonly [VerdictName, ...VerdictName[]] {
  const { watched, ending } = branch;
  const names: VerdictName[] = [];
  if (ending.kind !== 'never-seen') names.push(...sightedOutcomes(branch));
  if (watched.interrupted !== undefined) names.push('interrupted');
  if (isRefused(branch)) names.push('refused');
  const first = names[0];
  const undecided = ending.kind === 'never-seen' || ending.kind === 'unclear';
  if (!undecided && first !== undefined) return [first, ...names.slice(1)];
  // A watch that was stopped before its end has neither proved the record absent nor failed to.
  const atTheEnd = destinationAnswer(branch)?.kind === 'absent' ? 'lost' : 'unproven';
  // A send refused for certain was not watched to an end.
  if (watched.interrupted === undefined && watched.send?.outcome !== 'refused') names.push(atTheEnd);
  return [names[0] ?? atTheEnd, ...names.slice(1)];
}

function sightedOutcomes(branch: Branch): readonly VerdictName[] {
  const { watched, ending } = branch;
  const { confirm, settle } = watched.times;
  const names: VerdictName[] = [];
  if (copiesOf(branch) > 1 && watched.copies.get(branch.line.destination.hop) !== 'any') names.push('duplicated');
  if (ending.kind === 'gone' || (ending.kind === 'changed' && watchedFor(branch, settle))) names.push('altered');
  if (latenessOf(branch)?.proved !== undefined) names.push('late');
  const arrived = ending.kind === 'intact' && watchedFor(branch, confirm);
  if (watched.findings.broken && (arrived || names.length > 0)) names.push('skewed');
  if (arrived) names.push('arrived');
  return names;
}

/**
 * Refused for certain; or its outcome was unknown and the first hop that keeps records proved absent to the end. A
 * destination is no such hop: what it lacks may have been lost on the way to it.
 */
function isRefused({ watched, line, ending }: Branch): boolean {
  if (watched.send?.outcome === 'refused') return true;
  if (watched.send?.outcome !== 'unknown' || watched.interrupted !== undefined || ending.kind !== 'never-seen')
    return false;
  const keeper = line.hops.find(({ keeps }) => keeps);
  return keeper !== undefined && keeper !== line.destination && line.answers.get(keeper.hop)?.kind === 'absent';
}

/** Records in the destination's latest sighting; none where they were gone afterwards. */
export function copiesOf(branch: Branch): number {
  if (destinationAnswer(branch)?.gone !== undefined) return 0;
  const latest = destinationLooks(branch).findLast(({ look }) => 'evidence' in look);
  return latest !== undefined && 'evidence' in latest.look ? (latest.look.evidence.copies ?? 1) : 0;
}

/** When it first arrived, and how late that was. */
export type Lateness = {
  first: LookAt;
  /** Milliseconds after the deadline. */
  by: number;
  /** The last look at or after the deadline that proved the marker not there yet; without one, lateness is not proved. */
  proved?: LookAt;
};

/** Undefined where the first good look began by the deadline, or was the deadline's own look. */
export function latenessOf(branch: Branch): Lateness | undefined {
  const { watched } = branch;
  const { deadline } = watched.times;
  const looks = destinationLooks(branch);
  const first = arrivalIn(branch);
  // A trace has no clock to be late by: it began long after the send.
  if (watched.fate === 'traced') return undefined;
  if (first === undefined || first.since <= deadline || first.why === 'deadline') return undefined;
  const proved = looks
    .slice(0, looks.indexOf(first))
    .findLast(({ look, since, why }) => (since >= deadline || why === 'deadline') && provesNotThere(look));
  return { first, by: first.since - deadline, ...(proved === undefined ? {} : { proved }) };
}

/** The destination's first intact look, or its first look by reference where it has none. */
export function arrivalIn(branch: Branch): LookAt | undefined {
  const looks = destinationLooks(branch);
  return looks.find(({ look }) => look.kind === 'intact') ?? looks.find(({ look }) => look.kind === 'reference');
}

export function destinationAnswer({ line }: Branch): Answer | undefined {
  return line.answers.get(line.destination.hop);
}

export function destinationLooks({ watched, line }: Branch): readonly LookAt[] {
  return watched.looks.filter(({ hop }) => hop === line.destination.hop);
}

/** The record is proved absent, or is here without the marker as sent: either way it had not arrived yet. */
function provesNotThere(look: Look): boolean {
  return (look.kind === 'absent' && look.proves) || look.kind === 'stripped' || look.kind === 'altered';
}

/** A watch that ran to its end kept its times; one that was stopped, or never begun after a refusal, shows it by looks that far apart. */
function watchedFor(branch: Branch, ms: number): boolean {
  if (branch.watched.interrupted === undefined && branch.watched.send?.outcome !== 'refused') return true;
  const answer = destinationAnswer(branch);
  const from = answer?.worseSince ?? answer?.since;
  const last = destinationLooks(branch).findLast(({ look }) => 'evidence' in look);
  if (answer === undefined || from === undefined || last === undefined || !sighted(answer)) return false;
  const started = answer.kind === 'altered' || answer.kind === 'stripped' ? firstOfRun(branch) : from;
  return last.since - started >= ms;
}

/** When the destination began to show the record as it last did. */
function firstOfRun(branch: Branch): number {
  const shown = destinationLooks(branch).filter(({ look }) => 'evidence' in look);
  const kind = shown.at(-1)?.look.kind;
  const before = shown.findLastIndex(({ look }) => look.kind !== kind);
  return shown[before + 1]?.since ?? Number.POSITIVE_INFINITY;
}
