// Jobs as the queues of other languages write them.

import { randomUUID } from 'node:crypto';

export type Booked = { alias: string; note: string };

/** As Sidekiq 6.4 writes them. */
export function sidekiqJob(
  queue: string,
  { alias, note }: Booked,
  more: Readonly<Record<string, unknown>> = {},
): string {
  const now = Date.now() / 1000;
  const jid = randomUUID().replaceAll('-', '').slice(0, 24);
  return JSON.stringify({
    retry: 1,
    queue,
    args: [alias, { note }],
    class: 'Push',
    jid,
    created_at: now,
    enqueued_at: now,
    ...more,
  });
}

/** As Celery 5.2 writes them with Kombu: `argsrepr` and `kwargsrepr` are for people, and cut. */
export function celeryTask(queue: string, { alias, note }: Booked): string {
  const id = randomUUID();
  const follow = { callbacks: null, errbacks: null, chain: null, chord: null };
  return JSON.stringify({
    body: Buffer.from(JSON.stringify([[alias], { note }, follow])).toString('base64'),
    'content-encoding': 'utf-8',
    'content-type': 'application/json',
    headers: {
      lang: 'py',
      task: 'push',
      id,
      retries: 0,
      eta: null,
      argsrepr: `['${alias}']`,
      kwargsrepr: `{'note': '${note.slice(0, 4)}...`,
    },
    properties: {
      correlation_id: id,
      delivery_info: { exchange: '', routing_key: queue },
      priority: 0,
      body_encoding: 'base64',
      delivery_tag: randomUUID(),
    },
  });
}

/** As Laravel writes a queued job with two public properties: JSON, and in it PHP's serialize(). Lengths count bytes. */
export function laravelJob({ alias, note }: Booked, command: string = serialized(alias, note)): string {
  const uuid = randomUUID();
  return JSON.stringify({
    uuid,
    displayName: 'App\\Jobs\\PushBooking',
    job: 'Illuminate\\Queue\\CallQueuedHandler@call',
    maxTries: null,
    timeout: null,
    data: { commandName: 'App\\Jobs\\PushBooking', command },
    id: randomUUID(),
    attempts: 0,
  });
}

function serialized(alias: string, note: string): string {
  const text = (value: string): string => `s:${Buffer.byteLength(value)}:"${value}";`;
  return `O:20:"App\\Jobs\\PushBooking":2:{${text('booking')}${text(alias)}${text('note')}${text(note)}}`;
}

/** Protocol 4 of Python's pickle, as far as a tuple of the function's name, an argument and a named one needs it. */
export function pickled(alias: string, note: string): Buffer {
  const short = (text: string): Buffer =>
    Buffer.concat([Buffer.from([0x8c, Buffer.byteLength(text)]), Buffer.from(text), Buffer.from([0x94])]);
  return Buffer.concat([
    Buffer.from([0x80, 4, 0x28]),
    short('tasks.push'),
    Buffer.from('N'),
    short(alias),
    Buffer.from([0x85, 0x94, 0x7d, 0x94]),
    short('note'),
    short(note),
    Buffer.from([0x73, 0x74, 0x94, 0x2e]),
  ]);
}
