// Logs in once: the steps of a session in order, with a fresh cookie jar, told as steps of the phase `login`.

import type { Fault, FaultKind } from '../core/look.ts';
import { listed } from '../core/wording.ts';
import type { Cookies, Owner } from '../probes/plugin.ts';
import type { Session, Step } from '../scenario/model.ts';
import { usesIn } from '../scenario/references.ts';
import type { Scope } from '../scenario/template.ts';
import { nameText } from '../scenario/tree.ts';
import type { Firing, StepResult } from './firing.ts';
import type { Journey } from './journey.ts';
import { textFor } from './learn.ts';
import { maskedText } from './masked-texts.ts';
import type { Ports } from './ports.ts';

/** `reached`: the login may have been heard, and so may count against the account. */
export type LoggedIn =
  | { ok: true; cookies: Cookies; values: ReadonlyMap<string, string> }
  | { ok: false; fault: Fault; reached: boolean };

/** Throws only what stopped it. `journey`: of whoever needs the session first; it gives the time a step may take. */
export async function logIn(
  session: Session,
  journey: Journey,
  { ports, firing }: { ports: Ports; firing: Firing },
  signal: AbortSignal,
): Promise<LoggedIn> {
  const cookies = ports.cookies();
  const values = new Map<string, string>();
  const over = new AbortController();
  const owner: Owner = { id: `login ${session.name} ${ports.random.uuid()}`, over: over.signal };
  const { baseDir, times } = journey.scenario;
  const scope = loginScope(journey.scope, (name) => values.get(name));
  try {
    for (const [index, step] of session.login.entries()) {
      const title = `${session.name}: ${step.title}`;
      ports.emit({ type: 'step.started', scenario: journey.id, phase: 'login', title });
      const { pauses } = journey;
      const order = { step, scope, cookies, owner, baseDir: step.baseDir ?? baseDir, limit: times.timeout, pauses };
      const fired = await firing.fire(order, signal);
      const { outcome, summary, fault } = endOf(fired, step, index === session.login.length - 1, values, ports);
      const hint = fault?.hint === undefined ? undefined : `${fault.hint}${usedIn(session, fault)}`;
      const shown = fired.attachments && { attachments: fired.attachments };
      const told = { scenario: journey.id, phase: 'login', title, outcome, summary, cost: fired.cost } as const;
      ports.emit({ type: 'step.finished', ...told, ...(hint && { hint }), ...shown });
      if (fault === undefined) continue;
      const kind: FaultKind = fault.kind === 'permission' ? 'permission' : 'logged-out';
      const message = `login ${session.name} failed: ${summary}`;
      return { ok: false, fault: { kind, message, hint: hint ?? advice, ...shown }, reached: reached(fired) };
    }
  } finally {
    over.abort();
  }
  return { ok: true, cookies, values };
}

const advice = 'Check the login’s user and password and its addresses; smoketrail run -v shows each of its steps.';

/**
 * What a login may use: no marker, no aliases. Its calls are computed on their own: what they give is no value of the
 * marker, which the ledger would keep.
 */
export function loginScope(scope: Scope, session: (name: string) => string | undefined): Scope {
  const own = { marker: undefined, aliases: new Map(), computed: new Map(), session };
  return Object.assign(Object.create(scope) as Scope, own);
}

type Ended = { outcome: StepResult['outcome'] | 'failed'; summary: string; fault?: Fault };

function endOf(fired: StepResult, step: Step, isLast: boolean, values: Map<string, string>, ports: Ports): Ended {
  const { outcome, fault } = fired;
  const summary = maskedText(fired.summary, ports.mask);
  if (outcome !== 'done' && !isFormInstead(fired, isLast))
    return { outcome, summary, fault: fault ?? { kind: 'error', message: summary } };
  const missed = (isLast ? askedAgain(fired) : undefined) ?? keepFrom(fired, step, values, ports);
  if (missed === undefined) return { outcome: 'done', summary };
  return { outcome: 'failed', summary: `${summary}: ${missed.message}`, fault: missed };
}

/** A step on the way may well be led to the login page: that is where its form stands. */
function isFormInstead({ outcome, fault, answer }: StepResult, isLast: boolean): boolean {
  return !isLast && outcome === 'unknown' && fault?.kind === 'logged-out' && answer !== undefined;
}

function askedAgain({ asksForPassword }: StepResult): Fault | undefined {
  if (asksForPassword !== true) return undefined;
  const message = 'the answer asks for a password again';
  return { kind: 'logged-out', message, hint: 'Check user and password, and that the form gets every field it needs.' };
}

/** Where the user and the password came from, for a login that was not let in. */
function usedIn({ login }: Session, { kind }: Fault): string {
  if (kind !== 'logged-out') return '';
  const uses = login.flatMap(({ options }) => usesIn(options).map(({ ref }) => ref));
  const names = new Set(
    uses.filter(({ space }) => space === 'secret' || space === 'env' || space === 'vars').map(nameText),
  );
  return names.size === 0 ? '' : ` The login uses ${listed([...names])}.`;
}

/** What a login keeps counts as a secret at once, where it is long enough to be masked. */
function keepFrom({ answer }: StepResult, step: Step, values: Map<string, string>, ports: Ports): Fault | undefined {
  const missing: string[] = [];
  for (const [name, keep] of Object.entries(step.keep)) {
    const value = answer && textFor(keep, answer);
    if (value === undefined) {
      missing.push(`${name} (${keep.from})`);
      continue;
    }
    ports.secrets.add(value, `session.${name}`);
    values.set(name, value);
  }
  if (missing.length === 0) return undefined;
  const message = `the answer has nothing for ${missing.join(', ')}`;
  return {
    kind: 'wrong-answer',
    message,
    hint: 'Check the selectors under keep, and that this is the page with the form.',
  };
}

/** Only where no connection was made, or nothing was even tried, is it certain that no account heard of it. */
function reached({ outcome, fault }: StepResult): boolean {
  if (outcome === 'skipped') return false;
  return outcome !== 'refused' || (fault?.kind !== 'refused' && fault?.kind !== 'error');
}
