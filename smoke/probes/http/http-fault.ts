// Why a request brought no answer, in words a reader can act on, and whether any of it may have left.

import type { FaultKind } from '../../core/look.ts';
import { Blind } from '../plugin.ts';

export type HttpFaultFacts = {
  kind: FaultKind;
  /** False only where it is certain that no byte of the request left. */
  left: boolean;
  /** The connection broke: the peer may be coming back. */
  broken: boolean;
  /** It broke on a connection kept from an earlier request, before any answer: the peer had closed it already. */
  stale?: boolean;
  /** What had come of the answer when it broke off. */
  begun?: { status: number; body: Uint8Array };
  hint?: string;
  cause?: unknown;
};

/** A request without a usable answer. `message` names the request and what happened to it. */
export class HttpFault extends Error {
  readonly facts: HttpFaultFacts;
  constructor(message: string, facts: HttpFaultFacts) {
    super(message, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'HttpFault';
    this.facts = facts;
  }
}

export function blindOf(fault: HttpFault): Blind {
  const { kind, hint, cause } = fault.facts;
  return new Blind(kind, fault.message, { ...(hint === undefined ? {} : { hint }), cause });
}

export function staleFault(fault: HttpFault): HttpFault {
  return new HttpFault(fault.message, { ...fault.facts, stale: fault.facts.broken });
}

export function begunFault(fault: HttpFault, begun: NonNullable<HttpFaultFacts['begun']>): HttpFault {
  return new HttpFault(fault.message, { ...fault.facts, begun });
}

type Kind = { kind: FaultKind; what: string; hint?: string; broken?: boolean };

/**
 * `what` was asked (`GET http://…`), `error` is what Node or got threw, `left` whether the request may have left,
 * `answered` whether an answer had begun.
 */
export function faultOf(what: string, error: unknown, left: boolean, answered: boolean): HttpFault {
  const code = codeOf(error);
  const { kind, what: happened, hint, broken = false } = kindOf(code, left, answered);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : undefined;
  const shown = code === '' ? '' : ` (${code})`;
  return new HttpFault(`${what}: ${happened}${shown}`, {
    kind,
    left,
    broken,
    ...(hint === undefined ? {} : { hint }),
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The request took longer than it may, or whoever waited for it stopped. */
export function abortedFault(what: string, reason: unknown, left: boolean, answered: boolean): HttpFault {
  const why = reason instanceof Error ? reason.message : 'stopped';
  const until = answered ? 'the answer began but never ended' : left ? 'no answer' : 'no connection';
  const hint = 'Raise timeout if the service is known to be slow.';
  return new HttpFault(`${what}: ${until} (${why})`, { kind: 'timeout', left, broken: false, hint, cause: reason });
}

function kindOf(code: string, left: boolean, answered: boolean): Kind {
  switch (code) {
    case 'ECONNREFUSED':
      return {
        kind: 'refused',
        what: 'connection refused',
        hint: 'Is the service up, and is the port right?',
        broken: true,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_FAIL':
    case 'EAI_NODATA':
    case 'EAI_NONAME':
      return {
        kind: 'refused',
        what: 'the name does not resolve',
        hint: 'Check the host name and the DNS of this machine.',
      };
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { kind: 'refused', what: 'no route to the host', hint: 'Is this machine in the right network?' };
    case 'ETIMEDOUT':
      return { kind: 'timeout', what: 'the connection timed out' };
    case 'ECONNRESET':
    case 'ECONNABORTED':
    case 'EPIPE':
    case 'ERR_STREAM_PREMATURE_CLOSE':
      return brokenOff(left, answered);
    case 'ERR_HTTP_CONTENT_LENGTH_MISMATCH':
      return { kind: 'wrong-answer', what: 'the answer is shorter than it said', broken: true };
    case 'HPE_HEADER_OVERFLOW':
      return { kind: 'wrong-answer', what: 'the headers of the answer are over 16 KB' };
    case 'ERR_INVALID_CHAR':
    case 'ERR_INVALID_HTTP_TOKEN':
    case 'ERR_UNESCAPED_CHARACTERS':
    case 'ERR_INVALID_URL':
      return { kind: 'error', what: 'the address or a header holds a character that HTTP does not allow' };
    default:
      return familyOf(code);
  }
}

function brokenOff(left: boolean, answered: boolean): Kind {
  if (answered) return { kind: 'wrong-answer', what: 'the connection broke in the middle of the answer', broken: true };
  return left
    ? { kind: 'error', what: 'the connection was reset before an answer came', broken: true }
    : { kind: 'refused', what: 'the connection was reset while it was being made', broken: true };
}

function familyOf(code: string): Kind {
  // What the server says of this client; the names are OpenSSL's.
  if (
    /^ERR_SSL_.*ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|HANDSHAKE_FAILURE|UNKNOWN_CA|CERTIFICATE_)/.test(code)
  ) {
    const hint = 'Does it ask for a client certificate? tls: { cert: ./client.pem, key: ./client.key } sends one.';
    return { kind: 'refused', what: 'the server broke off the TLS connection', hint };
  }
  // Nothing was agreed on, so no certificate is to blame.
  if (/^EPROTO$|^ERR_SSL_/.test(code)) {
    const hint = 'Does this port speak TLS, of version 1.2 or later?';
    return { kind: 'refused', what: 'the TLS connection could not be made', hint };
  }
  if (/CERT|SELF_SIGNED|^UNABLE_TO_|^ERR_TLS_|^HOSTNAME_MISMATCH$|^INVALID_(?:CA|PURPOSE)$/.test(code)) {
    const hint =
      'Trust its authority with tls: { ca: ./ca.pem } or NODE_EXTRA_CA_CERTS, or use --insecure on a test system.';
    return { kind: 'refused', what: 'the TLS connection could not be made', hint };
  }
  if (code.startsWith('HPE_')) return { kind: 'wrong-answer', what: 'the answer is not HTTP' };
  if (/^(?:Z_|ZSTD_|ERR__ERROR_|ERR_(?:BROTLI|ZLIB|ZSTD)_|ERR_READING_)/.test(code)) {
    return { kind: 'wrong-answer', what: 'the answer is not compressed as it says' };
  }
  return { kind: 'error', what: 'the request failed' };
}

/** got gives some errors a code of its own; the one beneath says more. */
function codeOf(error: unknown): string {
  const code = ownCode(error);
  const beneath = error instanceof Error && /^(?:$|ERR_GOT_|ERR_READING_)/.test(code) ? ownCode(error.cause) : '';
  return beneath === '' ? code : beneath;
}

function ownCode(error: unknown): string {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : '';
}
