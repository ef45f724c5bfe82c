// Ends a request or a look that takes too long. Waiting for a place in a host's budget is not held against it.

import { Blind, type Clock } from '../probes/plugin.ts';
import type { OnPause } from './budget.ts';

export type Timer = {
  /** Runs `work` with a signal that aborts after `ms` of its own time, or when `outer` does. */
  limited<T>(ms: number, outer: AbortSignal, work: Work<T>, rules?: Omit<Rules, 'hear'>): Promise<T>;
  /** The same, but work that reacts to its signal may still tell how it ended. */
  limitedAsking<T>(ms: number, outer: AbortSignal, work: Work<T>, rules?: Omit<Rules, 'hear' | 'patience'>): Promise<T>;
  /** Stops the time of the work that `signal` belongs to while `wait` runs, which tells of the pauses of a host. */
  paused<T>(signal: AbortSignal, wait: (onPause?: OnPause) => Promise<T>): Promise<T>;
};

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** The work took longer than its time. */
export class TimeUp extends Error {
  constructor(ms: number) {
    super(`its time of ${ms} ms is over`);
    this.name = 'TimeUp';
  }
}

/** The budget of the host did not let the look through in time: nothing was read, so nothing was seen or missed. */
export class Withheld extends Error {
  override readonly name = 'Withheld';
}

/** Called with how long the host is to be left alone (ms) by whoever waits for that; `giveUp` ends the wait. */
export type Pauses = (ms: number, giveUp: (why: Withheld) => void) => void;

type Watch = { pause(): void; resume(): void; stop(): void; granted(): void; onPause: OnPause };

/**
 * `patience`: how long the budget may hold it back, in ms; its own time where nothing else is said. `onGranted` is called
 * each time the budget lets it go on. `pauses`: what it does about those that a host asks for; it waits, where nothing is said.
 */
type Rules = {
  hear?: number;
  patience?: number | undefined;
  onGranted?: (() => void) | undefined;
  pauses?: Pauses | undefined;
};

/** How long a send that ran out of time is asked how it ended, in ms. */
const lastWords = 500;
/** How long a send waits for its turn among many, in ms: it is worth more than a look, which comes again. */
const turn = 300_000;

export function createTimer(clock: Clock): Timer {
  const watches = new WeakMap<AbortSignal, Watch>();

  return {
    limited: (ms, outer, work, rules = {}) => limit(ms, outer, work, rules),
    limitedAsking: (ms, outer, work, rules = {}) =>
      limit(ms, outer, work, { ...rules, hear: lastWords, patience: turn }),
    paused,
  };

  async function limit<T>(
    ms: number,
    outer: AbortSignal,
    work: Work<T>,
    { hear = 0, patience = ms, onGranted, pauses }: Rules,
  ): Promise<T> {
    const abort = new AbortController();
    const over = new AbortController();
    const onOuter = (): void => abort.abort(outer.reason);
    outer.throwIfAborted();
    outer.addEventListener('abort', onOuter, { once: true });
    const watch = startWatch(clock, ms, abort, { patience, onGranted, pauses });
    watches.set(abort.signal, watch);
    try {
      return await Promise.race([ended(work, abort.signal), afterAbort(abort.signal, hear, over.signal)]);
    } finally {
      watch.stop();
      over.abort();
      outer.removeEventListener('abort', onOuter);
    }
  }

  /** Work that was aborted says best itself how far it came; where it only passes the abort on, the reason of that stands. */
  async function ended<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
    try {
      return await work(signal);
    } catch (error) {
      throw signal.aborted && !(error instanceof Blind) ? signal.reason : error;
    }
  }

  function afterAbort(signal: AbortSignal, hear: number, over: AbortSignal): Promise<never> {
    return new Promise((_resolve, reject) => {
      const end = (): void => reject(signal.reason);
      const hearOut = (): void => void clock.wait(hear, over).then(end, end);
      // Whoever stops a look is done with it. One whose own time is over is heard, if it speaks at once.
      const onAbort = (): void => (hear === 0 && !(signal.reason instanceof TimeUp) ? end() : hearOut());
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  async function paused<T>(signal: AbortSignal, wait: (onPause?: OnPause) => Promise<T>): Promise<T> {
    const watch = watches.get(signal);
    if (watch === undefined) return wait();
    watch.pause();
    try {
      const place = await wait(watch.onPause);
      watch.granted();
      return place;
    } finally {
      watch.resume();
    }
  }
}

function startWatch(
  clock: Clock,
  ms: number,
  abort: AbortController,
  { patience = ms, onGranted, pauses }: Omit<Rules, 'hear'>,
): Watch {
  let left = ms;
  let started = clock.now();
  let waiting = 0;
  let stopped = false;
  let alarm = ring(left, () => new TimeUp(ms));

  function ring(after: number, reason: () => Error): AbortController {
    const off = new AbortController();
    clock.wait(Math.max(0, after), off.signal).then(
      () => abort.abort(reason()),
      () => undefined,
    );
    return off;
  }

  return {
    granted: () => onGranted?.(),
    onPause: (left) => pauses?.(left, (why) => waiting > 0 && !stopped && abort.abort(why)),
    pause() {
      waiting += 1;
      if (waiting > 1 || stopped) return;
      left -= clock.now() - started;
      alarm.abort();
      alarm = ring(patience, () => new Withheld(`the host's budget withheld the look for ${patience} ms`));
    },
    resume() {
      waiting -= 1;
      if (waiting > 0 || stopped) return;
      started = clock.now();
      alarm.abort();
      alarm = ring(left, () => new TimeUp(ms));
    },
    stop() {
      stopped = true;
      alarm.abort();
    },
  };
}
