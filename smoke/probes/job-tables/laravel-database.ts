// The `laravel-database` plug-in: jobs of a queue of Laravel in a database, and those that failed.

import type { Plugin } from '../plugin.ts';
import { type LaravelDatabaseOptions, laravelDatabaseOptions } from './job-table-options.ts';

export const laravelDatabase: Plugin<LaravelDatabaseOptions> = {
  name: 'laravel-database',
  summary: 'Jobs of a Laravel queue in a database: waiting, delayed, reserved by a worker, failed',
  options: laravelDatabaseOptions,
  transient: true,
  queue: true,
  evidence: 'residue',
  contract: {
    needs: 'SELECT on jobs and failed_jobs, in PostgreSQL also on the sequence of the jobs',
    costs:
      'one connection, one statement that reads the newest jobs since the send by the primary key, two short ones about the table',
    proof: 'nothing: test/contract/database-queues.test.ts',
  },
  connects: ['sqlite', 'postgres', 'mysql', 'ca', 'schema', 'table', 'failed'],
  title: ({ queue }) => (typeof queue === 'string' ? `jobs of ${queue}` : 'jobs of all queues'),
  async open(given, host) {
    const { openLaravelDatabase } = await import('./laravel-database-look.ts');
    return openLaravelDatabase(given, host);
  },
};
