// What came of a cleaning, in words for a person: clean, lingering or failed, and why.

import type { Body } from '../core/events.ts';
import { listed } from '../core/wording.ts';
import { type Found, foundNames } from './aliases.ts';
import type { Presence } from './gone.ts';
import type { Journey } from './journey.ts';
import type { WatchedHop } from './watch.ts';

export type Cleaned = Omit<Extract<Body, { type: 'cleaned' }>, 'type' | 'scenario'>;

export type CleanTask = {
  journey: Journey;
  destinations: readonly WatchedHop[];
  /** The record was seen at every destination: nothing of it is still on its way. */
  arrived: boolean;
  /** Whether the send created anything is not known: it was cut short, or gave no answer. */
  doubtful: boolean;
  /** No look showed the marker, and no answer called the record new: only the id that one gave tells what is deleted. */
  byIdAlone?: boolean;
  /** Aliases that were learned, but not written to the ledger since they are secrets. */
  withheld: ReadonlySet<string>;
  /** No ledger has it, so no later sweep of one comes to it. */
  outsideLedger?: true;
  /** Wall clock (ms) until which a record that did not arrive may still come; the entry stays open until then. */
  lingersUntil: number;
};

/** Nothing of the record is known that a step could delete, and nothing says that it was created. */
export function isEmptyHanded({ journey, doubtful, withheld }: CleanTask): boolean {
  return (
    doubtful && [...foundNames(journey.scenario)].every((name) => !journey.aliases.has(name) && !withheld.has(name))
  );
}

export function whyUnknown(names: readonly string[], { journey, withheld }: CleanTask, found: Found): string {
  const steps = `steps that need ${names.join(', ')} could not be tried`;
  const secret = names.filter((name) => withheld.has(name));
  if (secret.length > 0)
    return `${steps}: ${secret.join(', ')} is a secret, which the ledger does not keep; let find learn it again, or remove the record by hand`;
  switch (found.is) {
    case 'no-find':
      return `${steps}: ${journey.scenario.name} has no find to learn it with; add one, or remove the record by hand`;
    case 'failed':
      return `${steps}, since find could not look: ${found.why}`;
    case 'nothing':
      return `${steps}: find does not know the record`;
    default:
      return `${steps}: nothing tells what it is`;
  }
}

export function conclude(
  task: CleanTask,
  failures: readonly string[],
  found: Found,
  presence: readonly Presence[],
  now: number,
): Cleaned {
  const { journey, arrived, lingersUntil } = task;
  const later = whatNext(task, found);
  if (failures.length > 0) return { state: 'failed', detail: `${failures.join('; ')}; ${later}` };
  for (const one of presence) {
    if (one.is === 'there')
      return {
        state: 'failed',
        detail: `${one.hop} still has the record of ${journey.marker.text}; ${whatNext(task, found, true)}`,
      };
    if (one.is === 'unseen')
      return { state: 'failed', detail: `whether ${one.hop} still has it could not be seen (${one.why}); ${later}` };
  }
  const hops = [...new Set(presence.map(({ hop }) => hop))];
  const where = listed(hops);
  const [has, lacks] = hops.length > 1 ? ['have', 'lack'] : ['has', 'lacks'];
  const nothing = found.is === 'nothing' && isEmptyHanded(task);
  const done = nothing
    ? `find knows of no such record, and ${where} ${has} none`
    : `${stepsOf(journey)} done, and ${where} ${lacks} the marker${task.byIdAlone ? idAlone : ''}`;
  if (!arrived && now < lingersUntil) {
    const until = new Date(lingersUntil).toISOString();
    return {
      state: 'lingering',
      detail: `${done}, but it may still arrive: smoketrail sweep looks again until ${until}`,
    };
  }
  return { state: 'clean', detail: done };
}

const idAlone = '; no look had shown it, so the id in the answer to the send alone told what to delete';

/**
 * A sweep does once more what was done here. That is no help where a step can never be tried; nor, which nobody here
 * knows, where none removes the record at the destination that still has it.
 */
function whatNext({ journey, withheld, outsideLedger }: CleanTask, found: Found, stillThere = false): string {
  if (outsideLedger) return 'sweep again to try once more';
  const giveUp = `smoketrail sweep --forget ${journey.marker.text} gives it up`;
  const hopeless = found.is === 'no-find' || [...withheld].some((name) => !journey.aliases.has(name));
  if (hopeless) return `it stays in the ledger; ${giveUp}`;
  const again = 'it stays in the ledger; smoketrail sweep tries again';
  return stillThere ? `${again}; if no clean step removes it there, do that by hand, after which ${giveUp}` : again;
}

function stepsOf({ scenario }: Journey): string {
  const { length } = scenario.clean;
  return `${length} clean step${length === 1 ? '' : 's'}`;
}
