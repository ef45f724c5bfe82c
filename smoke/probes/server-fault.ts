// What went wrong on the way to a server that is no web server: the same words for every protocol.

import type { FaultKind } from '../core/look.ts';
import { Blind } from './plugin.ts';

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);

/** Undefined where it is no fault of the way. `where`: the server, without its account. */
export function serverFault(error: unknown, where: string): Blind | undefined {
  const { message, code } = innermost(error);
  const as = (kind: FaultKind, says: string, hint?: string): Blind =>
    new Blind(kind, `${where}${says}`, { cause: error, ...(hint !== undefined && { hint }) });
  if (code === 'ETIMEDOUT' || /timed? ?out|timeout/i.test(message)) return as('timeout', ' did not answer in time');
  if (code !== undefined && unreachable.has(code))
    return as('refused', `: ${code}`, 'Check that the server runs there and can be reached from here.');
  if (
    (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY/.test(code)) ||
    /does not support SSL/i.test(message)
  )
    return as(
      'refused',
      `: no trusted TLS (${code ?? message})`,
      'Name the authority that signed its certificate with `ca`.',
    );
  return /connection (?:is closed|terminated|lost)|closed state|max retries|isn't writeable|PROTOCOL_CONNECTION_LOST/i.test(
    `${message} ${code ?? ''}`,
  )
    ? as('refused', ': the connection was lost')
    : undefined;
}

/** What clients wrap: a flushed queue, the errors of all addresses or nodes. */
export function innermost(error: unknown): { name: string; message: string; code?: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  const several: unknown = Reflect.get(error, 'errors') ?? Reflect.get(error, 'previousErrors');
  const first: unknown = Array.isArray(several) ? several[0] : undefined;
  const inner: unknown = Reflect.get(error, 'lastNodeError') ?? first ?? error.cause;
  if (inner instanceof Error && inner !== error) return innermost(inner);
  const code: unknown = Reflect.get(error, 'code');
  return { name: error.name, message: error.message, ...(typeof code === 'string' && { code }) };
}
