// Shares identical reads: many markers that look at the same list cause one request, not many.

import type { Reading } from '../core/look.ts';
import type { Clock } from '../probes/plugin.ts';

/**
 * `began` is monotonic: a waiter never gets a reading that began before it asked. What waited for the host's budget first
 * began when it was let go: nothing was asked before.
 */
export type Fresh = { reading: Reading; began: number };

export type Readings = {
  /**
   * Reads once for everybody who asks for `key` before the read begins. Two reads of one key begin at
   * least `gap` ms apart. The read is aborted when nobody waits for it any more.
   */
  take(key: string, gap: number, read: Read, signal: AbortSignal): Promise<Fresh>;
};

/** `onGranted` is called each time the budget lets it go on. */
export type Read = (signal: AbortSignal, onGranted: () => void) => Promise<Reading>;

type Round = { result: Promise<Fresh>; waiters: number; abort: AbortController };
type Source = { began: number; running?: Round | undefined; next?: Round | undefined };

const manySources = 500;

export function createReadings(clock: Clock): Readings {
  const sources = new Map<string, Source>();

  function sourceOf(key: string): Source {
    const known = sources.get(key);
    if (known !== undefined) return known;
    if (sources.size >= manySources) forgetIdle(sources);
    const fresh: Source = { began: Number.NEGATIVE_INFINITY };
    sources.set(key, fresh);
    return fresh;
  }

  function plan(source: Source, gap: number, read: Read): Round {
    const abort = new AbortController();
    const round: Round = { result: begin(), waiters: 0, abort };
    return round;

    async function begin(): Promise<Fresh> {
      // One turn of the event loop's microtasks, so that everybody who asks now shares this read.
      await Promise.resolve();
      if (source.running !== undefined) await source.running.result.then(nothing, nothing);
      const pause = source.began + gap - clock.now();
      if (pause > 0) await clock.wait(pause, abort.signal);
      // From here on nobody new may join: their question would be older than the answer.
      source.running = round;
      source.next = undefined;
      source.began = clock.now();
      let granted: number | undefined;
      try {
        const reading = await read(abort.signal, () => {
          granted ??= clock.now();
        });
        return { reading, began: granted ?? source.began };
      } finally {
        source.running = undefined;
      }
    }
  }

  return {
    async take(key, gap, read, signal) {
      signal.throwIfAborted();
      const source = sourceOf(key);
      source.next ??= plan(source, gap, read);
      const round = source.next;
      round.waiters += 1;
      return leaveOnAbort(round, signal, () => {
        round.waiters -= 1;
        if (round.waiters > 0) return;
        if (source.next === round) source.next = undefined;
        round.abort.abort(signal.reason);
      });
    },
  };
}

function leaveOnAbort(round: Round, signal: AbortSignal, leave: () => void): Promise<Fresh> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      leave();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const done = (): void => signal.removeEventListener('abort', onAbort);
    round.result.then(
      (fresh) => {
        done();
        resolve(fresh);
      },
      (error: unknown) => {
        done();
        reject(error);
      },
    );
  });
}

function forgetIdle(sources: Map<string, Source>): void {
  for (const [key, source] of sources) {
    if (source.running === undefined && source.next === undefined) sources.delete(key);
  }
}

function nothing(): void {}
