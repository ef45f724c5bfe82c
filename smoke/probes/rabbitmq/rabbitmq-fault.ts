// What a RabbitMQ broker, or the way to it, turned down: in our words, by the code and the text of its answer.

import type { FaultKind } from '../../core/look.ts';
import { Blind } from '../plugin.ts';
import { innermost, serverFault } from '../server-fault.ts';
import { originOf } from '../server-target.ts';

/** The step that failed, and the permission it needs. https://www.rabbitmq.com/docs/access-control */
export type Stage = 'connect' | 'exchange' | 'declare' | 'bind' | 'consume' | 'publish';

/** The first word of the texts that brokers close a channel or a connection with. */
const replies: Readonly<Record<string, FaultKind>> = {
  ACCESS_REFUSED: 'permission',
  NOT_ALLOWED: 'permission',
  NOT_FOUND: 'wrong-answer',
  PRECONDITION_FAILED: 'wrong-answer',
  RESOURCE_LOCKED: 'wrong-answer',
  CONNECTION_FORCED: 'refused',
  RESOURCE_ERROR: 'busy',
  INTERNAL_ERROR: 'busy',
};

const lost =
  /socket closed|unexpected close|channel (?:ended|closed|closing)|connection (?:closed|closing|ended)|the operation was aborted/i;

export function rabbitmqBlind(error: unknown, url: string, stage: Stage): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const { message } = innermost(error);
  const [text = '', word = ''] = /\b([A-Z]+_[A-Z_]+) - .*/s.exec(message) ?? [];
  const kind = Object.hasOwn(replies, word) ? replies[word] : undefined;
  if (kind !== undefined) {
    const said = clean(text);
    const hint = hintOf(word, said, stage);
    return new Blind(kind, `${where}: ${said}`, { cause: error, ...(hint !== undefined && { hint }) });
  }
  // The client keeps the text of this one to itself.
  if (/Expected ConnectionOpenOk; got <ConnectionClose/.test(message))
    return new Blind('permission', `${where}: the vhost ${vhostOf(url)} is not there, or not for this account`, {
      cause: error,
      hint: 'Check the vhost, which is the path of the url, and that the account may enter it.',
    });
  if (lost.test(message)) return new Blind('refused', `${where}: the connection was lost`, { cause: error });
  return serverFault(error, where) ?? new Blind('error', `${where}: ${message}`, { cause: error });
}

/** The client puts the text between quotes. */
function clean(text: string): string {
  return text.replace(/"$/, '').trim();
}

function vhostOf(url: string): string {
  const path = new URL(url).pathname.slice(1);
  try {
    return path === '' ? '/' : decodeURIComponent(path);
  } catch {
    return path;
  }
}

function hintOf(word: string, said: string, stage: Stage): string | undefined {
  if (word === 'NOT_FOUND')
    return /no exchange/i.test(said)
      ? 'Check the name of the exchange and the vhost, which is the path of the url.'
      : undefined;
  if (word === 'NOT_ALLOWED')
    return 'Check the vhost, which is the path of the url, and that the account may enter it.';
  if (word !== 'ACCESS_REFUSED') return undefined;
  if (/login was refused/i.test(said)) return 'Check user and password of the url.';
  const permission = permissionOf(said, stage);
  return permission === undefined ? undefined : `Give the account ${permission}, with \`rabbitmqctl set_permissions\`.`;
}

function permissionOf(said: string, stage: Stage): string | undefined {
  const [, of = '', name = ''] = /(exchange|queue|topic) '([^']*)'/.exec(said) ?? [];
  const on = of === 'queue' ? 'its own queues (^amq\\.gen-.*)' : `the ${of} ${name}`;
  if (of === '') return undefined;
  switch (stage) {
    case 'declare':
      return `\`configure\` on ${on}`;
    case 'bind':
      return of === 'queue' ? `\`write\` on ${on}` : `\`read\` on ${on}`;
    case 'publish':
      return `\`write\` on ${on}`;
    default:
      return `\`read\` on ${on}`;
  }
}
