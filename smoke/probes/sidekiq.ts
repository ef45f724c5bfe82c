// The `sidekiq` plug-in: jobs of a queue of Sidekiq, those that workers hold, and its sets of retries and dead jobs.

import type { Plugin } from './plugin.ts';
import { type QueueOptions, sidekiqOptions } from './redis-job-options.ts';

export const sidekiq: Plugin<QueueOptions> = {
  name: 'sidekiq',
  summary: 'Jobs of a Sidekiq queue: waiting, held by a worker, scheduled, to be tried again, dead',
  options: sidekiqOptions,
  transient: true,
  queue: true,
  connects: ['url', 'cluster', 'ca'],
  title: ({ queue }) => `jobs of ${typeof queue === 'string' ? queue : 'default'}`,
  async open(given, host) {
    const { openSidekiq } = await import('./sidekiq-look.ts');
    return openSidekiq(given, host);
  },
};
