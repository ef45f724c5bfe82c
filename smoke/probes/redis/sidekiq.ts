// The `sidekiq` plug-in: jobs of a queue of Sidekiq, those that workers hold, and its sets of retries and dead jobs.

import type { Plugin } from '../plugin.ts';
import { type SidekiqOptions, sidekiqOptions } from './redis-job-options.ts';

export const sidekiq: Plugin<SidekiqOptions> = {
  name: 'sidekiq',
  summary: 'Jobs of a Sidekiq queue: waiting, held by a worker, scheduled, to be tried again, dead',
  options: sidekiqOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: '+llen +lrange +zrevrange +smembers +hgetall ~*; for processes +smembers +hmget',
    costs: 'a round trip for 200 waiting jobs, one for each set, two for each process',
    proof: 'nothing: test/contract/redis-jobs.test.ts, test/probes/redis-access.test.ts',
  },
  connects: ['url', 'cluster', 'ca'],
  title({ queue, processes }) {
    if (processes === true) return typeof queue === 'string' ? `processes of ${queue}` : 'processes';
    return `jobs of ${typeof queue === 'string' ? queue : 'default'}`;
  },
  async open(given, host) {
    const { openSidekiq } = await import('./sidekiq-look.ts');
    return openSidekiq(given, host);
  },
};
