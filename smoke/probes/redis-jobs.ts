// What the queues on Redis have in common: lists and sorted sets of jobs, read in a bounded window, made into records.

import { type Json, parseJson } from '../select/json-text.ts';
import { bytesText } from '../select/message.ts';
import { type RowInput, rowCandidates } from '../select/row.ts';
import { Blind, type Host, type Probe } from './plugin.ts';
import { type Commands, type RedisTarget, redisConnection } from './redis-connection.ts';
import { byteCap, readList } from './redis-read.ts';

/** `closed`: why nobody can look into it. */
export type JobRow = RowInput & { closed?: string };

/** What is gathered in one look. */
export type Gathered = {
  rows: JobRow[];
  /** Why there may be jobs that were not seen. */
  doubts: string[];
  requests: number;
  bytes: number;
};

export type JobOptions = RedisTarget & { limit?: number | undefined };

const LIMIT = 1000;

/** `gather` reads the queue; `place` names it in words: `queue default`. */
export function openJobs<O extends JobOptions>(
  given: Partial<O>,
  host: Host,
  place: (options: O) => string,
  gather: (redis: Commands, options: O, limit: number, into: Gathered) => Promise<void>,
): Probe<O> {
  const { url, cluster, ca } = given;
  if (url === undefined) throw new Blind('error', 'the url of the server is not known before the send');
  const connection = redisConnection({ url, cluster, ca }, host);
  return {
    async read(options, { named, signal }) {
      const began = host.clock.now();
      const into: Gathered = { rows: [], doubts: [], requests: 0, bytes: 0 };
      await connection.ask(signal, (redis) => gather(redis, options, options.limit ?? LIMIT, into));
      const { rows, doubts, requests, bytes } = into;
      const candidates = await rowCandidates(rows.map((row) => ({ ...row, named })));
      const count = `${rows.length} job${rows.length === 1 ? '' : 's'}`;
      return {
        candidates: candidates.map((candidate, index) => {
          const closed = rows[index]?.closed;
          return closed === undefined ? candidate : { ...candidate, closed };
        }),
        whole: doubts.length === 0,
        searched: [`${count} of ${place(options)}`, ...new Set(doubts)].join('; '),
        cost: { requests, bytes, ms: host.clock.now() - began },
      };
    },
    async close() {
      connection.close();
    },
  };
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
  if (entries.length < total) into.doubts.push(`only the newest ${entries.length} of ${total} in ${key} were read`);
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
  if (members.length === limit) into.doubts.push(`only ${limit} in ${key} were read`);
  if (into.bytes > byteCap) into.doubts.push('only 8 MB are read at once');
  return members;
}

/** Fields of a hash, in the order of their names; undefined for those that it lacks. */
export async function fieldsOf(
  redis: Commands,
  key: string,
  names: readonly string[],
  into: Gathered,
): Promise<readonly (Buffer | undefined)[]> {
  const values = await redis.hmgetBuffer(key, ...names);
  into.requests += 1;
  into.bytes += values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
  return values.map((value) => value ?? undefined);
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
