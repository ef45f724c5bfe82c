// What a NATS server, or the way to it, turned down: in our words, by the client's names for it.

import { Blind } from '../plugin.ts';
import { innermost, serverFault } from '../server-fault.ts';
import { originOf } from '../server-target.ts';

export function natsBlind(error: unknown, url: string, mask: (text: string) => string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { name, message } = innermost(error);
  const as = (kind: Blind['fault']['kind'], says: string, hint?: string): Blind =>
    new Blind(kind, `${where}: ${mask(says)}`, { cause: error, ...(hint !== undefined && { hint }) });
  if (name === 'AuthorizationError' || name === 'UserAuthenticationExpiredError')
    return as('permission', message, 'Check the user and password of the url, or `token`, `creds` or `nkey`.');
  if (name === 'PermissionViolationError')
    return as('permission', message, 'Give the account this right, or use another account.');
  if (name === 'NoResponders')
    return as('wrong-answer', 'nobody answers for JetStream', 'Check that JetStream is on for this account.');
  if (name === 'StreamNotFoundError')
    return as('wrong-answer', message, 'Check the name of the stream: `nats stream ls` lists them.');
  if (name === 'JetStreamApiError') return as(isBusy(error) ? 'busy' : 'wrong-answer', message);
  if (/does not support 'tls'|is not available on this server/.test(message))
    return as('refused', 'the server has no TLS', 'Say nats:// in place of tls://, and leave out `ca`.');
  return serverFault(error, where) ?? otherFault(message, as);
}

function otherFault(message: string, as: (kind: Blind['fault']['kind'], says: string, hint?: string) => Blind): Blind {
  return /connection (?:closed|disconnected|refused)|closed connection/i.test(message)
    ? as('refused', 'the connection was lost', 'Check that the server runs there and can be reached from here.')
    : as('error', message);
}

/** 503: no leader at the moment. https://docs.nats.io/reference/reference-protocols/nats_api_reference */
function isBusy(error: unknown): boolean {
  return error instanceof Error && Reflect.get(error, 'status') === 503;
}
