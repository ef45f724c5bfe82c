// What a sweep says: a line for each record, each reason why some were kept once, and a sum.

import type { LedgerEntry } from '../core/ledger-entry.ts';
import type { Cleaned } from '../run/cleaned.ts';
import { pageFor } from './rows.ts';
import type { Progress } from './sweep-progress.ts';
import type { Kept } from './sweep-source.ts';
import type { World } from './world.ts';

/** Writes a line, masked; one that is too long for a terminal goes on below its own beginning. */
export function sayer(
  world: World,
  color: boolean | 'auto',
  mask: (text: string) => string,
  progress: Pick<Progress, 'clear'>,
): (text: string) => void {
  const page = pageFor(world, color);
  return (text) => {
    progress.clear();
    const told = mask(text);
    const start = told.trimStart();
    page.line(start, told.length - start.length);
  };
}

export type SweepReport = {
  cleaned(entry: LedgerEntry, cleaned: Cleaned): void;
  /** The entry was not touched. */
  kept(entry: LedgerEntry, why: Kept): void;
  /** Something else went wrong, with one record or with a ledger. */
  failed(what: string, why: string): void;
  leftAlone(runs: readonly string[]): void;
  /** Says the reasons and the sum; gives the exit code. */
  end(): 0 | 1;
};

/** Markers listed behind a reason; a burst has thousands. */
const mostListed = 10;

const advice =
  'remove the record by hand at the system, and then give it up here, which removes nothing: smoketrail sweep --forget MARKER. A scenario file that was repaired is read anew by the next sweep.';

export function sweepReport(say: (text: string) => void): SweepReport {
  const counts = { closed: 0, lingering: 0, givenUp: 0, kept: 0, ledgers: 0 };
  const reasons = new Map<string, { why: Kept; markers: string[] }>();
  let untouched = 0;

  return {
    cleaned(entry, { state, detail }) {
      const { marker, scenario } = entry;
      if (state === 'failed') counts.kept += 1;
      else if (state === 'lingering') counts.lingering += 1;
      else if (state === 'kept') counts.givenUp += 1;
      else counts.closed += 1;
      const sign = { failed: '✗', lingering: '·', kept: '·' }[state as string] ?? '✓';
      const word = { failed: 'not clean', lingering: 'clean for now', kept: 'left' }[state as string] ?? 'clean';
      say(`${sign} ${marker}  ${scenario}  ${word}: ${detail}`);
      if (state === 'failed') say(`    ${whereabouts(entry)}`);
    },
    kept({ marker }, why) {
      counts.kept += 1;
      const reason = reasons.get(why.message) ?? { why, markers: [] };
      reasons.set(why.message, reason);
      reason.markers.push(marker);
    },
    failed(what, why) {
      counts.ledgers += 1;
      say(`✗ ${what}  ${why}`);
    },
    leftAlone(runs) {
      untouched += runs.length;
      if (runs.length > 0) say(`· left alone, since somebody is at work on them: ${runs.join(', ')}`);
    },
    end() {
      for (const { why, markers } of reasons.values()) {
        const more = markers.length > mostListed ? ` and ${markers.length - mostListed} more` : '';
        say(`✗ ${records(markers.length)} not touched: ${why.message}`);
        say(`    ${why.hint}`);
        say(`    ${markers.slice(0, mostListed).join(', ')}${more}`);
      }
      if (counts.kept > 0) say(`What no sweep can clean: ${advice}`);
      say(sum(counts, untouched));
      return counts.kept + counts.ledgers > 0 ? 1 : 0;
    },
  };
}

/** What a person needs to find it: its file, and the ids by which the systems know it. */
function whereabouts({ file, aliases, withheld, sent }: LedgerEntry): string {
  const known = [...aliases].map(([name, value]) => `${name}=${value}`);
  const ids = [...known, ...[...withheld].map((name) => `${name} (a secret)`)];
  if (ids.length > 0) return `${file}: ${ids.join(', ')}`;
  const never = sent === 'done' ? '' : '; if nothing was created, --forget gives it up';
  return `${file}: no id of it is known${never}`;
}

function sum(
  {
    closed,
    lingering,
    givenUp,
    kept,
    ledgers,
  }: Record<'closed' | 'lingering' | 'givenUp' | 'kept' | 'ledgers', number>,
  untouched: number,
): string {
  const parts = [
    ...(closed > 0 ? [`${records(closed)} cleaned and done with`] : []),
    ...(lingering > 0
      ? [
          `${records(lingering)} clean for now and looked for again, since ${lingering === 1 ? 'it' : 'they'} may still arrive`,
        ]
      : []),
    ...(givenUp > 0 ? [`${records(givenUp)} left alone and given up`] : []),
    ...(kept > 0 ? [`${records(kept)} still to be cleaned; the ledger keeps ${kept === 1 ? 'it' : 'them'}`] : []),
    ...(ledgers > 0 ? [`${ledgers} ledger${ledgers === 1 ? '' : 's'} that could not be worked on`] : []),
  ];
  if (parts.length > 0) return `Swept: ${parts.join(', ')}.`;
  return untouched > 0
    ? 'Nothing to sweep: no run has died and left a record.'
    : 'Nothing to sweep: the ledger holds no record that is still to be cleaned.';
}

function records(n: number): string {
  return `${n} record${n === 1 ? '' : 's'}`;
}
