// Sends over HTTP, and says honestly whether it was accepted, refused for certain, or may have been accepted.

import type { Candidate, Fault } from '../../core/look.ts';
import { maskedPart } from '../masked-start.ts';
import { Blind, type FireContext, type Host, type Sent, type Trigger } from '../plugin.ts';
import { shownPath } from './http-address.ts';
import { type Agents, createAgents } from './http-agents.ts';
import { authorized } from './http-auth.ts';
import { candidateOf, decode } from './http-candidate.ts';
import { named, type Wire } from './http-exchange.ts';
import { headerUnmet, missingIn, statusExpected, statusNamed, statusWanted } from './http-expect.ts';
import { HttpFault } from './http-fault.ts';
import { asksForPassword, leadsToLogin } from './http-login.ts';
import { type HttpOptions, timeoutOf } from './http-options.ts';
import { type Around, costOf, createMeter, type Final, type Meter, request, wireOf } from './http-request.ts';
import type { Attempt } from './http-send-again.ts';

const patienceMs = 10_000;
const brokenPauseMs = 200;

export function httpTrigger(host: Host): Trigger<HttpOptions> {
  return { fire: (options, context) => fire(options, context, host) };
}

async function fire(options: HttpOptions, context: FireContext, host: Host): Promise<Sent> {
  // A connection kept from an earlier step may be dead already, which would make this step's outcome unknown.
  const agents = createAgents({ keepAlive: false });
  const meter = createMeter(host);
  const attempt = (): Promise<Attempt> => once(options, context, host, agents, meter);
  try {
    const ended =
      context.idempotencyKey === undefined ? await attempt() : await repeated(attempt, context, host, meter);
    const { again: _again, ...sent } = ended;
    return { ...sent, cost: costOf(meter, host) };
  } finally {
    agents.close();
  }
}

async function repeated(
  attempt: () => Promise<Attempt>,
  context: FireContext,
  host: Host,
  meter: Meter,
): Promise<Attempt> {
  const { sendAgain } = await import('./http-send-again.ts');
  const { ended, attempts } = await sendAgain(attempt, host.clock, context.signal);
  meter.retries = attempts - 1;
  return ended;
}

async function once(
  options: HttpOptions,
  context: FireContext,
  host: Host,
  agents: Agents,
  meter: Meter,
): Promise<Attempt> {
  const { as, cookies, signal, idempotencyKey, trace = {} } = context;
  const around: Around = { host, cookies, signal, meter, line: { agents, insecure: host.insecure } };
  let before = meter.requests;
  const rules = {
    again: idempotencyKey !== undefined,
    wanted: (status: number) => statusNamed(options.expect, status),
  };
  const key = idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey };
  let wire: Wire | undefined;
  try {
    const asked = await authorized(options, around, async (headers) => {
      // What a token that is not accepted was refused with is refused for certain, and counts no more.
      before = meter.requests;
      const made = await wireOf(options, host, { as, headers: { ...headers, ...key } });
      wire = { ...made, headers: { ...trace, ...made.headers } };
      return { wire, final: await request(wire, options, rules, around) };
    });
    return await attemptOf(asked.wire, asked.final, options, context);
  } catch (error) {
    const followed = meter.requests - before > 1;
    if (error instanceof HttpFault) return failed(error, followed);
    // The budget withheld it; where the first request has left, its outcome is not known for all that.
    if (!signal.aborted) throw error;
    const message = `${wire ? named(wire) : 'the request'}: given up while waiting for its turn (${reasonOf(error)})`;
    const fault: Fault = { kind: 'timeout', message };
    return { outcome: meter.requests > before ? 'unknown' : 'refused', summary: message, fault };
  }
}

function failed(error: HttpFault, followed: boolean): Attempt {
  const { kind, hint, left, broken } = error.facts;
  const fault: Fault = { kind, message: error.message, ...(hint === undefined ? {} : { hint }) };
  const outcome = left || followed ? 'unknown' : 'refused';
  return { outcome, summary: error.message, fault, ...(broken ? { again: brokenPauseMs } : {}) };
}

async function attemptOf(wire: Wire, final: Final, options: HttpOptions, context: FireContext): Promise<Attempt> {
  const { exchange } = final;
  const { status, headers } = exchange;
  const summary = `${named(wire)} → ${status}`;
  if (final.hops > 0 && leadsToLogin(exchange.wire.url) && !leadsToLogin(wire.url)) {
    const message = `${summary}: it was redirected to ${shownPath(exchange.wire.url, wire.mask)}`;
    const hint = 'The session or token may have expired: log in before this step.';
    const { answer } = await answerIn(final, context);
    return { outcome: 'unknown', summary: message, fault: { kind: 'logged-out', message, hint }, ...answer };
  }
  const unmet = statusExpected(options.expect, status) ? headerUnmet(options.expect, headers, wire.mask) : undefined;
  if (unmet !== undefined || !statusExpected(options.expect, status)) {
    const outcome = refuses(status) && exchange.wire.method === wire.method ? 'refused' : 'unknown';
    const wanted = outcome === 'unknown' ? statusWanted(options.expect) : undefined;
    const message = `${summary}${because(unmet ?? final.stayed ?? wanted)}`;
    const { answer } = await answerIn(final, context);
    const said = answer === undefined ? '' : firstWords(answer.answer.text(), wire.mask);
    const fault: Fault = { kind: kindOf(status), message: said === '' ? message : `it answered ${said}` };
    const unauthorized = status === 401 && outcome === 'refused' ? { unauthorized: true } : {};
    const notNow = isNotNow(final) ? { notNow: true } : {};
    return { outcome, summary: message, fault, ...answer, ...unauthorized, ...notNow, ...againIn(final, options) };
  }
  const { answer, fault } = await answerIn(final, context);
  if (fault) return { outcome: 'unknown', summary: `${summary}: ${fault.message}`, fault };
  const missing = answer === undefined ? undefined : missingIn(options.expect, answer.answer);
  if (missing !== undefined) {
    const message = `${summary}${because(missing)}`;
    return { outcome: 'unknown', summary: message, fault: { kind: 'wrong-answer', message }, ...answer };
  }
  return {
    outcome: 'done',
    summary,
    ...answer,
    ...(status === 201 ? { created: true } : {}),
    ...(asksToLogIn(wire, final, context) ? { asksForPassword: true } : {}),
  };
}

/** A page with a field for a password, or a redirect back to where the request went: a login form does so to say no. */
function asksToLogIn(wire: Wire, { exchange }: Final, { as }: FireContext): boolean {
  const { text, declared } = decode(exchange, as);
  if (declared === 'html' && asksForPassword(text)) return true;
  const { location } = exchange.headers;
  if (exchange.status < 300 || exchange.status > 399 || typeof location !== 'string') return false;
  const target = URL.canParse(location, wire.url.href) ? new URL(location, wire.url) : undefined;
  return target?.origin === wire.url.origin && target.pathname === wire.url.pathname;
}

/** What came back, for `keep`; or why it cannot be read. */
async function answerIn(
  final: Final,
  context: FireContext,
): Promise<{ answer?: { answer: Candidate }; fault?: Fault }> {
  try {
    const { exchange } = final;
    const candidate = await candidateOf(exchange, decode(exchange, context.as), true);
    return { answer: { answer: candidate } };
  } catch (error) {
    if (error instanceof Blind) return { fault: error.fault };
    throw error;
  }
}

/** The beginning of an answer, masked, and cut between words. */
function firstWords(text: string, mask: (text: string) => string): string {
  const most = 300;
  const [masked, whole] = maskedPart(text, most, mask);
  if (whole && masked.length <= most) return masked.trim();
  const start = masked.slice(0, most);
  return `${start.slice(0, Math.max(0, start.search(/[\s,;]\S*$/u))).trim()} …`;
}

/** A 4xx was understood and turned down, but for those that say: not now. */
function refuses(status: number): boolean {
  return status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
}

/** A host that is overloaded may have begun; one that says when to come again has put it off. */
function isNotNow({ exchange: { status }, retryAfter }: Final): boolean {
  return status === 429 || (status === 503 && retryAfter !== undefined);
}

function kindOf(status: number): Fault['kind'] {
  if (status === 401 || status === 403) return 'permission';
  return status === 408 || status === 425 || status === 429 || status >= 500 ? 'busy' : 'wrong-answer';
}

/** Only a host that says when is asked again, and only where that is soon. */
function againIn(final: Final, options: HttpOptions): { again?: number } {
  const { retryAfter } = final;
  return retryAfter !== undefined && retryAfter <= (timeoutOf(options) ?? patienceMs) ? { again: retryAfter } : {};
}

function because(why: string | undefined): string {
  return why === undefined ? '' : `, but ${why}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'stopped';
}
