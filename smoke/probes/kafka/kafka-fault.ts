// What a Kafka broker, or the way to it, turned down: in our words, by the names of the protocol's error codes.

import { Blind } from '../plugin.ts';
import { innermost, serverFault } from '../server-fault.ts';
import { originOf } from '../server-target.ts';

/** https://kafka.apache.org/protocol#protocol_error_codes */
const denied = /^(?:TOPIC|CLUSTER)_AUTHORIZATION_FAILED$|SASL/;
const moving =
  /^(?:NOT_LEADER_OR_FOLLOWER|LEADER_NOT_AVAILABLE|FENCED_LEADER_EPOCH|UNKNOWN_LEADER_EPOCH|REPLICA_NOT_AVAILABLE)$/;

export function kafkaBlind(error: unknown, url: string, mask: (text: string) => string): Blind {
  if (error instanceof Blind) return error;
  const where = originOf(url);
  const all = errorsIn(error);
  const names = all.flatMap((one) => [one['apiId'], one['code']]).filter((one) => typeof one === 'string');
  const { message } = innermost(error);
  const as = (kind: Blind['fault']['kind'], hint: string): Blind =>
    new Blind(kind, `${where}: ${mask(message)}`, { cause: error, hint });
  if (names.some((name) => denied.test(name) || name === 'PLT_KFK_AUTHENTICATION'))
    return as('permission', 'Check `sasl`, and let the account describe and read the topic.');
  if (names.includes('UNKNOWN_TOPIC_OR_PARTITION') || message.startsWith('Unknown topic'))
    return as('wrong-answer', 'Check the name of the topic; it must be there before the send.');
  if (names.some((name) => moving.test(name))) return as('busy', 'A partition is without its leader at the moment.');
  if (names.includes('PLT_KFK_UNSUPPORTED_COMPRESSION'))
    return as('driver-missing', 'Its messages are compressed in a way that cannot be read here.');
  return serverFault(error, where) ?? as('error', 'Check that this is a Kafka broker, and `tls` and `sasl`.');
}

/** The client wraps what the broker said, several times and several at once. */
function errorsIn(error: unknown, depth = 0): Record<string, unknown>[] {
  if (typeof error !== 'object' || error === null || depth > 8) return [];
  const given = error as Record<string, unknown>;
  const inner = Array.isArray(given['errors']) ? given['errors'] : [];
  return [given, ...[...inner, given['cause']].flatMap((one) => errorsIn(one, depth + 1))];
}
