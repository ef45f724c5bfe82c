// Where a redirect leads, and what of the request goes along.

import type { Exchange, Wire } from './http-exchange.ts';

export type Next =
  | { kind: 'follow'; wire: Wire }
  /** The answer is no redirect, or one that must not be followed; `why` says so in that case. */
  | { kind: 'stay'; why?: string };

const codes: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

// Everything else a scenario adds may be a credential (X-Api-Key), so it stays with the origin it was meant for.
const harmless: ReadonlySet<string> = new Set(['accept', 'accept-language', 'user-agent']);

/** `again` says whether a request that changes something may be sent a second time, to another address. */
export function nextOf(from: Exchange, again: boolean): Next {
  const { wire, status, headers } = from;
  if (!codes.has(status)) return { kind: 'stay' };
  const location = headers['location'];
  if (typeof location !== 'string') return { kind: 'stay', why: 'it redirects without saying where to' };
  const url = URL.canParse(location, wire.url.href) ? new URL(location, wire.url) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    return { kind: 'stay', why: 'it redirects to something that is not an HTTP address' };
  }
  url.username = '';
  url.password = '';
  url.hash = '';
  const reads = wire.method === 'GET' || wire.method === 'HEAD';
  const becomesGet = !reads && (status === 303 || (wire.method === 'POST' && (status === 301 || status === 302)));
  const elsewhere = url.origin !== wire.url.origin;
  if (!reads && !becomesGet) {
    if (!again) return { kind: 'stay', why: `it redirects, and a ${wire.method} is sent once only` };
    if (elsewhere) return { kind: 'stay', why: `it redirects the ${wire.method} to another origin, ${url.host}` };
  }
  const kept = Object.entries(wire.headers).filter(
    ([name]) => (!elsewhere || harmless.has(name)) && !(becomesGet && name.startsWith('content-')),
  );
  const method = becomesGet ? 'GET' : wire.method;
  return {
    kind: 'follow',
    wire: { ...wire, method, url, headers: Object.fromEntries(kept), body: becomesGet ? undefined : wire.body },
  };
}
