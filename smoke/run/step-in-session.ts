// A step that uses a session: logged in before it starts, and sent again after a new login only where that is safe.

import type { Phase } from '../core/events.ts';
import type { Cost, Fault } from '../core/look.ts';
import { Blind } from '../probes/plugin.ts';
import type { Step } from '../scenario/model.ts';
import { notSent, type StepResult } from './firing.ts';
import type { Journey } from './journey.ts';
import type { Entered, Entry } from './sessions.ts';

export type Using = { step: Step; phase: Phase; journey: Journey; entry: Entry; signal: AbortSignal };

export async function fireInSession(
  using: Using,
  fire: (entered: Entered) => Promise<StepResult>,
): Promise<StepResult> {
  const { step, entry, signal } = using;
  const entered = await orWhy(entry.enter(signal), using);
  // Without a login nothing leaves: that is certain.
  if (!('id' in entered)) return notSent(step, entered);
  const first = await fire(entered);
  const found = loggedOutIn(first, using);
  if (found === undefined) return worked(first, entry);
  if (!mayRepeat(first, using)) {
    entry.expire(entered);
    return doubted(first, found);
  }
  const renewed = await orWhy(entry.renew(entered, found, signal), using);
  if (!('id' in renewed))
    return { ...doubted(first, found), fault: renewed, summary: `${first.summary}; ${renewed.message}` };
  const second = await fire(renewed);
  const result = { ...second, cost: both(first.cost, second.cost) };
  const still = loggedOutIn(second, using);
  if (still === undefined) return worked(result, entry);
  const { fault } = entry.futile(renewed, still);
  // The destination is looked at after cleaning: a page that happens to ask for a password is no failure there.
  return using.phase === 'clean' && second.outcome === 'done' ? result : { ...doubted(result, still), fault };
}

async function orWhy(entering: Promise<Entered>, { phase, signal }: Using): Promise<Entered | Fault> {
  try {
    return await entering;
  } catch (error) {
    if (error instanceof Blind) return error.fault;
    // A send that was stopped while it waited for its login has left nothing behind.
    if (signal.aborted && phase === 'send') return { kind: 'error', message: 'stopped before it was logged in' };
    throw error;
  }
}

function worked(result: StepResult, entry: Entry): StepResult {
  if (result.outcome === 'done') entry.worked();
  return result;
}

/** Why the answer says that nobody is logged in; a page that shows our marker is what was asked for. */
function loggedOutIn(result: StepResult, { journey }: Using): Fault | undefined {
  const { outcome, fault, summary, answer } = result;
  if (outcome === 'skipped') return undefined;
  if (outcome !== 'done') {
    const isOut = result.unauthorized === true || fault?.kind === 'logged-out';
    return isOut ? (fault ?? { kind: 'logged-out', message: summary }) : undefined;
  }
  if (result.asksForPassword !== true || answer?.text().includes(journey.marker.text) === true) return undefined;
  return { kind: 'logged-out', message: `${summary} with a page that asks for a password` };
}

/** A search or a deletion does no harm twice; a send does, unless it was turned down for certain or is idempotent. */
function mayRepeat({ outcome, unauthorized }: StepResult, { phase, step }: Using): boolean {
  return phase !== 'send' || step.idempotent || (outcome === 'refused' && unauthorized === true);
}

function doubted(result: StepResult, found: Fault): StepResult {
  const hint =
    'The session had ended; it is logged in again for what follows. A step that says idempotent: true is sent again.';
  if (result.outcome !== 'done') return { ...result, fault: { ...found, hint } };
  return { ...result, outcome: 'unknown', summary: found.message, fault: { ...found, hint } };
}

function both(a: Cost, b: Cost): Cost {
  const retries = (a.retries ?? 0) + (b.retries ?? 0) + 1;
  return { requests: a.requests + b.requests, bytes: a.bytes + b.bytes, ms: a.ms + b.ms, retries };
}
