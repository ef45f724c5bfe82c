// Where graphile-worker keeps jobs: one table that its public view shows without the payload. A job that is done is
// deleted at once, one that failed waits for its next try with the error.

import { Blind, type Host, type Probe } from '../plugin.ts';
import type { SqlRow } from '../sql/sql-reading.ts';
import { type JobSystem, openJobTable } from './job-table.ts';
import type { GraphileWorkerOptions } from './job-table-options.ts';
import { type JobRecord, jsonCell, textOf, timeOf } from './job-table-row.ts';
import type { JobTable } from './job-window.ts';

export function openGraphileWorker(
  given: Partial<GraphileWorkerOptions>,
  host: Host,
): Promise<Probe<GraphileWorkerOptions>> {
  const { postgres, ...more } = given;
  if (postgres === undefined) throw new Blind('error', 'the address of the database is not known before the send');
  return openJobTable({ postgres, ...more }, host, system);
}

const system: JobSystem<GraphileWorkerOptions> = {
  place: ({ task, queue }) =>
    [task === undefined ? 'all tasks' : `task ${task}`, ...(queue === undefined ? [] : [`in queue ${queue}`])].join(
      ' ',
    ),
  where: '`schema`',
  hint: 'Look at what the worker does instead: its log, its row, a span or a captured request.',
  // Its documentation asks for short reads outside of transactions.
  alone: true,
  tables({ schema = 'graphile_worker', task, queue }, { name, seconds }) {
    const table = (plain: string): string => `${name(schema)}.${name(plain)}`;
    const [jobs, tasks, queues] = [table('_private_jobs'), table('_private_tasks'), table('_private_job_queues')];
    const only = [
      ...(task === undefined ? [] : [`j.task_id = (SELECT k.id FROM ${tasks} k WHERE k.identifier = :task)`]),
      ...(queue === undefined ? [] : [`j.job_queue_id = (SELECT q.id FROM ${queues} q WHERE q.queue_name = :queue)`]),
    ];
    return [
      {
        table: {
          name: jobs,
          plain: '_private_jobs',
          uses: [tasks, queues],
          made: seconds('created_at'),
          columns: {
            task: 'k.identifier',
            queue: 'q.queue_name',
            payload: 'j.payload',
            attempts: 'j.attempts',
            last_error: 'j.last_error',
            key: 'j.key',
            run_at: 'j.run_at',
            locked_by: 'j.locked_by',
            state: `CASE WHEN j.locked_at IS NOT NULL THEN 'locked' WHEN j.attempts >= j.max_attempts THEN 'failed'
              WHEN j.attempts > 0 THEN 'retry' WHEN j.run_at > now() THEN 'delayed' ELSE 'waiting' END`,
          },
          joins: `LEFT JOIN ${tasks} k ON k.id = j.task_id LEFT JOIN ${queues} q ON q.id = j.job_queue_id`,
          ...(only.length > 0 && { only: only.join(' AND ') }),
          ...namedIn({ task, queue }, { jobs, tasks, queues }),
        },
        params: { ...(task !== undefined && { task }), ...(queue !== undefined && { queue }) },
        record,
      },
    ];
  },
};

type Tables = Readonly<Record<'jobs' | 'tasks' | 'queues', string>>;

function namedIn(
  { task, queue }: Pick<GraphileWorkerOptions, 'task' | 'queue'>,
  { jobs, tasks, queues }: Tables,
): Pick<JobTable, 'named'> {
  if (task !== undefined && queue !== undefined) {
    const names = `SELECT DISTINCT k.identifier || ' in queue ' || q.queue_name AS name
FROM (SELECT * FROM ${jobs} ORDER BY id DESC LIMIT 1000) j
JOIN ${tasks} k ON k.id = j.task_id JOIN ${queues} q ON q.id = j.job_queue_id`;
    return { named: { what: 'task', name: `${task} in queue ${queue}`, names } };
  }
  if (task !== undefined)
    return { named: { what: 'task', name: task, names: `SELECT identifier AS name FROM ${tasks} LIMIT 1000` } };
  if (queue !== undefined)
    return { named: { what: 'queue', name: queue, names: `SELECT queue_name AS name FROM ${queues} LIMIT 1000` } };
  return {};
}

function record({
  id,
  task,
  queue,
  payload,
  attempts,
  last_error,
  key,
  run_at,
  locked_by,
  state,
  made,
}: SqlRow): JobRecord {
  return {
    row: { id, task, queue, payload: jsonCell(payload), state, attempts, last_error, key, run_at, locked_by },
    source: `job ${textOf(id)} of ${textOf(task)} (${textOf(state)})`,
    says: ['payload'],
    ...timeOf(made),
    ...(typeof locked_by === 'string' && { instance: locked_by }),
  };
}
