// OAuth 2.0 client credentials (RFC 6749, section 4.4): a token for each distinct client, fetched once and shared by
// all looks and steps of a run, renewed before it expires and when it is not accepted any more.

import type { Host } from '../plugin.ts';
import { createFlight, type Flight } from '../single-flight.ts';
import type { OAuth2 } from './http-auth-options.ts';
import { HttpFault } from './http-fault.ts';
import type { HttpOptions } from './http-options.ts';
import type { Around, Final } from './http-request.ts';
import { fetchToken, type Token } from './http-token.ts';

type Source = {
  flight: Flight<Token>;
  token?: Token | undefined;
  /** Why there is none, how often in a row, and until when (monotonic ms) nobody asks again. */
  failed?: { error: HttpFault; times: number; until: number } | undefined;
  /** When (monotonic ms) tokens were thrown away because they were not accepted. */
  refusedAt: number[];
};

/** A token that is refused everywhere must not become a request for a token with each look. */
const renewals = { most: 3, perMs: 60_000 };
const pauses = { first: 1_000, longest: 30_000 };
/** A token is renewed this long before its end, in ms, or a tenth of its life where that is shorter. */
const earliness = 30_000;

export async function withToken<T extends { final: Final }>(
  oauth2: OAuth2,
  options: HttpOptions,
  around: Around,
  work: (token: string) => Promise<T>,
): Promise<T> {
  const source = sourceOf(oauth2, options, around.host);
  const token = await tokenOf(source, oauth2, options, around);
  const first = await work(token.value);
  const { exchange, hops } = first.final;
  if (exchange.status !== 401 || hops > 0 || !mayRenew(source, token, around.host)) return first;
  return work((await tokenOf(source, oauth2, options, around)).value);
}

function sourceOf(oauth2: OAuth2, { tls }: HttpOptions, host: Host): Source {
  const sources = host.once('http.oauth2', () => new Map<string, Source>());
  const { scope, audience, in: where } = oauth2;
  const client = [oauth2['token-url'], oauth2['client-id'], oauth2['client-secret'], scope, audience, where];
  const key = JSON.stringify([client, tls && [host.baseDir, tls]]);
  const known = sources.get(key);
  if (known !== undefined) return known;
  const source: Source = { flight: createFlight(), refusedAt: [] };
  sources.set(key, source);
  return source;
}

async function tokenOf(source: Source, oauth2: OAuth2, options: HttpOptions, around: Around): Promise<Token> {
  const { clock } = around.host;
  if (source.token !== undefined && clock.now() < source.token.until) return source.token;
  if (source.failed !== undefined && clock.now() < source.failed.until) throw source.failed.error;
  return source.flight.join(async (signal) => {
    try {
      around.meter.aside += 1;
      const token = await fetchToken(oauth2, options, { ...around, signal });
      const early = Math.min(earliness, token.lifetime / 10);
      source.token = { ...token, until: token.until - (Number.isFinite(early) ? early : 0) };
      source.failed = undefined;
      return source.token;
    } catch (error) {
      if (error instanceof HttpFault && !signal.aborted) {
        const times = (source.failed?.times ?? 0) + 1;
        const pause = Math.min(pauses.longest, pauses.first * 2 ** (times - 1));
        source.failed = { error, times, until: clock.now() + pause };
      }
      throw error;
    }
  }, around.signal);
}

/** True where another token is worth a try: somebody has one already, or not too many were refused lately. */
function mayRenew(source: Source, refused: Token, { clock }: Host): boolean {
  if (source.token !== refused) return true;
  const now = clock.now();
  source.refusedAt = source.refusedAt.filter((at) => now - at < renewals.perMs);
  if (source.refusedAt.length >= renewals.most) return false;
  source.refusedAt.push(now);
  source.token = undefined;
  return true;
}
