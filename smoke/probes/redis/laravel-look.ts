// Where Laravel keeps jobs on Redis: a list and two sorted sets of JSON, with the job itself as PHP-serialized text in it;
// Horizon keeps a hash for each.

import { laravelJob } from '../job-tables/laravel-job.ts';
import type { Host, Probe } from '../plugin.ts';
import { leavesNothing, leavesNothingDone, noQueue } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import type { LaravelOptions } from './redis-job-options.ts';
import { type Gathered, hashesOf, idOf, type JobRow, listed, openJobs, ranked, type Times } from './redis-jobs.ts';

export function openLaravel(given: Partial<LaravelOptions>, host: Host): Probe<LaravelOptions> {
  return openJobs(given, host, ({ queue = 'default' }) => `queue ${queue}`, gather);
}

async function gather(
  redis: Commands,
  { queue = 'default', prefix = 'laravel_database_', horizon }: LaravelOptions,
  limit: number,
  into: Gathered,
  times: Times,
): Promise<void> {
  const base = `${prefix}queues:${queue}`;
  for (const bytes of await listed(redis, base, limit, 'right', into)) into.rows.push(jobOf(bytes, 'waiting'));
  for (const state of ['delayed', 'reserved'])
    for (const bytes of await ranked(redis, `${base}:${state}`, limit, into)) into.rows.push(jobOf(bytes, state));
  if (horizon === undefined) {
    into.unseen.push(done);
    return;
  }
  await gatherHorizon(redis, horizon, queue, limit, into);
  if (times.now.getTime() - times.since.getTime() > KEPT) into.unseen.push(expired);
}

/** How far a job has come: between queue and Horizon the one that knows more is told, and Horizon where both know the same. */
const turns: ReadonlyMap<string, number> = new Map([
  ['reserved', 1],
  ['completed', 2],
  ['failed', 2],
]);

/** `by`: who says that state of it. */
function jobOf(bytes: Uint8Array, state: string, by = ''): JobRow {
  const job = laravelJob(bytes, state + by);
  return { ...job, ...idOf(job.id), turn: turns.get(state) ?? 0 };
}

/** Milliseconds that Horizon keeps the record of a job that is done, where nobody says otherwise (`trim.recent`). */
const KEPT = 3_600_000;
const elsewhere =
  "look at the worker's log, its span or its request as well, or let `redis: { monitor }` see the job pass.";
const done = leavesNothingDone(
  'Laravel keeps nothing of a job that is done',
  `Horizon does, for an hour: name what its keys begin with (\`horizon: 'horizon:'\`); else ${elsewhere}`,
);
const expired = leavesNothing(
  'Horizon keeps a job that is done for an hour by default, and the send is older',
  `A longer \`trim\` in config/horizon.php keeps it; else ${elsewhere}`,
);
const noRecords = leavesNothing(
  'Horizon has no records of jobs there',
  `Check what its keys begin with (\`HORIZON_PREFIX\`), and that it runs; else ${elsewhere}`,
);

const columns = ['payload', 'status', 'queue', 'completed_at', 'exception'] as const;

/** Its scores are times below zero: the newest job is the first. */
async function gatherHorizon(
  redis: Commands,
  prefix: string,
  queue: string,
  limit: number,
  into: Gathered,
): Promise<void> {
  const ids = new Set<string>();
  for (const set of ['recent_jobs', 'failed_jobs'])
    for (const id of await ranked(redis, prefix + set, limit, into, 'lowest')) ids.add(String(id));
  if (ids.size === 0) into.unseen.push(noRecords);
  const queues = new Set<string>();
  for (const { values } of await hashesOf(redis, ids, (id) => prefix + id, columns, into)) {
    const [payload, status, of, completed, exception] = values;
    if (of) queues.add(String(of));
    if (!payload || (of && String(of) !== queue)) continue;
    const row = jobOf(payload, String(status ?? '?'), ', by Horizon');
    into.rows.push({
      ...row,
      row: {
        ...row.row,
        ...(completed && { completed_at: String(completed) }),
        ...(exception && { exception: String(exception) }),
      },
    });
  }
  // Nothing else tells a queue that is not used from one that is mistyped.
  if (into.rows.length === 0 && queues.size > 0) into.unseen.push(noQueue('Horizon', queue, [...queues], '`horizon`'));
}
