// The clock of a real run.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../probes/plugin.ts';

/** A timer of the runtime that is longer fires at once. In milliseconds, about 24 days. */
const longestTimer = 2 ** 31 - 1;

export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => new Date(),
  wait: async (ms, signal) => {
    try {
      let left = Math.max(0, ms);
      do {
        await sleep(Math.min(left, longestTimer), undefined, signal === undefined ? {} : { signal });
        left -= longestTimer;
      } while (left > 0);
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
