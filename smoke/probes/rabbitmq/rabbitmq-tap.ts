// A tap on RabbitMQ: a queue of our own beside those that are there, emptied as it fills. It says since when it hears, and
// when it did not.

import type { Channel, ConsumeMessage } from 'amqplib';
import { orAborted } from '../or-aborted.ts';
import { Blind, type Host } from '../plugin.ts';
import { originOf, type ServerTarget } from '../server-target.ts';
import { rabbitmqBlind, type Stage } from './rabbitmq-fault.ts';
import { type Link, openLink } from './rabbitmq-link.ts';

export type TapPlan = {
  exchange: string;
  bindings: readonly { pattern: string; args: Readonly<Record<string, unknown>> }[];
  /** Messages and bytes that the queue holds at most, should we fall behind: then the oldest go. */
  most: { messages: number; bytes: number };
};

export type Tap = {
  /** Resolves once it is laid, or cannot be laid for now. */
  laid(): Promise<void>;
  /** Resolves once all that was in the exchange before has come here. Throws a Blind where the tap hears nothing now. */
  upToNow(signal: AbortSignal): Promise<void>;
  /** Why something that passed since then may not have been heard. */
  deafSince(since: Date): string | undefined;
  /** See `Probe`. */
  changed(signal: AbortSignal): Promise<void>;
  /** What comes from here on is new. */
  mark(): void;
  close(): Promise<void>;
};

/** `sure`: all that had come to the exchange by then came here as well, or was told as a gap. */
type Live = { link: Link; channel: Channel; queue: string; sure: Date };
type Gap = { from: Date; until?: Date; why: string };

/** Milliseconds to lay the tap in, and before it is laid anew. */
const ARMING = 5000;
const gaps = { first: 100, longest: 5000 };
/** Messages on their way to us, which the broker does not count as waiting: it has some hundreds out at most. */
const UNDERWAY = 2000;

export function openTap(
  target: ServerTarget,
  plan: TapPlan,
  onMessage: (message: ConsumeMessage) => void,
  host: Host,
): Tap {
  const { clock } = host;
  const opened = clock.wall();
  const closing = new AbortController();
  const deaf: Gap[] = [];
  const waiting = new Set<{ resolve(): void; reject(error: unknown): void }>();
  let live: Live | undefined;
  let arming: Promise<Live> | undefined;
  let received = 0;
  let marked = 0;

  function heard(message: ConsumeMessage): void {
    received += 1;
    onMessage(message);
    for (const one of waiting) one.resolve();
    waiting.clear();
  }

  /** `lost`: which one, since the events of one that is gone already come late. */
  function goDeaf(lost: Live | undefined, fault: Blind): void {
    if (lost !== live || closing.signal.aborted) return;
    live = undefined;
    if (deaf.at(-1)?.until !== undefined || deaf.length === 0)
      deaf.push({ from: lost?.sure ?? opened, why: fault.message });
    for (const one of waiting) one.reject(fault);
    waiting.clear();
    if (lost === undefined) return;
    void lost.link.end();
    void again();
  }

  /** Again and again: a binding that is there stays as it is. */
  async function bind(channel: Channel, queue: string, signal: AbortSignal): Promise<void> {
    for (const { pattern, args } of plan.bindings)
      await orAborted(channel.bindQueue(queue, plan.exchange, pattern, args), signal);
  }

  async function lay(signal: AbortSignal): Promise<Live> {
    let stage: Stage = 'connect';
    const link = await openLink(target, host, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw rabbitmqBlind(error, target.url, stage);
    });
    try {
      const channel = await orAborted(link.model.createChannel(), signal);
      let made: Live | undefined;
      let fault: unknown;
      const ended = (why: unknown): void => {
        fault ??= why;
        if (made !== undefined) goDeaf(made, rabbitmqBlind(fault, target.url, 'consume'));
      };
      channel.on('error', (error: unknown) => {
        fault ??= error;
      });
      channel.on('close', () => ended(new Error('channel closed')));
      link.model.on('close', (error: unknown) => ended(error ?? new Error('connection closed')));
      stage = 'exchange';
      await orAborted(channel.checkExchange(plan.exchange), signal);
      stage = 'declare';
      const { queue } = await orAborted(channel.assertQueue('', queueOf(plan)), signal);
      stage = 'bind';
      await bind(channel, queue, signal);
      stage = 'consume';
      const live: Live = { link, channel, queue, sure: clock.wall() };
      const hear = (message: ConsumeMessage | null): void => {
        if (message !== null) heard(message);
        else ended(new Blind('error', `${originOf(target.url)}: the queue of the tap was deleted`));
      };
      await orAborted(channel.consume(queue, hear, { noAck: true, exclusive: true }), signal);
      // It may have ended in the same breath in which it began.
      if (fault !== undefined) throw fault;
      made = live;
      return live;
    } catch (error) {
      void link.end();
      signal.throwIfAborted();
      throw rabbitmqBlind(error, target.url, stage);
    }
  }

  /** One at a time, whoever asks for it. */
  function arm(): Promise<Live> {
    arming ??= armed().finally(() => {
      arming = undefined;
    });
    return arming;
  }

  async function armed(): Promise<Live> {
    const over = new AbortController();
    const late = new AbortController();
    void clock.wait(ARMING, over.signal).then(
      () => late.abort(new Blind('timeout', `${originOf(target.url)} did not answer in time`)),
      () => undefined,
    );
    const signal = AbortSignal.any([late.signal, closing.signal]);
    try {
      const place = await host.budget(originOf(target.url), signal);
      const made = await lay(signal).finally(() => place.release());
      if (closing.signal.aborted) {
        await made.link.end();
        closing.signal.throwIfAborted();
      }
      live = made;
      const last = deaf.at(-1);
      if (last !== undefined) last.until ??= clock.wall();
      return made;
    } catch (error) {
      goDeaf(undefined, error instanceof Blind ? error : rabbitmqBlind(error, target.url, 'connect'));
      throw error;
    } finally {
      over.abort();
    }
  }

  /** Laid anew by itself as long as the way is what failed: a password that is wrong stays so. */
  async function again(): Promise<void> {
    for (let gap = gaps.first; live === undefined && !closing.signal.aborted; gap = Math.min(gap * 2, gaps.longest)) {
      try {
        await arm();
      } catch (error) {
        if (!(error instanceof Blind) || error.fault.kind === 'permission') return;
        await clock.wait(gap, closing.signal).catch(() => undefined);
      }
    }
  }

  async function upToNow(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const now = live ?? (await orAborted(arm(), signal));
    const asked = clock.wall();
    const place = await host.budget(originOf(target.url), signal);
    const waits = async (): Promise<number> =>
      (await orAborted(now.channel.checkQueue(now.queue), signal)).messageCount;
    let stage: Stage = 'bind';
    try {
      // An exchange that is deleted takes its bindings with it, also where one of that name is declared anew, and tells nobody.
      await bind(now.channel, now.queue, signal);
      stage = 'consume';
      let left = await waits();
      const enough = received + left + UNDERWAY;
      while (left > 0 && received < enough) left = await waits();
      // What the queue had handed over before it answered comes before the next answer.
      await waits();
      now.sure = asked;
    } catch (error) {
      signal.throwIfAborted();
      const fault = rabbitmqBlind(error, target.url, stage);
      goDeaf(now, fault);
      throw fault;
    } finally {
      place.release();
    }
  }

  // A tap that is not laid at first may be by the first look, which says so where it is not.
  return {
    laid: () =>
      arm().then(
        () => undefined,
        () => undefined,
      ),
    upToNow,
    deafSince(since) {
      const gap = deaf.findLast(({ until }) => until === undefined || until.getTime() >= since.getTime());
      if (gap === undefined) return undefined;
      const until = gap.until ? timeOf(gap.until) : 'now';
      return `the tap went deaf: what passed from ${timeOf(gap.from)} to ${until} may not have been heard (${gap.why})`;
    },
    changed(signal) {
      if (live === undefined)
        return Promise.reject(new Blind('refused', deaf.at(-1)?.why ?? 'the tap is not laid yet'));
      if (received > marked) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const one = { resolve, reject };
      waiting.add(one);
      return orAborted(promise, signal).finally(() => waiting.delete(one));
    },
    mark() {
      marked = received;
    },
    async close() {
      closing.abort(new Error('the probe was closed'));
      for (const one of waiting) one.reject(closing.signal.reason);
      waiting.clear();
      await arming?.catch(() => undefined);
      const last = live;
      live = undefined;
      await last?.link.end();
    },
  };
}

/** Gone with our connection; what a policy may set for all queues is set here, where it can be. */
function queueOf({ most }: TapPlan): {
  exclusive: true;
  autoDelete: true;
  durable: false;
  arguments: Readonly<Record<string, unknown>>;
} {
  return {
    exclusive: true,
    autoDelete: true,
    durable: false,
    arguments: {
      'x-queue-type': 'classic',
      'x-max-length': most.messages,
      'x-max-length-bytes': most.bytes,
      // Never the publishers' affair.
      'x-overflow': 'drop-head',
    },
  };
}

function timeOf(date: Date): string {
  return date.toISOString().slice(11, 23);
}
