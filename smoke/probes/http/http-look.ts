// Looks at a hop over HTTP: which answers are looks, and which only say that nobody could look.

import type { Reading } from '../../core/look.ts';
import { maskedStart } from '../masked-start.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { shownPath } from './http-address.ts';
import { type Agents, createAgents } from './http-agents.ts';
import { ask } from './http-ask.ts';
import { authorized } from './http-auth.ts';
import { candidateOf, decode, isBinary, rawAnswer } from './http-candidate.ts';
import { ageOf, doubtOfAnswer } from './http-doubt.ts';
import type { Wire } from './http-exchange.ts';
import { headerUnmet, missingIn, statusExpected, statusNamed } from './http-expect.ts';
import { blindOf, HttpFault } from './http-fault.ts';
import { asksForPassword, leadsToLogin } from './http-login.ts';
import { type Answered, asPageOf, namesPage, noteAnswer, pageOf, wrongAddress } from './http-missing.ts';
import type { HttpOptions } from './http-options.ts';
import { type Around, costOf, createMeter, type Final, wireOf } from './http-request.ts';

export function openHttp(host: Host): Probe<HttpOptions> {
  const agents = createAgents({ keepAlive: true });
  const tools: Tools = { agents, found: new Set(), data: new Set() };
  return {
    read: (options, context) => read(options, context, host, tools),
    close: async () => agents.close(),
  };
}

/**
 * What looks of a run remember. `found`: addresses, without their query, that answered as expected: such a one is no
 * wrong address. `data`: requests that were answered with data.
 */
type Tools = { agents: Agents; found: Set<string>; data: Answered };

async function read(options: HttpOptions, context: ReadContext, host: Host, tools: Tools): Promise<Reading> {
  const meter = createMeter(host);
  const { cookies, signal } = context;
  const around: Around = { host, cookies, signal, meter, line: { agents: tools.agents, insecure: host.insecure } };
  try {
    const { wire, final } = await authorized(options, around, async (headers) => {
      const wire = await wireOf(options, host, { as: context.as, headers });
      return { wire, final: await ask(wire, options, around, (status) => statusNamed(options.expect, status)) };
    });
    context.answered?.(rawAnswer(final.exchange, context.as));
    const reading = await readingOf(wire, final, options, context, tools);
    return { ...reading, ...ageOf(final.exchange), ...waiting(final), cost: costOf(meter, host) };
  } catch (error) {
    throw error instanceof HttpFault ? blindOf(error) : error;
  }
}

async function readingOf(
  wire: Wire,
  final: Final,
  options: HttpOptions,
  context: ReadContext,
  { found, data }: Tools,
): Promise<Omit<Reading, 'cost'>> {
  const { exchange } = final;
  const { status, headers } = exchange;
  const asked = `${wire.method} ${shownPath(wire.url, wire.mask)}`;
  const answered = `${asked} answered ${status}`;
  if (final.hops > 0 && leadsToLogin(exchange.wire.url) && !leadsToLogin(wire.url)) {
    throw loggedOut(`${asked} was redirected to ${shownPath(exchange.wire.url, wire.mask)}`);
  }
  if (!statusExpected(options.expect, status)) {
    const gone = status === 404 || status === 410;
    if (gone && context.named && namesPage(wire.url, context, found))
      return { candidates: [], whole: true, searched: answered, ...asPageOf(exchange, wire, context.as, data) };
    throw blindAt(final, answered);
  }
  found.add(pageOf(wire.url));
  const unmet = headerUnmet(options.expect, headers, wire.mask);
  if (unmet !== undefined) throw new Blind('wrong-answer', `${answered}, but ${unmet}`);
  if (context.as === undefined && isBinary(headers['content-type'])) {
    const type = maskedStart(String(headers['content-type']), 100, wire.mask);
    throw new Blind('wrong-answer', `${answered} with ${type}, which holds no text to read`);
  }
  if (status === 204 || status === 205) {
    return { candidates: [], whole: context.named, searched: `${answered} (no content)` };
  }
  const reading = await readBody(final, answered, options, context);
  noteAnswer(data, wire, reading.candidates[0]?.origin);
  return { ...reading, ...doubtOfAnswer(exchange) };
}

async function readBody(
  final: Final,
  answered: string,
  { expect }: HttpOptions,
  context: ReadContext,
): Promise<Omit<Reading, 'cost'>> {
  const { exchange } = final;
  const decoded = decode(exchange, context.as);
  const guarded = decoded.declared === 'html' && asksForPassword(decoded.text);
  if (guarded && decoded.format !== 'html') throw loggedOut(`${answered} with a page that asks for a password`);
  // Such a page may be the one asked for, with a login form in its margin: what it shows counts, what it lacks does not,
  // and it is not taken for the record unless the scenario says that it is a page (`as: html`).
  const isRecord = context.named && (!guarded || context.as === 'html');
  const candidate = await candidateOf(exchange, decoded, isRecord);
  if (guarded)
    return {
      candidates: [candidate],
      whole: false,
      searched: `${answered} with a page that asks for a password`,
      asksForPassword: true,
    };
  const missing = missingIn(expect, candidate);
  if (missing !== undefined) {
    const hint = 'It may be another answer than the one that was meant: an error, a maintenance page.';
    throw new Blind('wrong-answer', `${answered}, but ${missing}`, { hint });
  }
  const part = exchange.status === 206;
  const searched = part ? `${answered} with a part of the whole` : answered;
  const landmark = expect?.has === undefined ? {} : { landmark: true };
  return { candidates: [candidate], whole: !part, searched, ...landmark };
}

/** Why an answer of this status is no look. */
function blindAt(final: Final, answered: string): Blind {
  const { status, headers, wire } = final.exchange;
  const location = headers['location'];
  if (status >= 300 && status < 400) {
    const target =
      typeof location === 'string' && URL.canParse(location, wire.url.href) ? new URL(location, wire.url) : undefined;
    if (target && leadsToLogin(target)) return loggedOut(`${answered} and leads to ${shownPath(target, wire.mask)}`);
    return new Blind('wrong-answer', final.stayed === undefined ? answered : `${answered}: ${final.stayed}`);
  }
  if (status === 401 || status === 403) {
    const hint = 'Check the credentials of this look and what they may read.';
    return new Blind('permission', answered, { hint, unauthorized: status === 401 });
  }
  if (status === 404 || status === 410) {
    return new Blind('wrong-answer', answered, { hint: wrongAddress });
  }
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new Blind('busy', answered, waiting(final));
  }
  return new Blind('wrong-answer', `${answered}, which was not expected`);
}

function loggedOut(message: string): Blind {
  return new Blind('logged-out', message, {
    hint: 'The session or token may have expired: log in again before this look.',
  });
}

function waiting(final: Final): { retryAfter?: number } {
  return final.retryAfter === undefined ? {} : { retryAfter: final.retryAfter };
}
