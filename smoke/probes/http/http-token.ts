// Asks a token endpoint for an access token (RFC 6749, sections 2.3.1 and 4.4) and reads its answer.

import { maskedStart } from '../masked-start.ts';
import type { Cookies, Host } from '../plugin.ts';
import type { OAuth2 } from './http-auth-options.ts';
import { basic } from './http-authorization.ts';
import { parametersOf } from './http-body.ts';
import { named } from './http-exchange.ts';
import { HttpFault } from './http-fault.ts';
import type { HttpOptions } from './http-options.ts';
import { type Around, type Final, request, wireOf } from './http-request.ts';
import { textOf } from './http-text.ts';

/** `until` is monotonic, `lifetime` in ms; both are infinite where the endpoint does not say. */
export type Token = { value: string; lifetime: number; until: number };

/** Where the scenario gives no time for one request. */
const usualTimeout = '8s';

/** Throws an HttpFault in which nothing has left: without a token, nothing is sent to the target. */
export async function fetchToken(oauth2: OAuth2, { tls, timeout }: HttpOptions, around: Around): Promise<Token> {
  const { host } = around;
  const options: HttpOptions = {
    method: 'POST',
    url: oauth2['token-url'],
    form: formOf(oauth2),
    headers: { accept: 'application/json', ...(oauth2.in === 'body' ? {} : { authorization: clientOf(oauth2) }) },
    follow: false,
    timeout: timeout ?? usualTimeout,
    ...(tls && { tls }),
  };
  const began = host.clock.now();
  const meter = { requests: 0, bytes: 0, retries: 0, aside: 0, began };
  const rules = { again: false, wanted: () => true };
  const final = await wireOf(options, host)
    .then((wire) => request(wire, options, rules, { ...around, cookies: noJar, meter }))
    .catch((error: unknown) => {
      if (!(error instanceof HttpFault)) throw error;
      throw new HttpFault(`no token to send the request with: ${error.message}`, { ...error.facts, left: false });
    });
  return tokenIn(final, began, host);
}

function formOf(oauth2: OAuth2): Record<string, string> {
  const { scope, audience } = oauth2;
  return {
    grant_type: 'client_credentials',
    ...(scope !== undefined && { scope }),
    ...(audience !== undefined && { audience }),
    ...(oauth2.in === 'body' && { client_id: oauth2['client-id'], client_secret: oauth2['client-secret'] }),
  };
}

/** Id and secret are URL-encoded before they are joined (RFC 6749, section 2.3.1). */
function clientOf(oauth2: OAuth2): string {
  const encoded = (text: string): string => `${parametersOf({ a: text })}`.slice(2);
  return basic(encoded(oauth2['client-id']), encoded(oauth2['client-secret']));
}

function tokenIn(final: Final, began: number, host: Host): Token {
  const { exchange } = final;
  const { status, wire } = exchange;
  const type = exchange.headers['content-type'];
  const answer = objectIn(textOf(exchange.body, typeof type === 'string' ? type : undefined));
  for (const [name, value] of Object.entries(answer))
    if (/token$/.test(name) && typeof value === 'string') host.learn(value, name);
  const failed = (what: string): HttpFault =>
    faultOf(`no token to send the request with: ${named(wire)} ${what}`, final);
  if (status < 200 || status > 299) throw failed(`answered ${status}${saidIn(answer, host)}`);
  const { access_token: value, token_type: kind, expires_in: seconds } = answer;
  if (typeof value !== 'string' || !/^[\x21-\x7e]+$/.test(value))
    throw failed(`answered ${status}, but without an access_token${saidIn(answer, host)}`);
  if (typeof kind === 'string' && kind.toLowerCase() !== 'bearer')
    throw failed(`gave a token of another type than bearer: ${maskedStart(kind, 40, host.mask)}`);
  const given = Number(seconds ?? Number.NaN);
  const lifetime = given > 0 ? given * 1000 : Number.POSITIVE_INFINITY;
  return { value, lifetime, until: began + lifetime };
}

/** ` (invalid_client: the client is unknown)`, as the endpoint puts it. */
function saidIn({ error, error_description: more }: Readonly<Record<string, unknown>>, host: Host): string {
  const words = [error, more].filter((one) => typeof one === 'string' && one !== '').join(': ');
  return words === '' ? '' : ` (${maskedStart(words, 200, host.mask)})`;
}

function faultOf(message: string, { exchange: { status } }: Final): HttpFault {
  const busy = status === 429 || status >= 500;
  const kind = busy ? 'busy' : status === 400 || status === 401 || status === 403 ? 'permission' : 'wrong-answer';
  const hint = busy
    ? 'The token endpoint is asked again after a while.'
    : 'Check token-url, client-id, client-secret and scope of auth.oauth2.';
  return new HttpFault(message, { kind, left: false, broken: false, hint });
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  } catch {
    // Not JSON: an answer without a token, which is told by its status.
    return {};
  }
}

/** What is asked by nobody's session: a token endpoint, the query API of a store. */
export const noJar: Cookies = {
  header: () => '',
  store: () => undefined,
  list: async () => [],
  take: async () => undefined,
};
