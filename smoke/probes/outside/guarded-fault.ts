// What somebody else's plug-in is told to have done wrong. Whatever it gave or threw is read in here, since a getter, a
// proxy or a `toString` of its own may throw as well.

import type { Fault, FaultKind } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import { Blind } from '../plugin.ts';

/** Whose answer it is, and how its words are made fit to be shown. */
export type Culprit = { name: string; mask(text: string): string };

export type Given = Readonly<Record<string, unknown>>;

const longest = 500;

/** Reads what it gave. @throws Blind that names the plug-in. */
export function readBy<T>(culprit: Culprit, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw faultIn(culprit, error);
  }
}

/** What it threw, as a Blind that names the plug-in; one that is a Blind already says enough. */
export function faultIn({ name, mask }: Culprit, thrown: unknown): Blind {
  const own = blindIn(thrown);
  if (own !== undefined) return own;
  const said = mask(textOf(thrown)).slice(0, longest);
  return new Blind('error', `the plug-in ${name} failed: ${said}`, { cause: thrown });
}

function blindIn(thrown: unknown): Blind | undefined {
  try {
    if (!(thrown instanceof Blind) || !isFault(thrown.fault)) return undefined;
    const { kind, message, hint, attachments } = thrown.fault;
    const { retryAfter, unauthorized } = thrown;
    return new Blind(kind, message, {
      ...(hint !== undefined && { hint }),
      ...(isCount(retryAfter) && { retryAfter }),
      unauthorized: unauthorized === true,
      attachments: attachmentsIn(attachments),
      cause: thrown,
    });
  } catch {
    return undefined;
  }
}

/** No verdict hangs on them, so what is no path is left out. */
export function attachmentsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

export function objectOf({ name }: Culprit, value: unknown, what: string): Given {
  if (typeof value === 'object' && value !== null) return value as Given;
  throw new Blind('wrong-answer', `the plug-in ${name} gave ${value === null ? 'null' : typeof value} for ${what}`);
}

export function demandOf({ name }: Culprit, what: string): (missing: string) => Blind {
  const hint = 'The types of the package smoketrail say what a plug-in gives back.';
  return (missing) => new Blind('wrong-answer', `the plug-in ${name} gave ${what} without ${missing}`, { hint });
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

const faultKinds = {
  refused: true,
  timeout: true,
  permission: true,
  'logged-out': true,
  busy: true,
  'wrong-answer': true,
  selector: true,
  'gave-up': true,
  'driver-missing': true,
  'not-observable': true,
  error: true,
} satisfies Record<FaultKind, true>;

export function isFault(value: unknown): value is Fault {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, message, hint } = value as Given;
  const known = typeof kind === 'string' && Object.hasOwn(faultKinds, kind);
  return known && typeof message === 'string' && (hint === undefined || typeof hint === 'string');
}
