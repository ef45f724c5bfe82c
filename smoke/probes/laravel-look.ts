// Where Laravel keeps jobs on Redis: a list and two sorted sets of JSON, with the job itself as PHP-serialized text in it;
// Horizon keeps a hash for each.

import { laravelJob } from './laravel-job.ts';
import type { Host, Probe } from './plugin.ts';
import type { Commands } from './redis-connection.ts';
import type { LaravelOptions } from './redis-job-options.ts';
import { fieldsOf, type Gathered, listed, openJobs, ranked } from './redis-jobs.ts';
import { byteCap } from './redis-read.ts';

export function openLaravel(given: Partial<LaravelOptions>, host: Host): Probe<LaravelOptions> {
  return openJobs(given, host, ({ queue = 'default' }) => `queue ${queue}`, gather);
}

async function gather(
  redis: Commands,
  { queue = 'default', prefix = 'laravel_database_', horizon }: LaravelOptions,
  limit: number,
  into: Gathered,
): Promise<void> {
  const base = `${prefix}queues:${queue}`;
  for (const bytes of await listed(redis, base, limit, 'right', into)) into.rows.push(laravelJob(bytes, 'waiting'));
  for (const state of ['delayed', 'reserved'])
    for (const bytes of await ranked(redis, `${base}:${state}`, limit, into)) into.rows.push(laravelJob(bytes, state));
  if (horizon === undefined)
    into.doubts.push('Laravel keeps nothing of a job that is done; Horizon does, for an hour: `horizon`');
  else await gatherHorizon(redis, horizon, queue, limit, into);
}

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
  for (const id of ids) {
    if (into.bytes > byteCap) return;
    const [payload, status, of, completed, exception] = await fieldsOf(redis, prefix + id, columns, into);
    if (!payload || (of && String(of) !== queue)) continue;
    const row = laravelJob(payload, `${status ?? '?'}, by Horizon`);
    into.rows.push({
      ...row,
      row: {
        ...row.row,
        ...(completed && { completed_at: String(completed) }),
        ...(exception && { exception: String(exception) }),
      },
    });
  }
}
