// Looks with the `bullmq` plug-in. A job is a hash `PREFIX:QUEUE:ID`; the stream `PREFIX:QUEUE:events` tells the ids of
// the jobs that came, also of one that a worker took within a millisecond, and never what they hold.

import type { Candidate } from '../../core/look.ts';
import { type RowInput, rowCandidates } from '../../select/row.ts';
import { isPast } from '../past-send.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import {
  bytesCapped,
  heard,
  leavesNothing,
  type Silence,
  sayUnseen,
  sinceWhen,
  tooSmall,
  type Unseen,
} from '../unseen.ts';
import type { BullmqOptions } from './bullmq-options.ts';
import { armFollowing } from './redis-arm.ts';
import { readWorkers } from './redis-clients.ts';
import { type Commands, redisConnection } from './redis-connection.ts';
import { NOBODY } from './redis-jobs.ts';
import { byteCap } from './redis-read.ts';
import { doubtOf } from './redis-role.ts';
import type { Keeping, StreamEntry } from './redis-stream.ts';

const LIMIT = 1000;
/** A job has about as many events from its beginning to its end; one that is tried again has more. */
const EVENTS_OF_ONE = 8;
const PIECE = 100;
/** Jobs that are remembered. */
const MOST = 1000;

/** What is read of a job: its stack traces are long, and nothing that was sent. */
const columns = ['name', 'data', 'opts', 'returnvalue', 'failedReason', 'timestamp', 'atm', 'pb'] as const;
type Job = Readonly<Partial<Record<(typeof columns)[number], Uint8Array>>>;

export async function openBullmq(given: Partial<BullmqOptions>, host: Host): Promise<Probe<BullmqOptions>> {
  const { url, cluster, ca, queue, prefix = 'bull' } = given;
  if (url === undefined || queue === undefined)
    throw new Blind('error', 'the url and the queue are not known before the send');
  const base = `${prefix}:${queue}`;
  const connection = redisConnection({ url, cluster, ca }, host);
  const opened = host.clock.wall();
  // For a release alone nothing has to be noted.
  const follow = await armFollowing(
    connection,
    given.workers === true ? undefined : `${base}:events`,
    host.clock,
    eventsKept,
  );
  const known = createMemory();

  return {
    async read({ limit = LIMIT, workers }, { since, named, signal }) {
      const began = host.clock.now();
      return connection.ask(signal, async (redis) => {
        if (workers === true) {
          const name = `${prefix}:${Buffer.from(queue).toString('base64')}`;
          const { clients, total, requests, bytes } = await readWorkers(redis, name, limit, host.clock.wall());
          const more = clients.length < total ? [tooSmall(`only ${clients.length} were read`, 'Raise `limit`.')] : [];
          return {
            candidates: await rowCandidates(clients),
            ...sayUnseen(`${total} worker${total === 1 ? '' : 's'} of queue ${queue}`, more),
            by: 'own',
            listing: true,
            cost: { requests, bytes, ms: host.clock.now() - began },
          };
        }
        const doubted = await doubtOf(redis);
        const events = await follow(`${base}:events`, since).read(redis, limit * EVENTS_OF_ONE);
        const unseen: Unseen[] = [...events.unseen];
        let { bytes } = events;
        let requests = events.requests + 1;
        const states = statesIn(events.entries);
        if (isPast(since, opened) || unseen.length > 0) {
          for (const [id, state] of await standing(redis, base, limit)) if (!states.has(id)) states.set(id, state);
          requests += standingSets.length;
        }
        const ids = [...states.keys()].slice(-limit);
        if (states.size > limit)
          unseen.push(tooSmall(`only the newest ${limit} of ${states.size} jobs were read`, 'Raise `limit`.'));
        if (ids.length === 0) {
          // That the right is missing shows also where there is no job yet.
          await redis.hmget(`${base}:${NOBODY}`, 'name');
          requests += 1;
        }
        const jobs = new Map<string, Job>();
        for (let at = 0; at < ids.length && bytes <= byteCap; at += PIECE) {
          const piece = ids.slice(at, at + PIECE);
          requests += 1;
          for (const [id, job] of await jobsOf(redis, base, piece)) {
            // What was read before it was removed stays known.
            jobs.set(id, known.latest(id, job));
            bytes += sizeOf(job);
          }
        }
        const read = ids.filter((id) => jobs.has(id));
        if (read.length < ids.length) unseen.push(bytesCapped);
        const gone = read.filter((id) => !isThere(jobs.get(id)));
        if (gone.length > 0) unseen.push(leavesNothing(goneUnseen(gone), keepIt));
        const inputs = read.map((id): RowInput => rowOf(id, jobs.get(id) ?? {}, states.get(id) ?? '', queue, named));
        const candidates = await rowCandidates(inputs);
        return {
          candidates: candidates.map((candidate, index) => withClosed(candidate, gone.includes(read[index] ?? ''))),
          ...sayUnseen(
            `${ids.length} job${ids.length === 1 ? '' : 's'} of queue ${queue}`,
            heard(events.entries.length, unseen, silenceOf(queue, sinceWhen(since, opened))),
          ),
          ...doubted,
          cost: { requests, bytes, ms: host.clock.now() - began },
        };
      });
    },
    reach: (signal) => connection.reach(signal),
    async close() {
      connection.close();
    },
  };
}

type Memory = { latest(id: string, job: Job): Job };

/** Jobs that were read while they were there: as many as one look reads at most, and no more bytes. */
function createMemory(): Memory {
  const jobs = new Map<string, Job>();
  let bytes = 0;
  return {
    latest(id, job) {
      const before = jobs.get(id);
      if (!isThere(job)) return before ?? job;
      bytes += sizeOf(job) - (before === undefined ? 0 : sizeOf(before));
      jobs.delete(id);
      jobs.set(id, job);
      for (const [oldest, one] of jobs) {
        if (bytes <= byteCap && jobs.size <= MOST) break;
        jobs.delete(oldest);
        bytes -= sizeOf(one);
      }
      return job;
    },
  };
}

/** Job → what happened to it last. */
function statesIn(events: readonly StreamEntry[]): Map<string, string> {
  const states = new Map<string, string>();
  for (const { fields } of events) {
    const id = textOf(fields['jobId']);
    const event = textOf(fields['event']);
    if (id === '' || event === 'removed') continue;
    // The newest job last, however long an older one lives.
    states.set(id, stateOf(event) ?? states.get(id) ?? event);
  }
  return states;
}

/** The events of which a state follows; others (progress, drained) leave it as it was. */
function stateOf(event: string): string | undefined {
  if (event === 'added') return 'added';
  if (event === 'retries-exhausted') return 'failed';
  return ['waiting', 'active', 'delayed', 'completed', 'failed', 'waiting-children'].includes(event)
    ? event
    : undefined;
}

const standingSets = ['wait', 'paused', 'active', 'delayed', 'prioritized', 'waiting-children', 'completed', 'failed'];

/** Where jobs stand now, the newest of each state: for a send that is past, and where events were missed. */
async function standing(redis: Commands, base: string, limit: number): Promise<[id: string, state: string][]> {
  const found: [string, string][] = [];
  for (const state of standingSets) {
    const key = `${base}:${state}`;
    const isList = state === 'wait' || state === 'paused' || state === 'active';
    const ids = isList ? await redis.lrange(key, 0, limit - 1) : await redis.zrevrange(key, 0, limit - 1);
    // Markers that wake workers stand among the ids of older versions.
    for (const id of ids.toReversed()) if (!id.startsWith('0:')) found.push([id, state === 'wait' ? 'waiting' : state]);
  }
  return found.slice(-limit);
}

async function jobsOf(redis: Commands, base: string, ids: readonly string[]): Promise<[id: string, job: Job][]> {
  const values = await Promise.all(ids.map((id) => redis.hmgetBuffer(`${base}:${id}`, ...columns)));
  return ids.map((id, at) => {
    const job = columns.flatMap((name, column) => {
      const value = values[at]?.[column];
      return value === null || value === undefined ? [] : [[name, value] as const];
    });
    return [id, Object.fromEntries(job) as Job];
  });
}

function rowOf(id: string, job: Job, state: string, queue: string, named: boolean): RowInput {
  const { pb, timestamp, ...shown } = job;
  const added = Number(textOf(timestamp));
  return {
    row: { id, state, ...shown, ...(pb && { processedBy: pb }) },
    source: `job ${id} of ${queue}${state === '' ? '' : ` (${state})`}`,
    named,
    // What came of it (a result, an error) may repeat the text without the job having held it.
    says: ['name', 'data'],
    ...(added > 0 && { at: new Date(added).toISOString() }),
    ...(pb && { instance: textOf(pb) }),
  };
}

const eventsKept: Keeping = {
  what: 'event',
  more: 'Let the queue keep more of its events (`streams: { events: { maxLen } }`, `trimEvents`), do not empty it with `obliterate`',
  find: "`redis-cli --scan --pattern '*:meta'` lists the queues that there are, as PREFIX:QUEUE:meta.",
};

function silenceOf(queue: string, since: string): Silence {
  return {
    nothing: `nothing was put into queue ${queue} ${since}`,
    other: 'another queue, prefix, database or server',
    which: `${eventsKept.find} Does the app name another, or another server? If not, it did not enqueue: see its log.`,
    quiet: `queue ${queue} is there`,
  };
}

const keepIt =
  "`removeOnComplete: { age: 60 }` of the queue keeps jobs for a minute; else look at the worker's log, its span or its request, or let `redis: { monitor }` see the job pass.";

function withClosed(candidate: Candidate, isGone: boolean): Candidate {
  return isGone ? { ...candidate, closed: 'the job was removed before it was read' } : candidate;
}

function isThere(job: Job | undefined): boolean {
  return job?.data !== undefined;
}

function goneUnseen(ids: readonly string[]): string {
  const [who, whose] = ids.length === 1 ? [`job ${ids[0]} is`, 'it'] : [`${ids.length} jobs are`, 'them'];
  return `${who} gone, and what was in ${whose} was not seen`;
}

function sizeOf(job: Job): number {
  return Object.values(job).reduce((sum, value) => sum + value.length, 0);
}

function textOf(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : Buffer.from(bytes).toString();
}
