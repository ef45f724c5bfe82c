// The `celery` plug-in: tasks in a queue of Celery on Redis, those that workers hold, and their results.

import type { Plugin } from '../plugin.ts';
import { celeryOptions, type QueueOptions } from './redis-job-options.ts';

export const celery: Plugin<QueueOptions> = {
  name: 'celery',
  summary: 'Tasks of a Celery queue on Redis: waiting at any priority, held by a worker, and their results',
  options: celeryOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: '+llen +lrange +hscan +scan +type +get ~QUEUE* ~unacked ~celery-task-meta-*',
    costs: 'ten lists, one hash, and a scan of some 100,000 keys of the database at most',
    proof: 'nothing: test/contract/redis-jobs.test.ts, test/probes/redis-access.test.ts',
  },
  connects: ['url', 'cluster', 'ca'],
  title: ({ queue }) => `tasks of ${typeof queue === 'string' ? queue : 'celery'}`,
  async open(given, host) {
    const { openCelery } = await import('./celery-look.ts');
    return openCelery(given, host);
  },
};
