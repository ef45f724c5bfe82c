// The `rq` plug-in: jobs of a queue of RQ (Python), whatever became of them.

import type { Plugin } from './plugin.ts';
import { type QueueOptions, rqOptions } from './redis-job-options.ts';

export const rq: Plugin<QueueOptions> = {
  name: 'rq',
  summary: 'Jobs of an RQ queue: waiting, started, scheduled, finished, failed',
  options: rqOptions,
  transient: true,
  queue: true,
  connects: ['url', 'cluster', 'ca'],
  title: ({ queue }) => `jobs of ${typeof queue === 'string' ? queue : 'default'}`,
  async open(given, host) {
    const { openRq } = await import('./rq-look.ts');
    return openRq(given, host);
  },
};
