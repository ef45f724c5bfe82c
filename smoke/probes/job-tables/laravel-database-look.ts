// Where Laravel keeps jobs in a database: a table of those that wait or are held, and one of those that failed. A job that
// is done is deleted; one that is tried again gets another number.

import type { Host, Probe } from '../plugin.ts';
import type { SqlRow } from '../sql/sql-reading.ts';
import { type JobSource, type JobSystem, openJobTable } from './job-table.ts';
import type { LaravelDatabaseOptions } from './job-table-options.ts';
import { textOf, timeOf } from './job-table-row.ts';
import { newestNames } from './job-window.ts';
import { laravelJob } from './laravel-job.ts';

export function openLaravelDatabase(
  given: Partial<LaravelDatabaseOptions>,
  host: Host,
): Promise<Probe<LaravelDatabaseOptions>> {
  return openJobTable(given, host, system);
}

const system: JobSystem<LaravelDatabaseOptions> = {
  place: ({ queue }) => (queue === undefined ? 'all queues' : `queue ${queue}`),
  where: '`table`, `failed` and `schema`',
  hint: 'Look at what the worker does instead: its log, its row, a span or a captured request.',
  tables({ schema, queue, table = 'jobs', failed = 'failed_jobs' }, { name, seconds, now }) {
    const place = (plain: string): string => (schema === undefined ? '' : `${name(schema)}.`) + name(plain);
    const asked = { ...(queue !== undefined && { only: 'j.queue = :queue' }) };
    const params = { ...(queue !== undefined && { queue }) };
    const jobs: JobSource = {
      table: {
        name: place(table),
        plain: table,
        uses: [],
        made: 'created_at',
        columns: {
          queue: 'j.queue',
          payload: 'j.payload',
          attempts: 'j.attempts',
          state: `CASE WHEN j.reserved_at IS NOT NULL THEN 'reserved' WHEN j.attempts > 0 THEN 'retry'
            WHEN j.available_at > ${now} THEN 'delayed' ELSE 'waiting' END`,
        },
        ...asked,
        ...(queue !== undefined && {
          named: { what: 'queue', name: queue, names: newestNames(place(table), 'queue') },
        }),
      },
      params,
      record: (row) => recordOf(row, { attempts: textOf(row['attempts']) }),
    };
    if (failed === false) return [jobs];
    const lost: JobSource = {
      table: {
        name: place(failed),
        plain: failed,
        uses: [],
        made: seconds('failed_at'),
        columns: { queue: 'j.queue', payload: 'j.payload', exception: 'j.exception', state: "'failed'" },
        ...asked,
      },
      params,
      record: (row) => recordOf(row, { exception: textOf(row['exception']) }),
    };
    return [jobs, lost];
  },
};

function recordOf(row: SqlRow, more: Readonly<Record<string, string>>): ReturnType<typeof laravelJob> {
  const { id, queue, payload, state, made } = row;
  const job = laravelJob(Buffer.from(textOf(payload)), textOf(state));
  return {
    ...job,
    row: { id, queue, ...job.row, ...more },
    source: `job ${textOf(id)} of ${textOf(queue)} (${textOf(state)})`,
    ...timeOf(made),
  };
}
