// The `rq` plug-in: jobs of a queue of RQ (Python), whatever became of them.

import type { Plugin } from '../plugin.ts';
import { type QueueOptions, rqOptions } from './redis-job-options.ts';

export const rq: Plugin<QueueOptions> = {
  name: 'rq',
  summary: 'Jobs of an RQ queue: waiting, started, scheduled, finished, failed',
  options: rqOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: '+smembers +llen +lrange +zrevrange +hmget ~rq:*',
    costs: 'a round trip for 200 ids and for 100 jobs, of each state up to `limit`',
    proof: 'nothing: test/contract/redis-jobs.test.ts, test/probes/redis-access.test.ts',
  },
  connects: ['url', 'cluster', 'ca'],
  title: ({ queue }) => `jobs of ${typeof queue === 'string' ? queue : 'default'}`,
  async open(given, host) {
    const { openRq } = await import('./rq-look.ts');
    return openRq(given, host);
  },
};
