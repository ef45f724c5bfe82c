// Where Sidekiq keeps jobs: a list for each queue, sorted sets for those of another time, and a hash of what each process
// works on; another hash tells what each process is.

import type { Json } from '../../select/json-text.ts';
import type { Host, Probe } from '../plugin.ts';
import { leavesNothingDone, noQueue, tooSmall } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import type { SidekiqOptions } from './redis-job-options.ts';
import {
  type Gathered,
  hashesOf,
  idOf,
  type JobRow,
  jsonIn,
  listed,
  type Members,
  membersOf,
  NOBODY,
  openJobs,
  ranked,
  wordIn,
} from './redis-jobs.ts';

export function openSidekiq(given: Partial<SidekiqOptions>, host: Host): Probe<SidekiqOptions> {
  const place = ({ queue, processes }: SidekiqOptions): string =>
    processes === true && queue === undefined ? 'all queues' : `queue ${queue ?? 'default'}`;
  return openJobs(given, host, place, async (redis, options, limit, into) =>
    options.processes === true ? gatherProcesses(redis, options, limit, into) : gather(redis, options, limit, into),
  );
}

const done = leavesNothingDone(
  'Sidekiq keeps nothing of a job that is done',
  "Look at the worker's log, its span or its request as well, or let `redis: { monitor }` see the job pass.",
);

/** Scores are the times at which jobs are due, or died. */
const sets = { schedule: 'scheduled', retry: 'to be tried again', dead: 'dead' } as const;

async function gather(
  redis: Commands,
  { queue = 'default', prefix = '' }: SidekiqOptions,
  limit: number,
  into: Gathered,
): Promise<void> {
  const add = (bytes: Uint8Array, state: string, more: Partial<JobRow> = {}): void => {
    const job = membersOf(jsonIn(bytes));
    const named = wordIn(job, 'queue');
    if (job === undefined || named === '' || named === queue) into.rows.push({ ...rowOf(job, bytes, state), ...more });
  };
  // Before the queue: a job that is taken meanwhile is seen twice rather than not at all.
  for (const bytes of await listed(redis, `${prefix}queue:${queue}`, limit, 'left', into)) add(bytes, 'waiting');
  await gatherHeld(redis, prefix, into, add);
  for (const [set, state] of Object.entries(sets))
    for (const bytes of await ranked(redis, `${prefix}${set}`, limit, into)) add(bytes, state);
  const queues = await redis.smembers(`${prefix}queues`);
  into.requests += 1;
  if (!queues.includes(queue)) into.unseen.push(noQueue('Sidekiq', queue, queues, '`prefix`'));
  // A process also tells what it holds only every few seconds.
  into.unseen.push(done);
}

/** What each process says of itself, those of one queue where one is named. One whose hash is gone has died. */
async function gatherProcesses(
  redis: Commands,
  { queue, prefix = '' }: SidekiqOptions,
  limit: number,
  into: Gathered,
): Promise<void> {
  const identities = (await redis.smembers(`${prefix}processes`)).toSorted();
  into.requests += 1;
  if (identities.length > limit)
    into.unseen.push(tooSmall(`only ${limit} of ${identities.length} processes were read`, 'Raise `limit`.'));
  const keyOf = (identity: string): string => prefix + identity;
  for (const { id, values } of await hashesOf(redis, identities.slice(0, limit), keyOf, ['info', 'quiet'], into)) {
    const [info, quiet] = values;
    const told = info && membersOf(jsonIn(info));
    if (!told || (queue !== undefined && !worksOn(told, queue))) continue;
    const { labels = [], queues = [] } = told;
    const facts = ['hostname', 'pid', 'tag', 'version', 'concurrency'].map((name) => [name, wordIn(told, name)]);
    const started = Number(wordIn(told, 'started_at'));
    into.rows.push({
      row: {
        identity: id,
        ...Object.fromEntries(facts),
        labels,
        queues,
        quiet: String(quiet ?? ''),
        ...(started > 0 && { started_at: timeOf(started) }),
      },
      source: `process ${id}`,
      instance: id,
    });
  }
  const count = into.rows.length;
  into.listing = { what: `${count} process${count === 1 ? '' : 'es'}` };
}

function worksOn({ queues }: Members, queue: string): boolean {
  return Array.isArray(queues) && queues.includes(queue);
}

/** `IDENTITY:work`, before version 7 `IDENTITY:workers`: thread → the job that it works on. */
async function gatherHeld(
  redis: Commands,
  prefix: string,
  into: Gathered,
  add: (bytes: Uint8Array, state: string, more: Partial<JobRow>) => void,
): Promise<void> {
  const processes = await redis.smembers(`${prefix}processes`);
  into.requests += 1;
  for (const identity of processes.length === 0 ? [NOBODY] : processes) {
    const [work, before] = await Promise.all(
      ['work', 'workers'].map((name) => redis.hgetall(`${prefix}${identity}:${name}`)),
    );
    into.requests += 2;
    for (const held of Object.values({ ...before, ...work })) {
      const payload = membersOf(jsonIn(Buffer.from(held)))?.['payload'];
      if (payload === undefined) continue;
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      add(Buffer.from(text), `held by ${identity}`, { instance: identity });
    }
  }
}

const shown = [
  'jid',
  'class',
  'wrapped',
  'args',
  'queue',
  'retry_count',
  'error_class',
  'error_message',
  'tags',
] as const;

function rowOf(job: Members | undefined, bytes: Uint8Array, state: string): JobRow {
  if (job === undefined) return { row: { payload: bytes, state }, source: `a job (${state})` };
  const columns = shown.flatMap((name): [string, Json][] => (job[name] === undefined ? [] : [[name, job[name]]]));
  const created = Number(wordIn(job, 'created_at'));
  return {
    row: { ...Object.fromEntries(columns), state },
    source: `job ${wordIn(job, 'jid')} (${state})`,
    ...idOf(wordIn(job, 'jid')),
    // A process tells what it holds for some seconds longer than it does, so where it fails it may be tried again by then.
    turn: job['retry_count'] === undefined ? 0 : Number(wordIn(job, 'retry_count')) + 1,
    // What came of it (an error) may repeat the text without the job having held it.
    says: ['args'],
    ...(created > 0 && { at: timeOf(created) }),
    ...(wordIn(job, 'encrypt') !== '' && { closed: 'the last argument of the job is encrypted' }),
  };
}

/** Seconds, from version 8 on milliseconds. */
function timeOf(created: number): string {
  return new Date(created < 1e11 ? created * 1000 : created).toISOString();
}
