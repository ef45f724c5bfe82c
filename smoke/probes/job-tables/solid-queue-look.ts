// Where Solid Queue keeps jobs: a table of jobs, and one for each state that says which of them are in it. A job that is
// done keeps its row for a day, unless the application says otherwise.

import type { Json } from '../../select/json-text.ts';
import type { Host, Probe } from '../plugin.ts';
import type { SqlRow } from '../sql/sql-reading.ts';
import { type JobSystem, openJobTable } from './job-table.ts';
import type { SolidQueueOptions } from './job-table-options.ts';
import { type JobRecord, jsonCell, textOf, timeOf } from './job-table-row.ts';
import { newestNames } from './job-window.ts';

export function openSolidQueue(given: Partial<SolidQueueOptions>, host: Host): Promise<Probe<SolidQueueOptions>> {
  return openJobTable(given, host, system);
}

const system: JobSystem<SolidQueueOptions> = {
  place: ({ queue }) => (queue === undefined ? 'all queues' : `queue ${queue}`),
  where: '`prefix` and `schema`',
  hint: 'Keep jobs that are done (`preserve_finished_jobs`), or look at what the worker does: its log, its row, a span.',
  tables({ schema, queue, prefix = 'solid_queue_' }, { name, seconds }) {
    const place = (plain: string): string => (schema === undefined ? '' : `${name(schema)}.`) + name(prefix + plain);
    const [jobs, holders] = [place('jobs'), place('processes')];
    const states = { f: 'failed', c: 'claimed', b: 'blocked', s: 'scheduled', r: 'ready' };
    const executions = Object.entries(states).map(([as, state]) => ({ as, table: place(`${state}_executions`) }));
    return [
      {
        table: {
          name: jobs,
          plain: `${prefix}jobs`,
          uses: [holders, ...executions.map(({ table }) => table)],
          made: seconds('created_at'),
          columns: {
            queue: 'j.queue_name',
            class: 'j.class_name',
            arguments: 'j.arguments',
            active_job_id: 'j.active_job_id',
            scheduled_at: 'j.scheduled_at',
            finished_at: 'j.finished_at',
            error: 'f.error',
            process: 'p.name',
            hostname: 'p.hostname',
            pid: 'p.pid',
            state: `CASE WHEN j.finished_at IS NOT NULL THEN 'completed' WHEN f.job_id IS NOT NULL THEN 'failed'
              WHEN c.job_id IS NOT NULL THEN 'claimed' WHEN b.job_id IS NOT NULL THEN 'blocked'
              WHEN s.job_id IS NOT NULL THEN 'delayed' WHEN r.job_id IS NOT NULL THEN 'waiting' ELSE 'unknown' END`,
          },
          joins: [
            ...executions.map(({ as, table }) => `LEFT JOIN ${table} ${as} ON ${as}.job_id = j.id`),
            `LEFT JOIN ${holders} p ON p.id = c.process_id`,
          ].join('\n'),
          ...(queue !== undefined && {
            only: 'j.queue_name = :queue',
            named: { what: 'queue', name: queue, names: newestNames(jobs, 'queue_name') },
          }),
        },
        params: { ...(queue !== undefined && { queue }) },
        record,
      },
    ];
  },
};

function record(row: SqlRow): JobRecord {
  const { id, queue, arguments: job, error, process: holder, state, made } = row;
  const { number: _number, total: _total, made: _made, old: _old, ...shown } = row;
  return {
    row: { ...shown, arguments: argumentsIn(jsonCell(job)), error: jsonCell(error) },
    source: `job ${textOf(id)} of ${textOf(queue)} (${textOf(state)})`,
    says: ['arguments'],
    ...timeOf(made),
    ...(typeof holder === 'string' && { instance: holder }),
  };
}

/** Active Job wraps what `perform` is given in what it needs itself. */
function argumentsIn(job: ReturnType<typeof jsonCell>): ReturnType<typeof jsonCell> {
  const wrapped = job as { arguments?: Json } | null | undefined;
  return typeof job === 'object' && Array.isArray(wrapped?.arguments) ? wrapped.arguments : job;
}
