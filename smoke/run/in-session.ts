// Does what needs a session, and once more after a new login where the first try found itself logged out.

import type { Fault } from '../core/look.ts';
import { Blind } from '../probes/plugin.ts';
import type { Scope } from '../scenario/template.ts';
import type { Entered, Entry } from './sessions.ts';

/** `entering`: runs what logs in, within the time it may take. */
export async function inSession<T>(
  entry: Entry,
  entering: (work: (signal: AbortSignal) => Promise<Entered>) => Promise<Entered>,
  work: (entered: Entered) => Promise<T>,
): Promise<T> {
  const entered = await entering(entry.enter);
  const first = await tried(work, entered);
  if (first.ok) {
    entry.worked();
    return first.value;
  }
  const renewed = await entering((signal) => entry.renew(entered, first.found, signal));
  const second = await tried(work, renewed);
  if (!second.ok) throw entry.futile(renewed, second.found);
  entry.worked();
  return second.value;
}

/** What names stand for while the session is in use. */
export function scopeIn(scope: Scope, entered: Entered | undefined): Scope {
  return entered === undefined ? scope : Object.assign(Object.create(scope) as Scope, { session: entered.value });
}

type Tried<T> = { ok: true; value: T } | { ok: false; found: Fault };

async function tried<T>(work: (entered: Entered) => Promise<T>, entered: Entered): Promise<Tried<T>> {
  try {
    return { ok: true, value: await work(entered) };
  } catch (error) {
    if (error instanceof Blind && (error.fault.kind === 'logged-out' || error.unauthorized === true))
      return { ok: false, found: error.fault };
    throw error;
  }
}
