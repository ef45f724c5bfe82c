// One message of NATS as a record: its payload, its headers, and the facts that the server has of it as headers beside them.

import type { MsgHdrs } from '@nats-io/transport-node';
import type { MessageInput } from '../../select/message.ts';

export type NatsMessage = {
  subject: string;
  data: Uint8Array;
  headers?: MsgHdrs | undefined;
  /** When it came or was stored. */
  at: string;
  stored?: { stream: string; seq: number };
};

/** The names under which the server gives these facts with a direct get. */
export function messageInput(message: NatsMessage, source: string, named: boolean): MessageInput {
  const { subject, data, headers, at, stored } = message;
  return {
    bytes: data,
    source,
    named,
    at,
    headers: {
      ...Object.fromEntries(headers ?? []),
      'Nats-Subject': subject,
      'Nats-Time-Stamp': at,
      ...(stored && { 'Nats-Stream': stored.stream, 'Nats-Sequence': String(stored.seq) }),
    },
  };
}

/** What it takes to keep it, in bytes, or nearly. */
export function sizeOf({ subject, data, headers }: NatsMessage): number {
  let size = subject.length + data.length;
  for (const [name, values] of headers ?? []) size += values.reduce((sum, value) => sum + value.length, name.length);
  return size;
}

/** Whether a subject is among those that a subject with wildcards stands for. */
export function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split('.');
  const words = subject.split('.');
  for (const [at, word] of wanted.entries()) {
    if (word === '>') return words.length > at;
    if (at >= words.length || (word !== '*' && word !== words[at])) return false;
  }
  return words.length === wanted.length;
}

/** Whether there is a subject that both stand for. */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [one.split('.'), other.split('.')];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [wanted, stored] = [a[at], b[at]];
    if (wanted === undefined || stored === undefined) return false;
    if (wanted === '>' || stored === '>') return true;
    if (wanted !== '*' && stored !== '*' && wanted !== stored) return false;
  }
  return true;
}
