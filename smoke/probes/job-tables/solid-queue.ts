// The `solid-queue` plug-in: jobs of a queue of Solid Queue in a database.

import type { Plugin } from '../plugin.ts';
import { type SolidQueueOptions, solidQueueOptions } from './job-table-options.ts';

export const solidQueue: Plugin<SolidQueueOptions> = {
  name: 'solid-queue',
  summary:
    'Jobs of a Solid Queue queue: waiting, delayed, claimed by a process, blocked, failed, and completed where they are kept',
  options: solidQueueOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: 'SELECT on the tables of jobs, processes and executions, in PostgreSQL also on the sequence of the jobs',
    costs:
      'one connection, one statement that reads the newest jobs since the send by the primary key, two short ones about the table',
    proof: 'nothing: test/contract/database-queues.test.ts',
  },
  connects: ['sqlite', 'postgres', 'mysql', 'ca', 'schema', 'prefix'],
  title: ({ queue }) => (typeof queue === 'string' ? `jobs of ${queue}` : 'jobs of all queues'),
  async open(given, host) {
    const { openSolidQueue } = await import('./solid-queue-look.ts');
    return openSolidQueue(given, host);
  },
};
