// A Clock for tests: time stands still until the test moves it, so minutes pass in microseconds.

import type { Clock } from '../smoke/probes/plugin.ts';

export type VirtualClock = Clock & {
  /** Moves time on by `ms`, firing each timer at its own moment and letting what it wakes run before the next. */
  advance(ms: number): Promise<void>;
  /**
   * Jumps from timer to timer while `promise` is pending and the event loop is idle. Rejects where it can never
   * settle: no timer waits and nothing has moved for 2 s of real time (so real I/O may take its while).
   */
  run<T>(promise: Promise<T>): Promise<T>;
  /** How many waits have not ended. */
  waiting(): number;
};

export type VirtualClockOptions = {
  /** The wall clock at `now() === 0`. */
  start?: Date;
  /** True while real work (a request, a process) is under way, for which `run` must hold time still. */
  busy?: () => boolean;
};

type Timer = { due: number; order: number; fire: () => void };

// A chain of awaits costs microtasks only; a few turns of the loop also let resolved I/O callbacks in.
const TURNS = 4;
const STUCK_AFTER_MS = 2_000;

export function createVirtualClock(options: VirtualClockOptions = {}): VirtualClock {
  const start = (options.start ?? new Date('2026-01-05T12:00:00.000Z')).getTime();
  const timers = new Set<Timer>();
  let now = 0;
  let order = 0;

  const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const onAbort = (): void => {
        timers.delete(timer);
        reject(signal?.reason);
      };
      const timer: Timer = {
        due: now + Math.max(0, ms),
        order: order++,
        fire: () => {
          timers.delete(timer);
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      timers.add(timer);
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  const next = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) {
      if (timer.due === Number.POSITIVE_INFINITY) continue;
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    return first;
  };

  const jump = (timer: Timer): void => {
    now = Math.max(now, timer.due);
    timer.fire();
  };

  const advance = async (ms: number): Promise<void> => {
    const until = now + ms;
    await idle();
    for (let timer = next(); timer && timer.due <= until; timer = next()) {
      jump(timer);
      await idle();
    }
    now = until;
  };

  const run = async <T>(promise: Promise<T>): Promise<T> => {
    let settled = false;
    const settle = (): void => {
      settled = true;
    };
    promise.then(settle, settle);
    let movedAt = performance.now();
    while (true) {
      await idle();
      if (settled) return promise;
      const timer = options.busy?.() ? undefined : next();
      if (timer) {
        jump(timer);
        movedAt = performance.now();
      } else if (options.busy?.()) {
        movedAt = performance.now();
        await pause();
      } else if (performance.now() - movedAt > STUCK_AFTER_MS) {
        throw new Error(
          'The promise is still pending, no timer waits on the virtual clock, and nothing has moved for 2 s',
        );
      } else {
        await pause();
      }
    }
  };

  return {
    now: () => now,
    wall: () => new Date(start + now),
    wait,
    advance,
    run,
    waiting: () => timers.size,
  };
}

async function idle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
}

// Gives real I/O a moment instead of spinning.
async function pause(): Promise<void> {
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
}
