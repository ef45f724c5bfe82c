// What the queues on Redis have in common: lists and sorted sets of jobs, read in a bounded window, made into records.

import { type Json, parseJson } from '../../select/json-text.ts';
import { bytesText } from '../../select/message.ts';
import { type RowInput, rowCandidates } from '../../select/row.ts';
import { Blind, type Host, type Probe } from '../plugin.ts';
import { bytesCapped, sayUnseen, tooSmall, type Unseen } from '../unseen.ts';
import { type Commands, type RedisTarget, redisConnection } from './redis-connection.ts';
import { byteCap, readList } from './redis-read.ts';
import { doubtOf } from './redis-role.ts';

/**
 * `closed`: why nobody can look into it. `id`: a job that stands in two places at once is one record. `turn`: how far it
 * had come there (the try, the state): the place where it had come furthest is told, else the one that was read last.
 */
export type JobRow = RowInput & { closed?: string; id?: string; turn?: number };

/** What is gathered in one look. */
export type Gathered = {
  rows: JobRow[];
  /** Why there may be jobs that could not be seen. */
  unseen: Unseen[];
  /** Why an absence proves nothing, though the look could see. */
  doubts: string[];
  /** The rows are instances, and no jobs. */
  listing?: { what: string };
  requests: number;
  bytes: number;
};

export type Times = { since: Date; now: Date };

export type JobOptions = RedisTarget & { limit?: number | undefined };

const LIMIT = 1000;

/** `gather` reads the queue; `place` names it in words: `queue default`. `since`: a little before the send; `now`: by our clock. */
export function openJobs<O extends JobOptions>(
  given: Partial<O>,
  host: Host,
  place: (options: O) => string,
  gather: (redis: Commands, options: O, limit: number, into: Gathered, times: Times) => Promise<void>,
): Probe<O> {
  const { url, cluster, ca } = given;
  if (url === undefined) throw new Blind('error', 'the url of the server is not known before the send');
  const connection = redisConnection({ url, cluster, ca }, host);
  return {
    async read(options, { named, since, signal }) {
      const began = host.clock.now();
      const into: Gathered = { rows: [], unseen: [], doubts: [], requests: 0, bytes: 0 };
      const times = { since, now: host.clock.wall() };
      const doubted = await connection.ask(signal, async (redis) => {
        const doubt = await doubtOf(redis);
        await gather(redis, options, options.limit ?? LIMIT, into, times);
        return doubt;
      });
      const { unseen, doubts, listing, requests, bytes } = into;
      const rows = oneOfEach(into.rows);
      const candidates = await rowCandidates(rows.map((row) => ({ ...row, named })));
      const count = listing?.what ?? `${rows.length} job${rows.length === 1 ? '' : 's'}`;
      return {
        candidates: candidates.map((candidate, index) => {
          const closed = rows[index]?.closed;
          return closed === undefined ? candidate : { ...candidate, closed };
        }),
        ...sayUnseen(`${count} of ${place(options)}`, unseen, doubts),
        ...doubted,
        ...(listing && { by: 'own', listing: true }),
        cost: { requests: requests + 1, bytes, ms: host.clock.now() - began },
      };
    },
    reach: (signal) => connection.reach(signal),
    async close() {
      connection.close();
    },
  };
}

/** A job is moved while it is read, and a record of it (a result, what a process holds) is behind the queue or before it. */
function oneOfEach(rows: readonly JobRow[]): readonly JobRow[] {
  const newest = new Map<string, JobRow>();
  for (const row of rows) {
    if (row.id === undefined) continue;
    const known = newest.get(row.id);
    if (known === undefined || !((row.turn ?? 0) < (known.turn ?? 0))) newest.set(row.id, row);
  }
  return rows.filter((row) => row.id === undefined || newest.get(row.id) === row);
}

/** `id` of a row; nothing where the job has none that tells it from others. */
export function idOf(id: string): Pick<JobRow, 'id'> {
  return id === '' ? {} : { id };
}

/** The newest entries of a list. */
export async function listed(
  redis: Commands,
  key: string,
  limit: number,
  newest: 'left' | 'right',
  into: Gathered,
): Promise<readonly Uint8Array[]> {
  const { entries, total, requests, bytes } = await readList(redis, key, limit, newest);
  into.requests += requests;
  into.bytes += bytes;
  if (entries.length < total)
    into.unseen.push(tooSmall(`only the newest ${entries.length} of ${total} in ${key} were read`, 'Raise `limit`.'));
  return entries.map((entry) => entry.bytes);
}

/** Members of a sorted set: those with the highest scores, or the lowest. */
export async function ranked(
  redis: Commands,
  key: string,
  limit: number,
  into: Gathered,
  first: 'highest' | 'lowest' = 'highest',
): Promise<readonly Uint8Array[]> {
  const members =
    first === 'highest'
      ? await redis.zrevrangeBuffer(key, 0, limit - 1)
      : await redis.zrangeBuffer(key, 0, String(limit - 1));
  into.requests += 1;
  into.bytes += members.reduce((sum, member) => sum + member.length, 0);
  if (members.length === limit) into.unseen.push(tooSmall(`only ${limit} in ${key} were read`, 'Raise `limit`.'));
  if (into.bytes > byteCap) into.unseen.push(bytesCapped);
  return members;
}

type Hash = { id: string; values: readonly (Buffer | undefined)[] };

/** Hashes that are asked for at once, so that jobs take round trips by the hundred and a look stops near its cap. */
const TOGETHER = 100;

/** No system makes such an id. Asked for where there is nothing, it shows that a right is missing. */
export const NOBODY = 'smoketrail';

/** Fields of the hash of each id, in the order of their names; undefined for those that it lacks. */
export async function hashesOf(
  redis: Commands,
  ids: Iterable<string>,
  keyOf: (id: string) => string,
  names: readonly string[],
  into: Gathered,
): Promise<readonly Hash[]> {
  const all = [...ids];
  const hashes: Hash[] = [];
  const [name] = names;
  if (all.length === 0 && name !== undefined) {
    await redis.hmget(keyOf(NOBODY), name);
    into.requests += 1;
  }
  for (let at = 0; at < all.length; at += TOGETHER) {
    if (into.bytes > byteCap) {
      into.unseen.push(bytesCapped);
      break;
    }
    const piece = all.slice(at, at + TOGETHER);
    const read = await Promise.all(piece.map((id) => redis.hmgetBuffer(keyOf(id), ...names)));
    into.requests += 1;
    for (const [index, values] of read.entries()) {
      into.bytes += values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
      hashes.push({ id: piece[index] ?? '', values: values.map((value) => value ?? undefined) });
    }
  }
  return hashes;
}

/** Undefined where it is no JSON: then it is searched as it is. */
export function jsonIn(bytes: Uint8Array): Json | undefined {
  try {
    return parseJson(bytesText(bytes));
  } catch {
    // Encrypted, packed, or of another serializer.
    return undefined;
  }
}

export type Members = { readonly [name: string]: Json };

export function membersOf(value: Json | undefined): Members | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
}

export function wordIn(members: Members | undefined, name: string): string {
  const value = members?.[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
