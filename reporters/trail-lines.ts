// What stands under the hop table: last seen, suspects, facts, blind spots, what is ruled out, what to do next.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Suspect, Trail } from '../smoke/core/trail.ts';
import type { Judgement } from '../smoke/core/verdict.ts';
import { isUnobservable, listed, withHint } from '../smoke/core/wording.ts';
import { attachmentsOf } from './attachments.ts';
import { branchesOf } from './branches.ts';
import { moment } from './durations.ts';
import { printable } from './hop-row.ts';

/**
 * A line; `label` is empty for a sentence and for what continues the label above. `heading` names a destination, and what
 * is `within` stands under it. Texts are safe to print.
 */
export type TrailLine = { label: string; text: string; continues?: true; heading?: true; within?: true };

/** Hops that keep nothing: an absence there proves nothing. */
type Fleeting = ReadonlySet<string>;

const longest = 1_000;
/** Where it was last seen says nothing new of a record that came. */
const arrivedSomehow: ReadonlySet<string> = new Set(['arrived', 'skewed', 'late', 'duplicated']);

export function trailLines(scenario: ScenarioRecord): TrailLine[] {
  const { verdict, warnings, steps, cleaned } = scenario;
  const isTree = verdict?.destinations !== undefined;
  const fleeting: Fleeting = new Set(scenario.route.flatMap(({ hop, keeps }) => (keeps ? [] : [hop])));
  // A login that failed several times has one hint.
  const hints = new Set(steps.flatMap(({ outcome, hint }) => (hint !== undefined && outcome !== 'done' ? [hint] : [])));
  const aside = [
    ...[...hints].map((hint) => line('Hint', hint)),
    ...warnings.map(({ message, hint }) => line('Warning', withHint(message, hint))),
  ];
  return [
    ...(verdict === undefined ? [line('', 'No verdict: the record of the run ends before one was reached.')] : []),
    ...(verdict !== undefined && isTree ? treeLines(verdict, fleeting) : []),
    ...(verdict !== undefined && !isTree ? findings(verdict, fleeting) : []),
    ...aside,
    ...(verdict !== undefined && !isTree ? nextLines(verdict.trail.next) : []),
    ...attachmentsOf(scenario).map((path) => line('Attached', path)),
    ...(cleaned === undefined ? [] : [line('Cleanup', `${cleaned.state}: ${cleaned.detail}`)]),
  ];
}

/** Each destination under a line that names it; of one that passes only that line. What an earlier one said is not repeated. */
function treeLines(verdict: NonNullable<ScenarioRecord['verdict']>, fleeting: Fleeting): TrailLine[] {
  const said = new Set<string>();
  const isNew = (text: string): boolean => !said.has(text) && said.add(text) !== undefined;
  return branchesOf(verdict).flatMap((branch) => {
    const { headline, passes, trail } = branch;
    const heading: TrailLine = { ...line('', `At ${trail.destination}: ${headline}`), heading: true };
    if (passes === true) return [heading];
    const facts = findings({ ...branch, facts: branch.facts.filter(isNew) }, fleeting);
    const next = nextLines(trail.next.filter(isNew));
    return [heading, ...[...facts, ...next].map((one): TrailLine => ({ ...one, within: true }))];
  });
}

function findings({ verdict, trail, facts, also }: Judgement, fleeting: Fleeting): TrailLine[] {
  const arrived = arrivedSomehow.has(verdict);
  const seen = arrived && trail.suspects.length === 0 ? '' : lastSeenAndSuspects(trail, fleeting);
  return [
    ...(seen === '' ? [] : [line('', seen)]),
    ...facts.filter((fact) => !repeatsLastSeen(fact, trail)).map((fact) => line('', fact)),
    ...(also.length > 0 ? [line('Also', also.join(', '))] : []),
    ...blindLines(trail),
    ...(trail.ruledOut.length > 0
      ? [line('Ruled out', trail.ruledOut.map(({ what, proof }) => `${what} (${proof})`).join(' · '))]
      : []),
  ];
}

/** Hops that are blind for one reason share a line. */
function blindLines({ blindSpots }: Trail): TrailLine[] {
  const reasons = Map.groupBy(blindSpots, ({ why, hint }) => withHint(why, hint));
  return [...reasons].map(([why, spots]) => line('Blind', `${listed(spots.map(({ hop }) => hop))}: ${why}`));
}

function nextLines(steps: readonly string[]): TrailLine[] {
  return steps.map((step, index) => (index === 0 ? line('Next', step) : { ...line('', step), continues: true }));
}

function line(label: string, text: string): TrailLine {
  return { label, text: printable(text, longest) };
}

function lastSeenAndSuspects(trail: Trail, fleeting: Fleeting): string {
  const { lastSeen, suspects } = trail;
  const seen =
    lastSeen === undefined ? '' : `Last seen at ${lastSeen.hop} at ${moment(lastSeen.since)} (${lastSeen.what}).`;
  if (suspects.length === 0) return seen;
  const named = suspects.map((suspect) => suspectName(suspect, trail, fleeting)).join(', ');
  return `${seen === '' ? '' : `${seen} `}${suspects.length === 1 ? 'Suspect' : 'Suspects'}: ${named}.`;
}

/** A hop that nothing was learned of is named as such: it is suspected because it could not be cleared. */
function suspectName({ hop, part, why }: Suspect, { answers, passedUnseen }: Trail, fleeting: Fleeting): string {
  if (part === 'handing-on') return `${hop} (handing it on)`;
  const answer = answers.find((one) => one.hop === hop);
  const kind = answer?.kind;
  if (why.startsWith('it refused')) return `${hop} (refused it)`;
  if (passedUnseen.includes(hop)) return `${hop} (passed unseen)`;
  if (kind === 'unread') return `${hop} (not read)`;
  if (kind === 'blind' && isUnobservable(answer?.look)) return `${hop} (not observable)`;
  if (kind === 'absent' && fleeting.has(hop)) return `${hop} (not seen, which proves nothing)`;
  if (kind === 'blind' && answer?.look?.kind === 'absent') return `${hop} (not seen, which proves nothing)`;
  return kind === 'blind' || kind === 'absent' || kind === 'missed' ? `${hop} (${kind})` : hop;
}

/** The core says it among the facts where the record never came. */
function repeatsLastSeen(fact: string, { lastSeen }: Trail): boolean {
  return lastSeen !== undefined && fact.startsWith(`Last seen at ${lastSeen.hop} at `);
}

/** As lines of text, labels in a column of their own. */
export function trailText(lines: readonly TrailLine[]): string {
  return lines
    .map(({ label, text, continues, within }) => {
      const said = label === '' && !continues ? text : `${label.padEnd(12)}${text}`;
      return within ? `  ${said}` : said;
    })
    .join('\n');
}
