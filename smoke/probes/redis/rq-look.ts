// Where RQ keeps jobs: ids in a list and in sorted sets, one for each state, and a hash for each job. What a job holds is
// a pickle, packed with zlib: it is searched as bytes and never loaded, since loading one runs code.

import { inflateSync } from 'node:zlib';
import type { Host, Probe } from '../plugin.ts';
import { leavesNothing, noQueue } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import type { QueueOptions } from './redis-job-options.ts';
import { type Gathered, hashesOf, listed, openJobs, ranked, type Times } from './redis-jobs.ts';

export function openRq(given: Partial<QueueOptions>, host: Host): Probe<QueueOptions> {
  return openJobs(given, host, ({ queue = 'default' }) => `queue ${queue}`, gather);
}

const sets = ['wip', 'scheduled', 'deferred', 'finished', 'failed'];
const columns = ['data', 'description', 'status', 'worker_name', 'created_at', 'ended_at', 'exc_info'] as const;
/** Milliseconds that RQ keeps a job that is done, where nobody says otherwise (`result_ttl`). */
const KEPT = 500_000;
const expired = leavesNothing(
  'RQ keeps a job that is done for 500 s by default, and the send is older',
  "A longer `result_ttl` keeps it; else look at the worker's log, its span or its request.",
);
const short =
  'RQ keeps a job that is done for no longer than it was told to (`result_ttl`), which may be no time at all';
/** What one job may hold, unpacked. */
const DATA_CAP = 4 * 1024 * 1024;

async function gather(
  redis: Commands,
  { queue = 'default', prefix = 'rq:' }: QueueOptions,
  limit: number,
  into: Gathered,
  { since, now }: Times,
): Promise<void> {
  const ids = new Set<string>();
  const queues = await redis.smembers(`${prefix}queues`);
  into.requests += 1;
  into.doubts.push(short);
  if (!queues.includes(`${prefix}queue:${queue}`))
    into.unseen.push(
      noQueue(
        'RQ',
        queue,
        queues.map((key) => key.slice(`${prefix}queue:`.length)),
        '`prefix`',
      ),
    );
  for (const id of await listed(redis, `${prefix}queue:${queue}`, limit, 'right', into)) ids.add(String(id));
  // From version 2 on a started job stands there with the number of its execution.
  for (const set of sets)
    for (const id of await ranked(redis, `${prefix}${set}:${queue}`, limit, into))
      ids.add(String(id).split(':', 1)[0] ?? '');
  if (now.getTime() - since.getTime() > KEPT) into.unseen.push(expired);
  for (const { id, values } of await hashesOf(redis, ids, (one) => `${prefix}job:${one}`, columns, into)) {
    const job = Object.fromEntries(columns.map((name, at) => [name, values[at]]));
    const { data, status, worker_name: worker, created_at: at, exc_info: error } = job;
    // It expired between the two reads: 500 s after it was done, by default.
    if (data === undefined) continue;
    into.rows.push({
      // RQ packs an error as well.
      row: { id, ...job, data: unpacked(data), exc_info: error && unpacked(error) },
      source: `job ${id} of ${queue} (${status ?? '?'})`,
      // The description repeats the arguments as a person reads them, and an error what it likes.
      says: ['data'],
      ...(at && { at: String(at) }),
      ...(worker && worker.length > 0 && { instance: String(worker) }),
    });
  }
}

function unpacked(data: Uint8Array): Uint8Array {
  try {
    return inflateSync(data, { maxOutputLength: DATA_CAP });
  } catch {
    // Of another serializer: it is searched as it is.
    return data;
  }
}
