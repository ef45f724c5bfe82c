// The `oban` plug-in: jobs of a queue of Oban in PostgreSQL.

import type { Plugin } from '../plugin.ts';
import { type ObanOptions, obanOptions } from './job-table-options.ts';

export const oban: Plugin<ObanOptions> = {
  name: 'oban',
  summary: 'Jobs of an Oban queue: available, scheduled, executing, retryable, and for a while completed or discarded',
  options: obanOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: 'SELECT on oban_jobs and on its sequence',
    costs:
      'one connection, one statement that reads the newest jobs since the send by the primary key, two short ones about the table',
    proof: 'nothing: test/contract/database-queues.test.ts',
  },
  connects: ['postgres', 'ca', 'schema'],
  title: ({ queue }) => (typeof queue === 'string' ? `jobs of ${queue}` : 'jobs of all queues'),
  async open(given, host) {
    const { openOban } = await import('./oban-look.ts');
    return openOban(given, host);
  },
};
