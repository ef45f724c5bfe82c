// What a Redis server, or the way to it, turned down: in our words, by the first word of its answer.

import type { FaultKind } from '../../core/look.ts';
import { Blind } from '../plugin.ts';
import { innermost, serverFault } from '../server-fault.ts';
import { originOf } from '../server-target.ts';

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

export function redisBlind(error: unknown, url: string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { name, message } = innermost(error);
  const [word = ''] = message.split(' ', 1);
  const reply = name === 'ReplyError' || Object.hasOwn(replies, word) ? replies[word] : undefined;
  if (reply !== undefined) return new Blind(reply[0], `${where}: ${message}`, { hint: reply[1], cause: error });
  return serverFault(error, where) ?? new Blind('error', `${where}: ${message}`, { cause: error });
}
