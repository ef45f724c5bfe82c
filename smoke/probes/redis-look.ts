// Looks with the `redis` plug-in: one bounded read of one place.

import type { Candidate } from '../core/look.ts';
import { messageCandidates } from '../select/message.ts';
import { rowCandidates } from '../select/row.ts';
import { Blind, type Clock, type Host, type Probe, type ReadContext } from './plugin.ts';
import { type Commands, redisConnection } from './redis-connection.ts';
import { readKeys } from './redis-keys.ts';
import type { RedisOptions } from './redis-options.ts';
import { readHash, readList } from './redis-read.ts';
import { type Followed, type Follower, followStream, lastId } from './redis-stream.ts';

type Read = {
  candidates: readonly Candidate[];
  searched: string;
  doubts: readonly string[];
  requests: number;
  bytes: number;
};

const LIMIT = 1000;
/** As in `log`: a look is told a moment some seconds before the send. Only a send that is clearly older is looked back for. */
const BEFORE = 10_000;
/** Milliseconds that a server has to tell the last entry of a stream. */
const ARMING = 5000;
const sinceOpened = 'opened';

export async function openRedis(given: Partial<RedisOptions>, host: Host): Promise<Probe<RedisOptions>> {
  const { url, cluster, ca, stream } = given;
  if (url === undefined) throw new Blind('error', 'the url of the server is not known before the send');
  const connection = redisConnection({ url, cluster, ca }, host);
  const opened = host.clock.wall();
  const followers = new Map<string, Follower>();
  if (stream !== undefined) {
    const from = await armed(host.clock, (signal) => connection.ask(signal, (redis) => lastId(redis, stream)));
    if (from !== undefined) followers.set(sinceOpened, followStream(stream, from));
  }

  /** From the entry noted before the send; else by the time that ids begin with, which is the server's. */
  function followerOf(key: string, since: Date): Follower {
    const isPast = opened.getTime() - since.getTime() > BEFORE;
    const name = isPast ? String(since.getTime()) : sinceOpened;
    const doubt = isPast ? [] : ['its last entry before the send is not known'];
    const follower = followers.get(name) ?? followStream(key, `${Math.max(0, since.getTime() - 1)}-0`, doubt);
    followers.set(name, follower);
    return follower;
  }

  async function readPlace(redis: Commands, options: RedisOptions, { since, named }: ReadContext): Promise<Read> {
    const { limit = LIMIT } = options;
    if (options.stream !== undefined)
      return streamRead(options.stream, await followerOf(options.stream, since).read(redis, limit), named);
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

/** Undefined where the server cannot be asked: it may be there by the first look, which says so where it is not. */
async function armed(clock: Clock, ask: (signal: AbortSignal) => Promise<string>): Promise<string | undefined> {
  const stop = new AbortController();
  const done = new AbortController();
  const limit = clock.wait(ARMING, done.signal).then(
    () => stop.abort(new Error('the server did not answer in time')),
    () => undefined,
  );
  try {
    return await ask(stop.signal);
  } catch {
    return undefined;
  } finally {
    done.abort();
    await limit;
  }
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
