// The clock of a real run.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../probes/plugin.ts';

export const realClock: Clock = {
  now: () => performance.now(),
  wall: () => new Date(),
  wait: async (ms, signal) => {
    try {
      await sleep(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
