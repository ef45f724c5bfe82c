// The exchanges and queues of the demo on RabbitMQ, as many applications lay them out.
//
// What the web app sends goes to the topic exchange `bookings`, with the routing key `now.TARGET`, `later.MS.TARGET`,
// `dropped.MS` or `parked.RULE`. TARGET is `push`, the queue that all workers consume, or the name of the one worker it
// is for. A queue `later` holds a message for MS and then dead-letters it into the queue of its target.

import { appendFileSync } from 'node:fs';
import type { Channel, Options } from 'amqplib';
import { maxAttempts } from './job.ts';
import type { ServedPlace } from './queue-place.ts';

export type Topology = {
  exchange: string;
  deadExchange: string;
  /** The queue of all workers, or of the worker of that name. */
  workQueue(target: string): string;
  /** Makes the exchanges, and the queue of the dead. */
  declare(channel: Channel): Promise<void>;
  /** Makes the queue of all workers or of one, and gives the routing key to it. */
  now(channel: Channel, target: string): Promise<string>;
  later(channel: Channel, ms: number, target: string): Promise<{ key: string; queue: string }>;
  dropped(channel: Channel, ms: number): Promise<string>;
  parked(channel: Channel, rule: string): Promise<{ key: string; queue: string }>;
};

export const allWorkers = 'push';

/** A queue that is made for one delay goes when nobody has needed it for so long. */
const idleMs = 60_000;

export function topologyOf({ base, declared }: ServedPlace): Topology {
  const exchange = `${base}.bookings`;
  const deadExchange = `${exchange}.dead`;
  /** When each queue was last declared. */
  const known = new Map<string, number>();
  const workQueue = (target: string): string => `${base}.${target}`;

  /** Noted first, so that it can be removed whatever happens then. */
  const queue = async (channel: Channel, name: string, key: string, options: Options.AssertQueue): Promise<void> => {
    const last = known.get(name);
    if (last !== undefined && (options.expires === undefined || Date.now() - last < idleMs / 2)) return;
    if (last === undefined) appendFileSync(declared, `${name}\n`);
    await channel.assertQueue(name, options);
    await channel.bindQueue(name, key.startsWith('dead') ? deadExchange : exchange, key);
    known.set(name, Date.now());
  };

  return {
    exchange,
    deadExchange,
    workQueue,
    async declare(channel) {
      await channel.assertExchange(exchange, 'topic', { durable: true });
      await channel.assertExchange(deadExchange, 'topic', { durable: true });
      await queue(channel, `${base}.dead`, 'dead', { durable: true });
    },
    async now(channel, target) {
      const key = `now.${target}`;
      // A quorum queue counts how often a message came back from a worker that died with it.
      await queue(channel, workQueue(target), key, {
        durable: true,
        deadLetterExchange: deadExchange,
        deadLetterRoutingKey: 'dead',
        arguments: { 'x-queue-type': 'quorum', 'x-delivery-limit': maxAttempts - 1 },
      });
      return key;
    },
    async later(channel, ms, target) {
      const [name, key] = [`${base}.later.${ms}.${target}`, `later.${ms}.${target}`];
      await queue(channel, name, key, {
        messageTtl: ms,
        deadLetterExchange: '',
        deadLetterRoutingKey: workQueue(target),
        expires: ms + idleMs,
      });
      return { key, queue: name };
    },
    async dropped(channel, ms) {
      const key = `dropped.${ms}`;
      await queue(channel, `${base}.${key}`, key, { messageTtl: ms, expires: ms + idleMs });
      return key;
    },
    async parked(channel, rule) {
      const key = `parked.${rule}`;
      await queue(channel, `${base}.${key}`, key, { durable: true });
      return { key, queue: `${base}.${key}` };
    },
  };
}
