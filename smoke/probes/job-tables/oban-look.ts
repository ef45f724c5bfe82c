// Where Oban keeps jobs: one table, a job that is done for a minute (its pruner's default) and no longer.

import { Blind, type Host, type Probe } from '../plugin.ts';
import type { SqlRow } from '../sql/sql-reading.ts';
import { type JobSystem, openJobTable } from './job-table.ts';
import type { ObanOptions } from './job-table-options.ts';
import { type JobRecord, jsonCell, textOf, timeOf } from './job-table-row.ts';
import { newestNames } from './job-window.ts';

export function openOban(given: Partial<ObanOptions>, host: Host): Promise<Probe<ObanOptions>> {
  const { postgres, ...more } = given;
  if (postgres === undefined) throw new Blind('error', 'the address of the database is not known before the send');
  return openJobTable({ postgres, ...more }, host, system);
}

const system: JobSystem<ObanOptions> = {
  place: ({ queue }) => (queue === undefined ? 'all queues' : `queue ${queue}`),
  where: '`schema`, which Oban calls its prefix',
  hint: 'Let the pruner keep jobs for longer (`max_age`), or look at what the worker does: its log, its row, a span.',
  tables({ schema = 'public', queue }, { name, seconds }) {
    const jobs = `${name(schema)}.${name('oban_jobs')}`;
    return [
      {
        table: {
          name: jobs,
          plain: 'oban_jobs',
          uses: [],
          made: seconds('inserted_at'),
          columns: {
            queue: 'j.queue',
            worker: 'j.worker',
            args: 'j.args',
            meta: 'j.meta',
            state: 'j.state',
            attempt: 'j.attempt',
            errors: 'array_to_json(j.errors)',
            attempted_by: 'array_to_json(j.attempted_by)',
            scheduled_at: 'j.scheduled_at',
          },
          ...(queue !== undefined && {
            only: 'j.queue = :queue',
            named: { what: 'queue', name: queue, names: newestNames(jobs, 'queue') },
          }),
        },
        params: { ...(queue !== undefined && { queue }) },
        record,
      },
    ];
  },
};

function record({
  id,
  queue,
  worker,
  args,
  meta,
  state,
  attempt,
  errors,
  attempted_by,
  scheduled_at,
  made,
}: SqlRow): JobRecord {
  const by = jsonCell(attempted_by);
  // The node, and then the producer on it.
  const node = Array.isArray(by) ? by[0] : undefined;
  return {
    row: {
      id,
      queue,
      worker,
      args: jsonCell(args),
      meta: jsonCell(meta),
      state,
      attempt,
      errors: jsonCell(errors),
      attempted_by: by,
      scheduled_at,
    },
    source: `job ${textOf(id)} of ${textOf(queue)} (${textOf(state)})`,
    says: ['args', 'meta'],
    ...timeOf(made),
    ...(typeof node === 'string' && { instance: node }),
  };
}
