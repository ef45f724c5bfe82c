// The queue on RabbitMQ: publishes with confirms, workers that consume and acknowledge.

import { randomUUID } from 'node:crypto';
import type * as Amqplib from 'amqplib';
import { type ChildConfig, fail } from './child.ts';
import { type Hold, type Job, type JobPayload, maxAttempts } from './job.ts';
import { needed } from './needed.ts';
import type { Caretaker, Consumer, QueueSystem } from './queue-ends.ts';
import { allWorkers, type Topology, topologyOf } from './rabbitmq-topology.ts';

type Channel = Amqplib.ConfirmChannel;
type Message = Amqplib.ConsumeMessage;
type Link = { channel: Channel; close(): Promise<void> };

/** More than a worker has hands, as jobs that only wait keep their message. */
const prefetch = 64;

export const rabbitmqQueue: QueueSystem = {
  async producer(config) {
    const [{ channel }, topology] = await opened(config);
    return {
      async add(payload, delayMs, held) {
        const target = held.find(({ kind }) => kind === 'pin')?.worker ?? allWorkers;
        const key = await routingKey(channel, topology, { target, delayMs, held });
        channel.publish(topology.exchange, key, Buffer.from(JSON.stringify(payload)), {
          contentType: 'application/json',
          persistent: true,
          messageId: randomUUID(),
          timestamp: Math.floor(Date.now() / 1000),
          headers: { target, attempts: 0, created_at: Date.now() },
        });
        await channel.waitForConfirms();
      },
    };
  },
  async consumer(config) {
    const [link, topology] = await opened(config);
    for (const target of [allWorkers, config.name]) await topology.now(link.channel, target);
    return await consumerOf(link, topology, config.name);
  },
  async caretaker(config) {
    const [{ channel }, topology] = await opened(config);
    await topology.declare(channel);
    await topology.now(channel, allWorkers);
    return await caretakerOf(channel, topology);
  },
};

async function opened(config: ChildConfig): Promise<[Link, Topology]> {
  const { connect } = (await needed('amqplib')) as typeof Amqplib;
  const { queue } = config;
  if (queue.system === 'sqlite') throw new Error('this queue needs a server');
  const connection = await connect(queue.url, { clientProperties: { connection_name: `demo ${config.name}` } });
  const channel = await connection.createConfirmChannel();
  let closing = false;
  const lost = (error?: Error): void => {
    // Started again, this process declares and consumes anew.
    if (!closing) fail(error ?? new Error('the connection to RabbitMQ was closed'));
  };
  for (const one of [connection, channel]) one.on('error', lost).on('close', lost);
  const close = async (): Promise<void> => {
    closing = true;
    await connection.close();
  };
  return [{ channel, close }, topologyOf(queue)];
}

/** Where the message waits; to be dropped goes before stuck, stuck before delayed. */
async function routingKey(
  channel: Channel,
  topology: Topology,
  { target, delayMs, held }: { target: string; delayMs: number; held: readonly Hold[] },
): Promise<string> {
  const drop = held.find(({ kind }) => kind === 'drop');
  if (drop !== undefined) return await topology.dropped(channel, Math.ceil(drop.afterMs ?? 0));
  const stuck = held.find(({ kind }) => kind === 'stuck');
  if (stuck !== undefined) return (await topology.parked(channel, stuck.rule)).key;
  const now = await topology.now(channel, target);
  return delayMs > 0 ? (await topology.later(channel, Math.ceil(delayMs), target)).key : now;
}

async function consumerOf({ channel, close }: Link, topology: Topology, name: string): Promise<Consumer> {
  const waiting: Message[] = [];
  const held = new Map<Job['id'], Message>();
  const tags: string[] = [];
  await channel.prefetch(prefetch);
  for (const target of [allWorkers, name]) {
    const { consumerTag } = await channel.consume(topology.workQueue(target), (message) => {
      if (message === null) fail(new Error('the queue was deleted'));
      waiting.push(message);
    });
    tags.push(consumerTag);
  }

  /** Back into the queue it came from, as a new message: a requeued one would count as an attempt. */
  const again = async (message: Message, attempts: number, ms: number): Promise<void> => {
    const { content, properties } = message;
    const headers = ownHeaders(message);
    const target = String(headers['target'] ?? allWorkers);
    const queue = ms > 0 ? (await topology.later(channel, Math.ceil(ms), target)).queue : topology.workQueue(target);
    channel.publish('', queue, content, { ...properties, persistent: true, headers: { ...headers, attempts } });
    await channel.waitForConfirms();
    channel.ack(message);
  };
  const settle = async ({ id }: Job, how: (message: Message) => Promise<void> | void): Promise<void> => {
    const message = held.get(id);
    held.delete(id);
    if (message !== undefined) await how(message);
  };

  return {
    async take() {
      const message = waiting.shift();
      if (message === undefined) return undefined;
      const job = jobIn(message);
      held.set(job.id, message);
      return job;
    },
    done: (job) => settle(job, (message) => channel.ack(message)),
    failed: (job, _reason, ms) =>
      settle(job, async (message) => {
        // Neither requeued nor acknowledged, it is dead-lettered.
        if (job.attempts >= maxAttempts) channel.nack(message, false, false);
        else await again(message, job.attempts, ms);
      }),
    handBack: (job, ms) => settle(job, (message) => again(message, job.attempts - 1, ms)),
    async touch() {
      // The broker knows that a worker lives by its connection.
    },
    async close() {
      for (const tag of tags) await channel.cancel(tag);
      for (const message of waiting.splice(0)) await again(message, jobIn(message).attempts - 1, 0);
      await close();
    },
  };
}

/** Without those that the broker itself adds. */
function ownHeaders({ properties }: Message): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(properties.headers ?? {}).filter(([name]) => !name.startsWith('x-')));
}

function jobIn({ content, properties, fields }: Message): Job {
  const { attempts = 0, created_at: createdAt = 0, 'x-delivery-count': returned = 0 } = properties.headers ?? {};
  return {
    id: String(properties.messageId ?? fields.deliveryTag),
    payload: JSON.parse(content.toString()) as JobPayload,
    attempts: Number(attempts) + Number(returned) + 1,
    createdAt: Number(createdAt),
  };
}

/** What came last is kept for its list: a broker shows to nobody what its queues hold. */
const remembered = 1000;

async function caretakerOf(channel: Channel, topology: Topology): Promise<Caretaker> {
  const [came, died] = await Promise.all([tap(channel, topology.exchange), tap(channel, topology.deadExchange)]);
  const stuck = new Set<string>();
  return {
    async tidy({ faults, cleared }) {
      for (const { id, name, at } of faults) if (name === 'stuck' && at === 'queue') stuck.add(id);
      for (const rule of stuck) {
        if (!cleared.includes(rule)) continue;
        stuck.delete(rule);
        const { queue } = await topology.parked(channel, rule);
        await channel.consume(queue, (message) => {
          if (message !== null) letGo(channel, topology, message);
        });
      }
    },
    list: async (limit) => came.slice(-limit).toReversed(),
    listFailed: async (limit) => died.slice(-limit).toReversed(),
  };
}

/** What passes an exchange from now on, in a queue of the caretaker's own. */
async function tap(channel: Channel, exchange: string): Promise<unknown[]> {
  const { queue } = await channel.assertQueue('', { exclusive: true, autoDelete: true });
  await channel.bindQueue(queue, exchange, '#');
  const passed: unknown[] = [];
  const keep = (message: Message | null): void => {
    if (message === null) return;
    const { id, payload, attempts, createdAt } = jobIn(message);
    const headers = message.properties.headers ?? {};
    const [death] = (headers['x-death'] ?? []) as readonly { reason?: string }[];
    passed.push({
      id,
      routing_key: message.fields.routingKey,
      payload,
      attempts,
      created_at: createdAt,
      exception: death?.reason,
    });
    passed.splice(0, passed.length - remembered);
  };
  await channel.consume(queue, keep, { noAck: true });
  return passed;
}

function letGo(channel: Channel, topology: Topology, message: Message): void {
  const { content, properties } = message;
  const target = String(properties.headers?.['target'] ?? allWorkers);
  channel.publish('', topology.workQueue(target), content, { ...properties, persistent: true }, (error) => {
    if (error === null || error === undefined) channel.ack(message);
    else fail(new Error('RabbitMQ did not take a job back', { cause: error }));
  });
}
