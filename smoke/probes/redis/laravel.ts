// The `laravel` plug-in: jobs of a queue of Laravel on Redis, and what Horizon keeps of them.

import type { Plugin } from '../plugin.ts';
import { type LaravelOptions, laravelOptions } from './redis-job-options.ts';

export const laravel: Plugin<LaravelOptions> = {
  name: 'laravel',
  summary:
    'Jobs of a Laravel queue on Redis: waiting, delayed, reserved by a worker; with Horizon also those that are done',
  options: laravelOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: '+llen +lrange +zrevrange ~PREFIXqueues:*; for horizon +zrange +hmget ~horizon:*',
    costs: 'a round trip for 200 waiting jobs, one for each set, one for 100 records of Horizon',
    proof: 'nothing: test/contract/redis-jobs.test.ts, test/probes/redis-access.test.ts',
  },
  connects: ['url', 'cluster', 'ca'],
  title: ({ queue }) => `jobs of ${typeof queue === 'string' ? queue : 'default'}`,
  async open(given, host) {
    const { openLaravel } = await import('./laravel-look.ts');
    return openLaravel(given, host);
  },
};
