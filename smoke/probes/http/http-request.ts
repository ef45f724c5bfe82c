// A request of a scenario from options to final answer: body, cookies, budget, redirects. Looks and steps share it.

import type { Cost } from '../../core/look.ts';
import { textOf } from '../../core/text-of.ts';
import type { As, Cookies, Host } from '../plugin.ts';
import { maskCredentials, methodOf } from './http-address.ts';
import { basic } from './http-authorization.ts';
import { parametersOf, payloadOf } from './http-body.ts';
import { type Exchange, exchange, type Line, named, type Wire } from './http-exchange.ts';
import { HttpFault } from './http-fault.ts';
import { type HttpOptions, timeoutOf } from './http-options.ts';
import { nextOf } from './http-redirect.ts';
import { retryAfterMs } from './retry-after.ts';

export type Around = { host: Host; cookies: Cookies; line: Line; signal: AbortSignal; meter: Meter };

/** Adds up what a look or step costs, also where it ends in a fault. `aside`: requests for a token, not to the target. */
export type Meter = { requests: number; bytes: number; retries: number; aside: number; began: number };

export function createMeter(host: Host): Meter {
  return { requests: 0, bytes: 0, retries: 0, aside: 0, began: host.clock.now() };
}

export type Final = {
  exchange: Exchange;
  /** Redirects that were followed. */
  hops: number;
  /** Why a redirect was not followed. */
  stayed?: string;
  /** Milliseconds. */
  retryAfter?: number;
};

export type RequestRules = {
  /** A redirect may be answered by sending the same request again. */
  again: boolean;
  /** An answer of this status is what was asked for, a redirect included. */
  wanted(status: number): boolean;
};

const mostRedirects = 5;

/** What a host that says 429 without Retry-After is spared, in milliseconds. */
const pauseWithoutWord = 1_000;

const accepts: Readonly<Record<As, string>> = {
  json: 'application/json',
  xml: 'application/xml, text/xml',
  html: 'text/html',
  text: '*/*',
};

/** The request as it will leave. Throws an HttpFault where it cannot be made. */
export async function wireOf(
  options: HttpOptions,
  host: Host,
  more: { as?: As | undefined; headers?: Readonly<Record<string, string>> } = {},
): Promise<Wire> {
  const url = URL.canParse(options.url) ? new URL(options.url) : undefined;
  if (!url) throw unmade(`${maskCredentials(options.url, host.mask)} is not an address`, undefined);
  for (const [name, value] of parametersOf(options.query ?? {})) url.searchParams.append(name, value);
  const headers: Record<string, string> = { 'user-agent': host.userAgent, accept: accepts[more.as ?? 'text'] };
  if (url.username !== '') headers['authorization'] = basic(decoded(url.username), decoded(url.password));
  url.username = '';
  url.password = '';
  url.hash = '';
  const payload = await payloadOf(options, host.baseDir).catch((error: unknown) => {
    throw unmade(`the body of the request could not be read: ${textOf(error)}`, error);
  });
  if (payload) headers['content-type'] = payload.type;
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = String(value);
  return {
    method: methodOf(options),
    url,
    headers: { ...headers, ...more.headers },
    body: payload?.bytes,
    mask: host.mask,
  };
}

/** Sends and follows. Throws an HttpFault; a budget that withholds the request rejects with its own reason. */
export async function request(first: Wire, options: HttpOptions, rules: RequestRules, around: Around): Promise<Final> {
  const tls = options.tls && (await (await import('./http-tls.ts')).tlsOf(options.tls, around.host));
  let wire = first;
  for (let hops = 0; ; hops++) {
    const own = wire.url.origin === first.url.origin;
    const secured = tls === undefined ? own && around.line.secured : own ? tls.own : tls.abroad;
    const line = { ...around.line, secured: secured || undefined };
    const answer = await once(wire, timeoutOf(options), { ...around, line });
    const retryAfter = slowDown(answer, around.host);
    const base = { exchange: answer, hops, ...(retryAfter === undefined ? {} : { retryAfter }) };
    if (options.follow === false || rules.wanted(answer.status)) return base;
    const next = nextOf(answer, rules.again);
    if (next.kind === 'stay') return next.why === undefined ? base : { ...base, stayed: next.why };
    if (hops === mostRedirects) {
      const message = `${named(first)}: redirected more than ${mostRedirects} times, last to ${named(next.wire)}`;
      throw new HttpFault(message, { kind: 'wrong-answer', left: true, broken: false });
    }
    wire = next.wire;
  }
}

export function costOf(meter: Meter, host: Host): Cost {
  const { requests, bytes, retries, aside } = meter;
  return {
    requests: requests + aside,
    bytes,
    ms: Math.round(host.clock.now() - meter.began),
    ...(retries > 0 ? { retries } : {}),
  };
}

async function once(wire: Wire, timeout: number | undefined, around: Around): Promise<Exchange> {
  const { host, cookies, line, meter, signal } = around;
  const place = await host.budget(wire.url.origin, signal);
  const limit = limitOf(timeout, host, signal);
  try {
    meter.requests += 1;
    const jar = cookies.header(wire.url.href);
    const cookie = [wire.headers['cookie'], jar].filter((part) => part !== undefined && part !== '').join('; ');
    const sent = cookie === '' ? wire : { ...wire, headers: { ...wire.headers, cookie } };
    const answer = await exchange(sent, line, limit.signal, (bytes) => {
      meter.bytes += bytes;
    });
    for (const setCookie of answer.headers['set-cookie'] ?? []) cookies.store(setCookie, wire.url.href);
    await cookies.ready?.();
    // Redirects start from the request without the jar's cookies, which are chosen anew for each address.
    return { ...answer, wire };
  } finally {
    limit.clear();
    place.release();
  }
}

/** Ends one request after its own time, on the host's clock, or with the signal. */
function limitOf(timeout: number | undefined, host: Host, signal: AbortSignal): { signal: AbortSignal; clear(): void } {
  if (timeout === undefined) return { signal, clear: () => undefined };
  const own = new AbortController();
  const timer = new AbortController();
  host.clock.wait(timeout, timer.signal).then(
    () => own.abort(new DOMException(`its timeout of ${timeout} ms is over`, 'TimeoutError')),
    () => undefined, // Cleared: the request ended first.
  );
  return { signal: AbortSignal.any([signal, own.signal]), clear: () => timer.abort() };
}

/** Passes on what the host asks for, and tells it to the look. */
function slowDown(answer: Exchange, host: Host): number | undefined {
  if (answer.status !== 429 && answer.status !== 503) return undefined;
  const asked = retryAfterMs(answer.headers['retry-after'], host.clock);
  const pause = asked ?? (answer.status === 429 ? pauseWithoutWord : 0);
  if (pause > 0) host.pause(answer.wire.url.origin, pause);
  return asked;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A bare percent sign: the part is meant as it stands.
    return part;
  }
}

function unmade(message: string, cause: unknown): HttpFault {
  return new HttpFault(message, { kind: 'error', left: false, broken: false, cause });
}
