// The `bullmq` plug-in: jobs of a queue of BullMQ, found by the queue's own events since the moment before the send.

import { type BullmqOptions, bullmqOptions } from './bullmq-options.ts';
import type { Plugin } from './plugin.ts';

export const bullmq: Plugin<BullmqOptions> = {
  name: 'bullmq',
  summary: 'Jobs of a BullMQ queue since the moment before the send: waiting, active, delayed, done or failed',
  options: bullmqOptions,
  transient: true,
  queue: true,
  // The end of the queue's events is noted before the send.
  connects: ['url', 'cluster', 'ca', 'queue', 'prefix'],
  title: ({ queue }) => (typeof queue === 'string' ? `jobs of ${queue}` : 'bullmq'),
  async open(given, host) {
    const { openBullmq } = await import('./bullmq-look.ts');
    return openBullmq(given, host);
  },
};
