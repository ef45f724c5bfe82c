// What a Redis server, or the way to it, turned down: in our words, by the first word of its answer.

import type { FaultKind } from '../core/look.ts';
import { Blind } from './plugin.ts';
import { originOf } from './redis-connection.ts';

/** Error codes of the protocol's simple errors: their first word. https://redis.io/docs/latest/develop/reference/protocol-spec/ */
const replies: Readonly<Record<string, readonly [kind: FaultKind, hint: string]>> = {
  NOAUTH: ['permission', 'The server wants a password: put it into the url, as redis://:PASSWORD@HOST.'],
  WRONGPASS: ['permission', 'Check user and password of the url.'],
  NOPERM: ['permission', 'Give the account the command and the key named here.'],
  DENIED: ['permission', 'The server runs in protected mode: it takes loopback connections only.'],
  LOADING: ['busy', 'The server is still loading its data.'],
  BUSY: ['busy', 'A script runs for long on the server.'],
  MASTERDOWN: ['busy', 'The replica has lost its master.'],
  CLUSTERDOWN: ['busy', 'Not all slots of the cluster are served.'],
  MOVED: ['wrong-answer', 'This is a node of a cluster: say `cluster: true`.'],
  ASK: ['wrong-answer', 'This is a node of a cluster: say `cluster: true`.'],
  WRONGTYPE: ['wrong-answer', 'The key holds something else: the command TYPE says what.'],
};

const unreachable: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
]);

export function redisBlind(error: unknown, url: string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { name, message, code } = innermost(error);
  const [word = ''] = message.split(' ', 1);
  const reply = name === 'ReplyError' || Object.hasOwn(replies, word) ? replies[word] : undefined;
  if (reply !== undefined) return new Blind(reply[0], `${where}: ${message}`, { hint: reply[1], cause: error });
  if (code === 'ETIMEDOUT' || /timed? ?out/i.test(message))
    return new Blind('timeout', `${where} did not answer in time`, { cause: error });
  if (code !== undefined && unreachable.has(code))
    return new Blind('refused', `${where}: ${code}`, {
      hint: 'Check that the server runs there and can be reached from here.',
      cause: error,
    });
  if (code !== undefined && /CERT|TLS|SSL|SELF_SIGNED|ALTNAME/.test(code))
    return new Blind('refused', `${where}: the certificate of the server is not trusted (${code})`, {
      hint: 'Name the authority that signed it with `ca`.',
      cause: error,
    });
  if (/Connection is closed|Stream isn't writeable|max retries/i.test(message))
    return new Blind('refused', `${where}: the connection was lost`, { cause: error });
  return new Blind('error', `${where}: ${message}`, { cause: error });
}

/** What the client wraps: a list of the nodes' errors, a flushed queue. */
function innermost(error: unknown): { name: string; message: string; code?: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  const inner = Reflect.get(error, 'lastNodeError') ?? Reflect.get(error, 'previousErrors')?.[0] ?? error.cause;
  if (inner instanceof Error && inner !== error) return innermost(inner);
  const code: unknown = Reflect.get(error, 'code');
  return { name: error.name, message: error.message, ...(typeof code === 'string' && { code }) };
}
