// Taps a subject of NATS: a subscription of its own, outside of any queue group, so that nobody gets a message less.

import type { NatsConnection } from '@nats-io/transport-node';
import type { Reading } from '../../core/look.ts';
import { type Kept, keepNewest } from '../keep-newest.ts';
import type { Clock } from '../plugin.ts';
import { tooSmall } from '../unseen.ts';
import { type NatsLink, roundTrip } from './nats-connection.ts';
import { type NatsMessage, sizeOf } from './nats-message.ts';

export type Tap = {
  /** Rejects where the server cannot be heard by the end of it. To be called once, before the send. */
  open(signal: AbortSignal): Promise<void>;
  /** All that passed until now is among what is kept once it resolves; listens anew where it went deaf. */
  hear(signal: AbortSignal): Promise<void>;
  kept: Kept<NatsMessage>;
  /** Bytes that came since this was last asked. */
  fresh(): number;
  /** Why something may have passed unheard. */
  unheard(): Reading['unseen'];
  changed(signal: AbortSignal): Promise<void>;
};

type Gap = { from: Date; to: Date };

export function natsTap(subject: string, limit: number, link: NatsLink, clock: Clock): Tap {
  const kept = keepNewest({ limit, sizeOf });
  const arming = new WeakMap<NatsConnection, Promise<void>>();
  const waiting = new Set<{ wake(): void; deafen(error: unknown): void }>();
  const gaps: Gap[] = [];
  let isOpened = false;
  let deafSince: Date | undefined = clock.wall();
  /** All that had come to the server by then came here as well. */
  let sure = deafSince;
  let arrived = 0;
  let looked = 0;
  let bytes = 0;

  function deafen(error: unknown): void {
    // A server that cuts off a slow client drops what it held for it: that came since the last sign of life.
    deafSince ??= sure;
    for (const { deafen: tell } of [...waiting]) tell(error);
  }

  async function arm(connection: NatsConnection): Promise<void> {
    let refusal: Error | undefined;
    connection.subscribe(subject, {
      callback(error, message) {
        if (error !== null) {
          // A right may also be taken away later.
          refusal = error;
          arming.delete(connection);
          return deafen(error);
        }
        const { data, headers } = message;
        kept.add({ subject: message.subject, data, headers, at: clock.wall().toISOString() });
        arrived += 1;
        bytes += data.length;
        for (const { wake } of [...waiting]) wake();
      },
    });
    // The server tells a refused subscription before it answers this.
    await roundTrip(connection);
    if (refusal !== undefined) throw refusal;
    sure = clock.wall();
    if (deafSince !== undefined && isOpened) gaps.push({ from: deafSince, to: sure });
    deafSince = undefined;
    void connection.closed().then((error) => deafen(error ?? new Error(lost)));
  }

  async function listen(connection: NatsConnection): Promise<void> {
    const under = arming.get(connection) ?? arm(connection);
    arming.set(connection, under);
    try {
      await under;
    } catch (error) {
      arming.delete(connection);
      throw error;
    }
    const asked = clock.wall();
    await roundTrip(connection);
    if (deafSince === undefined) sure = asked;
  }

  return {
    kept,
    async open(signal) {
      try {
        await link.ask(signal, listen);
      } finally {
        isOpened = true;
      }
    },
    async hear(signal) {
      looked = arrived;
      await link.ask(signal, listen);
    },
    fresh() {
      const came = bytes;
      bytes = 0;
      return came;
    },
    unheard() {
      if (deafSince !== undefined) return unheard(`since ${timeOf(deafSince)}`);
      const [first] = gaps;
      const last = gaps.at(-1);
      if (first !== undefined && last !== undefined)
        return unheard(`between ${timeOf(first.from)} and ${timeOf(last.to)}`);
      if (kept.dropped() === 0) return undefined;
      return tooSmall(
        `only the newest ${kept.all().length} messages on ${subject} are kept: ${kept.dropped()} more passed`,
        'Narrow `subject`, or raise `limit`.',
      );
    },
    async changed(signal) {
      signal.throwIfAborted();
      if (arrived > looked) return;
      if (deafSince !== undefined) throw new Error(lost);
      const { promise, resolve: wake, reject } = Promise.withResolvers<void>();
      const one = { wake, deafen: reject };
      const stop = (): void => reject(signal.reason);
      waiting.add(one);
      signal.addEventListener('abort', stop, { once: true });
      try {
        await promise;
      } finally {
        waiting.delete(one);
        signal.removeEventListener('abort', stop);
      }
    },
  };
}

const lost = 'the connection was lost';

function unheard(when: string): Reading['unseen'] {
  return {
    kind: 'not-observable',
    message: `the tap went deaf: what passed ${when} may not have been seen`,
    hint: 'Run it again; where a stream stores the subject, `stream` reads what passed meanwhile as well.',
  };
}

function timeOf(at: Date): string {
  return at.toISOString().slice(11, 23);
}
