// The `bullmq` plug-in: jobs of a queue of BullMQ, found by the queue's own events since the moment before the send.

import type { Plugin } from '../plugin.ts';
import { type BullmqOptions, bullmqOptions } from './bullmq-options.ts';

export const bullmq: Plugin<BullmqOptions> = {
  name: 'bullmq',
  summary: 'Jobs of a BullMQ queue since the moment before the send: waiting, active, delayed, done or failed',
  options: bullmqOptions,
  queue: true,
  evidence: 'tap',
  contract: {
    needs: '+xinfo|stream +xrange +hmget ~PREFIX:QUEUE:*; for trace +lrange +zrevrange; for workers +client|list',
    costs: 'the events since the send and one HMGET a job since then, however many jobs wait',
    proof: 'nothing: test/contract/bullmq.test.ts, test/probes/redis-access.test.ts',
  },
  // The end of the queue's events is noted before the send.
  connects: ['url', 'cluster', 'ca', 'queue', 'prefix', 'workers'],
  title: ({ queue, workers }) =>
    typeof queue === 'string' ? `${workers === true ? 'workers' : 'jobs'} of ${queue}` : 'bullmq',
  async open(given, host) {
    const { openBullmq } = await import('./bullmq-look.ts');
    return openBullmq(given, host);
  },
};
