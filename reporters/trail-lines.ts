// What stands under the hop table: last seen, suspects, facts, blind spots, what is ruled out, what to do next.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Suspect, Trail } from '../smoke/core/trail.ts';
import { attachmentsOf } from './attachments.ts';
import { moment } from './durations.ts';
import { printable } from './hop-row.ts';

/** A line; `label` is empty for a sentence and for what continues the label above. Texts are safe to print. */
export type TrailLine = { label: string; text: string; continues?: true };

const longest = 1_000;
/** Where it was last seen says nothing new of a record that came. */
const arrivedSomehow: ReadonlySet<string> = new Set(['arrived', 'skewed', 'late', 'duplicated']);

export function trailLines(scenario: ScenarioRecord): TrailLine[] {
  const { verdict, warnings, steps, cleaned } = scenario;
  const lines: TrailLine[] = [];
  const say = (label: string, text: string): unknown => lines.push({ label, text: printable(text, longest) });
  if (verdict === undefined) {
    say('', 'No verdict: the record of the run ends before one was reached.');
  } else {
    const { trail } = verdict;
    const arrived = arrivedSomehow.has(verdict.verdict);
    const seen = arrived && trail.suspects.length === 0 ? '' : lastSeenAndSuspects(trail);
    if (seen !== '') say('', seen);
    for (const fact of verdict.facts) if (!repeatsLastSeen(fact, trail)) say('', fact);
    if (verdict.also.length > 0) say('Also', verdict.also.join(', '));
    for (const { hop, why, hint } of trail.blindSpots)
      say('Blind', `${hop}: ${why}${hint === undefined ? '' : `; ${hint}`}`);
    if (trail.ruledOut.length > 0)
      say('Ruled out', trail.ruledOut.map(({ what, proof }) => `${what} (${proof})`).join(' · '));
  }
  for (const { outcome, hint } of steps) if (hint !== undefined && outcome !== 'done') say('Hint', hint);
  for (const { message, hint } of warnings) say('Warning', hint === undefined ? message : `${message}; ${hint}`);
  for (const [index, step] of (verdict?.trail.next ?? []).entries()) {
    lines.push({
      label: index === 0 ? 'Next' : '',
      text: printable(step, longest),
      ...(index > 0 && { continues: true }),
    });
  }
  for (const path of attachmentsOf(scenario)) say('Attached', path);
  if (cleaned !== undefined) say('Cleanup', `${cleaned.state}: ${cleaned.detail}`);
  return lines;
}

function lastSeenAndSuspects(trail: Trail): string {
  const { lastSeen, suspects } = trail;
  const seen =
    lastSeen === undefined ? '' : `Last seen at ${lastSeen.hop} at ${moment(lastSeen.since)} (${lastSeen.what}).`;
  if (suspects.length === 0) return seen;
  const named = suspects.map((suspect) => suspectName(suspect, trail)).join(', ');
  return `${seen === '' ? '' : `${seen} `}${suspects.length === 1 ? 'Suspect' : 'Suspects'}: ${named}.`;
}

/** A hop that nothing was learned of is named as such: it is suspected because it could not be cleared. */
function suspectName({ hop, part, why }: Suspect, { answers, passedUnseen }: Trail): string {
  if (part === 'handing-on') return `${hop} (handing it on)`;
  const answer = answers.find((one) => one.hop === hop);
  const kind = answer?.kind;
  if (why.startsWith('it refused')) return `${hop} (refused it)`;
  if (passedUnseen.includes(hop)) return `${hop} (passed unseen)`;
  if (kind === 'unread') return `${hop} (not read)`;
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
    .map(({ label, text, continues }) => (label === '' && !continues ? text : `${label.padEnd(12)}${text}`))
    .join('\n');
}
