// The `graphile-worker` plug-in: jobs of graphile-worker in PostgreSQL.

import type { Plugin } from '../plugin.ts';
import { type GraphileWorkerOptions, graphileWorkerOptions } from './job-table-options.ts';

export const graphileWorker: Plugin<GraphileWorkerOptions> = {
  name: 'graphile-worker',
  summary: 'Jobs of graphile-worker: waiting, delayed, locked by a worker, to be tried again, failed',
  options: graphileWorkerOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs:
      'SELECT on _private_jobs, _private_tasks and _private_job_queues and on the sequence of the jobs, past row level security',
    costs:
      'one connection, one statement that reads the newest jobs since the send by the primary key, two short ones about the table, in no transaction',
    proof: 'nothing: test/contract/database-queues.test.ts, test/probes/graphile-worker.test.ts',
  },
  connects: ['postgres', 'ca', 'schema'],
  title: ({ task }) => (typeof task === 'string' ? `jobs of ${task}` : 'jobs of all tasks'),
  async open(given, host) {
    const { openGraphileWorker } = await import('./graphile-worker-look.ts');
    return openGraphileWorker(given, host);
  },
};
