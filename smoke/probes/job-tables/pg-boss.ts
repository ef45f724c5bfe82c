// The `pg-boss` plug-in: jobs of a queue of pg-boss in PostgreSQL, those that are done as well.

import type { Plugin } from '../plugin.ts';
import { type PgBossOptions, pgBossOptions } from './job-table-options.ts';

export const pgBoss: Plugin<PgBossOptions> = {
  name: 'pg-boss',
  summary: 'Jobs of a pg-boss queue: waiting, delayed, active, to be tried again, completed, failed',
  options: pgBossOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: 'SELECT on the tables job and queue of its schema',
    costs:
      'one connection, one statement that goes through the jobs of the queue, or by an index on (name, created_on)',
    proof: 'nothing: test/contract/database-queues.test.ts, test/probes/pg-boss.test.ts',
  },
  connects: ['postgres', 'ca', 'schema'],
  title: ({ queue }) => (typeof queue === 'string' ? `jobs of ${queue}` : 'pg-boss'),
  async open(given, host) {
    const { openPgBoss } = await import('./pg-boss-look.ts');
    return openPgBoss(given, host);
  },
};
