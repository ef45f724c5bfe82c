// Where Celery keeps tasks on Redis (Kombu): a list for each queue and priority, a hash of those that no worker has
// acknowledged yet, and a key for each result.

import { Buffer } from 'node:buffer';
import type { Json } from '../../select/json-text.ts';
import type { Host, Probe } from '../plugin.ts';
import { leavesNothing, leavesNothingDone, tooSmall } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import type { QueueOptions } from './redis-job-options.ts';
import {
  type Gathered,
  idOf,
  type JobRow,
  jsonIn,
  listed,
  type Members,
  membersOf,
  NOBODY,
  openJobs,
  type Times,
  wordIn,
} from './redis-jobs.ts';
import { readKeys } from './redis-keys.ts';
import { readHash } from './redis-read.ts';

export function openCelery(given: Partial<QueueOptions>, host: Host): Probe<QueueOptions> {
  return openJobs(given, host, ({ queue = 'celery' }) => `queue ${queue}`, gather);
}

/** Milliseconds that Celery keeps a result, where nobody says otherwise (`result_expires`). */
const KEPT = 86_400_000;
const elsewhere = "else look at the worker's log, its span or its request, or let `redis: { monitor }` see it pass.";
const done = leavesNothingDone(
  'of a task that is done nothing is left to be seen',
  `\`result_extended = True\` keeps its arguments for a day; ${elsewhere}`,
);
const expired = leavesNothing(
  'Celery keeps a result for a day by default, and the send is older',
  `A longer \`result_expires\` keeps it; ${elsewhere}`,
);
const running =
  'a task that runs is nowhere in Redis until it is done, unless it is acknowledged late (`task_acks_late`)';

/** Between the name of a queue and the number of a priority; priority 0 has the plain name. */
const separator = '\x06\x16';
const priorities = [1, 2, 3, 4, 5, 6, 7, 8, 9];

async function gather(
  redis: Commands,
  { queue = 'celery', prefix = '' }: QueueOptions,
  limit: number,
  into: Gathered,
  times: Times,
): Promise<void> {
  const base = prefix + queue;
  for (const key of [base, ...priorities.map((priority) => `${base}${separator}${priority}`)])
    for (const bytes of await listed(redis, key, limit, 'left', into))
      into.rows.push(taskOf(membersOf(jsonIn(bytes)), bytes, 'waiting'));
  const held = await readHash(redis, `${prefix}unacked`, limit);
  into.requests += held.requests;
  into.bytes += held.bytes;
  if (!held.whole)
    into.unseen.push(tooSmall(`only ${held.fields.length} of the tasks that workers hold were read`, 'Raise `limit`.'));
  for (const [, bytes] of held.fields) {
    const [message, , key] = listIn(jsonIn(bytes));
    if (key === queue || key === undefined) into.rows.push(taskOf(membersOf(message), bytes, 'held by a worker'));
  }
  await gatherResults(redis, prefix, queue, limit, into);
  if (times.now.getTime() - times.since.getTime() > KEPT) into.unseen.push(expired);
  into.doubts.push(running);
}

/** A result has the arguments only where `result_extended` is on, and lives for a day. */
async function gatherResults(
  redis: Commands,
  prefix: string,
  queue: string,
  limit: number,
  into: Gathered,
): Promise<void> {
  const read = await readKeys(redis, `${prefix}celery-task-meta-*`, limit);
  into.requests += read.requests;
  into.bytes += read.bytes;
  into.unseen.push(...read.unseen);
  if (read.messages.length === 0) {
    const nobody = `${prefix}celery-task-meta-${NOBODY}`;
    await Promise.all([redis.type(nobody), redis.get(nobody)]);
    into.requests += 1;
  }
  let bare = 0;
  for (const { bytes } of read.messages) {
    const result = membersOf(jsonIn(bytes));
    const named = wordIn(result, 'queue');
    if (named !== '' && named !== queue) continue;
    if (result?.['kwargs'] === undefined) bare += 1;
    else into.rows.push(resultOf(result));
  }
  if (bare > 0 || read.messages.length === 0) into.unseen.push(done);
}

/** The body is JSON in base64: arguments, named arguments, and what is to follow. The headers repeat them, cut. */
function taskOf(message: Members | undefined, bytes: Uint8Array, state: string): JobRow {
  const headers = membersOf(message?.['headers']);
  const id = wordIn(headers, 'id');
  const source = `task ${id || '?'} (${state})`;
  if (message === undefined) return { row: { payload: bytes, state }, source };
  const columns = {
    id,
    task: wordIn(headers, 'task'),
    retries: wordIn(headers, 'retries'),
    eta: wordIn(headers, 'eta'),
    state,
  };
  const which = { source, ...idOf(id), turn: Number(columns.retries) };
  const body = bodyOf(message);
  const [args, kwargs] = listIn(jsonIn(body));
  if (args === undefined || kwargs === undefined) return { row: { ...columns, body }, ...which, says: ['body'] };
  return { row: { ...columns, args, kwargs }, ...which, says: ['args', 'kwargs'] };
}

function bodyOf(message: Members): Uint8Array {
  const body = message['body'];
  if (typeof body !== 'string') return Buffer.from(JSON.stringify(body ?? null));
  const encoding = wordIn(membersOf(message['properties']), 'body_encoding');
  return Buffer.from(body, encoding === 'base64' ? 'base64' : 'utf8');
}

function resultOf(result: Members): JobRow {
  const worker = wordIn(result, 'worker');
  const status = wordIn(result, 'status').toLowerCase();
  const { args = null, kwargs = null } = result;
  return {
    row: {
      id: wordIn(result, 'task_id'),
      task: wordIn(result, 'name'),
      args,
      kwargs,
      state: status,
      result: result['result'] ?? null,
      worker,
    },
    source: `task ${wordIn(result, 'task_id')} (${status})`,
    ...idOf(wordIn(result, 'task_id')),
    // One that is to be tried again has the same id: its next message counts one try more.
    turn: Number(wordIn(result, 'retries')),
    // What came of it may repeat the text without the task having held it.
    says: ['args', 'kwargs'],
    ...(worker !== '' && { instance: worker }),
    ...(wordIn(result, 'date_done') !== '' && { at: wordIn(result, 'date_done') }),
  };
}

function listIn(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
