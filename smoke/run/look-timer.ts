// Ends a request or a look that takes too long. Waiting for a place in a host's budget is not held against it.

import type { Clock } from '../probes/plugin.ts';

export type Timer = {
  /** Runs `work` with a signal that aborts after `ms` of its own time, or when `outer` does. */
  limited<T>(ms: number, outer: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops the time of the work that `signal` belongs to while `wait` runs. */
  paused<T>(signal: AbortSignal, wait: () => Promise<T>): Promise<T>;
};

/** The work took longer than its time. */
export class TimeUp extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms} ms`);
    this.name = 'TimeUp';
  }
}

/** The budget of the host did not let the look through in time: nothing was read, so nothing was seen or missed. */
export class Withheld extends Error {
  constructor(ms: number) {
    super(`the host's budget withheld the look for ${ms} ms`);
    this.name = 'Withheld';
  }
}

type Watch = { pause(): void; resume(): void; stop(): void };

/** Times its limit is how long a look may wait for the budget before it is given up as not made. */
const patience = 3;

export function createTimer(clock: Clock): Timer {
  const watches = new WeakMap<AbortSignal, Watch>();

  return {
    async limited(ms, outer, work) {
      const abort = new AbortController();
      const onOuter = (): void => abort.abort(outer.reason);
      outer.throwIfAborted();
      outer.addEventListener('abort', onOuter, { once: true });
      const watch = startWatch(clock, ms, abort);
      watches.set(abort.signal, watch);
      try {
        return await Promise.race([work(abort.signal), rejection(abort.signal)]);
      } finally {
        watch.stop();
        outer.removeEventListener('abort', onOuter);
      }
    },
    async paused(signal, wait) {
      const watch = watches.get(signal);
      if (watch === undefined) return wait();
      watch.pause();
      try {
        return await wait();
      } finally {
        watch.resume();
      }
    },
  };
}

function startWatch(clock: Clock, ms: number, abort: AbortController): Watch {
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
    pause() {
      waiting += 1;
      if (waiting > 1 || stopped) return;
      left -= clock.now() - started;
      alarm.abort();
      alarm = ring(ms * patience, () => new Withheld(ms * patience));
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

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
