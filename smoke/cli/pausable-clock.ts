// A clock that stands still while a person thinks, so that no deadline runs out over a question.

import type { Clock } from '../probes/plugin.ts';

export type PausableClock = Clock & {
  /** Stops the time while `work` runs. */
  pausedWhile<T>(work: () => Promise<T>): Promise<T>;
};

export function pausable(clock: Clock): PausableClock {
  let lost = 0;
  let pause: { since: number; over: Promise<void> } | undefined;
  const now = (): number => (pause?.since ?? clock.now()) - lost;

  return {
    now,
    wall: clock.wall,
    async wait(ms, signal) {
      const until = now() + ms;
      for (;;) {
        if (pause !== undefined) await orAborted(pause.over, signal);
        const left = until - now();
        if (pause !== undefined) continue;
        await clock.wait(Math.max(0, left), signal);
        if (pause === undefined && now() >= until) return;
      }
    },
    async pausedWhile(work) {
      if (pause !== undefined) return work();
      const { promise: over, resolve } = Promise.withResolvers<void>();
      pause = { since: clock.now(), over };
      try {
        return await work();
      } finally {
        lost += clock.now() - pause.since;
        pause = undefined;
        resolve();
      }
    },
  };
}

function orAborted(over: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return over;
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    void over.then(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
  });
}
