// Says who a request comes from: user and password, a token of one's own, or one that is fetched first (OAuth 2).

import { basic, bearer } from './http-authorization.ts';
import type { HttpOptions } from './http-options.ts';
import type { Around, Final } from './http-request.ts';

/**
 * Runs a request with the headers that `auth` asks for. With a fetched token that is not accepted (401) it runs once
 * more with a new one: a 401 was turned down for certain, so that is safe for a send too.
 */
export async function authorized<T extends { final: Final }>(
  options: HttpOptions,
  around: Around,
  work: (headers: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const { auth } = options;
  if (auth?.oauth2) {
    const { withToken } = await import('./http-oauth2.ts');
    return withToken(auth.oauth2, options, around, (token) => work({ authorization: bearer(token) }));
  }
  if (auth?.basic) return work({ authorization: basic(auth.basic.user, auth.basic.password) });
  return work(auth?.bearer === undefined ? {} : { authorization: bearer(auth.bearer) });
}
