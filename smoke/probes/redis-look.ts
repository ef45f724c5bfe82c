// Looks with the `redis` plug-in: one bounded read of one place.

import type { Candidate } from '../core/look.ts';
import { messageCandidates } from '../select/message.ts';
import { rowCandidates } from '../select/row.ts';
import { Blind, type Host, type Probe, type ReadContext } from './plugin.ts';
import { armFollowing } from './redis-arm.ts';
import { type Commands, redisConnection } from './redis-connection.ts';
import { readKeys } from './redis-keys.ts';
import type { RedisOptions } from './redis-options.ts';
import { readHash, readList } from './redis-read.ts';
import type { Followed } from './redis-stream.ts';

type Read = {
  candidates: readonly Candidate[];
  searched: string;
  doubts: readonly string[];
  requests: number;
  bytes: number;
};

const LIMIT = 1000;

export async function openRedis(given: Partial<RedisOptions>, host: Host): Promise<Probe<RedisOptions>> {
  const { url, cluster, ca, stream } = given;
  if (url === undefined) throw new Blind('error', 'the url of the server is not known before the send');
  const connection = redisConnection({ url, cluster, ca }, host);
  const follow = await armFollowing(connection, stream, host.clock);

  async function readPlace(redis: Commands, options: RedisOptions, { since, named }: ReadContext): Promise<Read> {
    const { limit = LIMIT } = options;
    if (options.stream !== undefined)
      return streamRead(options.stream, await follow(options.stream, since).read(redis, limit), named);
    if (options.list !== undefined) return listRead(redis, options.list, limit, options.newest, named);
    if (options.hash !== undefined) return hashRead(redis, options.hash, limit, named);
    return keysRead(redis, options.keys ?? '', limit, named);
  }

  return {
    async read(options, context) {
      const began = host.clock.now();
      const read = await connection.ask(context.signal, (redis) => readPlace(redis, options, context));
      return {
        candidates: read.candidates,
        whole: read.doubts.length === 0,
        searched: [read.searched, ...read.doubts].join('; '),
        cost: { requests: read.requests, bytes: read.bytes, ms: host.clock.now() - began },
      };
    },
    async close() {
      connection.close();
    },
  };
}

async function streamRead(key: string, followed: Followed, named: boolean): Promise<Read> {
  const { entries, doubts, requests, bytes } = followed;
  const candidates = await rowCandidates(
    entries.map(({ id, fields }) => ({ row: fields, source: `entry ${id} of ${key}`, named, at: timeOf(id) })),
  );
  return {
    candidates,
    searched: `${count(entries.length, 'entry', 'entries')} of stream ${key}`,
    doubts,
    requests,
    bytes,
  };
}

async function listRead(
  redis: Commands,
  key: string,
  limit: number,
  newest: RedisOptions['newest'],
  named: boolean,
): Promise<Read> {
  const { entries, total, requests, bytes } = await readList(redis, key, limit, newest);
  const candidates = await messageCandidates(
    entries.map((entry) => ({ bytes: entry.bytes, source: `entry ${entry.at + 1} of ${key}`, named })),
  );
  const isPart = entries.length < total;
  return {
    candidates,
    searched: `${count(entries.length, 'entry', 'entries')} of list ${key}`,
    doubts: isPart ? [`it has ${total}: raise \`limit\`, or say with \`newest\` where they are added`] : [],
    requests,
    bytes,
  };
}

async function hashRead(redis: Commands, key: string, limit: number, named: boolean): Promise<Read> {
  const { fields, whole, requests, bytes } = await readHash(redis, key, limit);
  const input = { row: Object.fromEntries(fields), source: `hash ${key}`, named };
  return {
    candidates: fields.length === 0 ? [] : await rowCandidates([input]),
    searched: fields.length === 0 ? `hash ${key}, which is not there` : `hash ${key}`,
    doubts: whole ? [] : [`only ${fields.length} of its fields were read`],
    requests,
    bytes,
  };
}

async function keysRead(redis: Commands, pattern: string, limit: number, named: boolean): Promise<Read> {
  const { messages, rows, keys, doubts, requests, bytes } = await readKeys(redis, pattern, limit);
  const candidates = [
    ...(await rowCandidates(rows.map((row) => ({ ...row, named })))),
    ...(await messageCandidates(messages.map((message) => ({ ...message, named })))),
  ];
  return { candidates, searched: `${count(keys, 'key', 'keys')} like ${pattern}`, doubts, requests, bytes };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The time in an id, by the server's clock. */
function timeOf(id: string): string {
  return new Date(Number(id.split('-', 1)[0])).toISOString();
}
