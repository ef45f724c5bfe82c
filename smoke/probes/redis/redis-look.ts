// Looks with the `redis` plug-in: one bounded read of one place.

import type { Candidate, EvidenceClass, Reading } from '../../core/look.ts';
import { messageCandidates } from '../../select/message.ts';
import { rowCandidates } from '../../select/row.ts';
import { Blind, type Host, type Probe, type ReadContext } from '../plugin.ts';
import { heard, sayUnseen, sinceWhen, tooSmall, type Unseen } from '../unseen.ts';
import { armFollowing } from './redis-arm.ts';
import { readClients } from './redis-clients.ts';
import { type Commands, type RedisConnection, redisConnection } from './redis-connection.ts';
import { readKeys } from './redis-keys.ts';
import type { RedisOptions } from './redis-options.ts';
import { readHash, readList } from './redis-read.ts';
import { doubtOf } from './redis-role.ts';
import { type Followed, usualKeeping } from './redis-stream.ts';

type Read = {
  candidates: readonly Candidate[];
  searched: string;
  unseen: readonly Unseen[];
  requests: number;
  bytes: number;
  /** Why an absence proves nothing, though the look could see. */
  doubts?: readonly string[];
  by?: EvidenceClass;
  listing?: true;
};

const LIMIT = 1000;
/** Redis has no keys that hold nothing: an empty one and a mistyped one are alike. */
const misnamed = 'or its name, or the number of the database, is another';

export async function openRedis(given: Partial<RedisOptions>, host: Host): Promise<Probe<RedisOptions>> {
  const { url, cluster, ca, stream, monitor } = given;
  if (url === undefined) throw new Blind('error', 'the url of the server is not known before the send');
  const target = { url, cluster, ca };
  const connection = redisConnection(target, host);
  if (monitor !== undefined) {
    const { openMonitor } = await import('./redis-monitor-look.ts');
    return openMonitor(target, monitor, connection, host);
  }
  return placeProbe(connection, stream, host);
}

async function placeProbe(
  connection: RedisConnection,
  stream: string | undefined,
  host: Host,
): Promise<Probe<RedisOptions>> {
  const opened = host.clock.wall();
  const follow = await armFollowing(connection, stream, host.clock);

  async function readPlace(redis: Commands, options: RedisOptions, { since, named }: ReadContext): Promise<Read> {
    const { limit = LIMIT } = options;
    if (options.stream !== undefined) {
      const followed = await follow(options.stream, since).read(redis, limit);
      return streamRead(options.stream, followed, sinceWhen(since, opened), named);
    }
    if (options.list !== undefined) return listRead(redis, options.list, limit, options.newest, named);
    if (options.hash !== undefined) return hashRead(redis, options.hash, limit, named);
    if (options.clients !== undefined) return clientsRead(redis, options.clients, limit, host.clock.wall());
    return keysRead(redis, options.keys ?? '', limit, named);
  }

  return {
    async read(options, context): Promise<Reading> {
      const began = host.clock.now();
      const [doubted, read] = await connection.ask(
        context.signal,
        async (redis) => [await doubtOf(redis), await readPlace(redis, options, context)] as const,
      );
      const { candidates, searched, unseen, doubts, requests, bytes, by = 'residue', listing } = read;
      return {
        candidates,
        ...sayUnseen(searched, unseen, doubts),
        ...doubted,
        by,
        ...(listing && { listing }),
        cost: { requests: requests + 1, bytes, ms: host.clock.now() - began },
      };
    },
    reach: (signal) => connection.reach(signal),
    async close() {
      connection.close();
    },
  };
}

async function streamRead(key: string, followed: Followed, from: string, named: boolean): Promise<Read> {
  const { entries, unseen, requests, bytes } = followed;
  const candidates = await rowCandidates(
    entries.map(({ id, fields }) => ({ row: fields, source: `entry ${id} of ${key}`, named, at: timeOf(id) })),
  );
  const searched = `${count(entries.length, 'entry', 'entries')} of stream ${key}`;
  const silent = {
    nothing: `nothing was added to stream ${key} ${from}`,
    other: 'another stream, database or server',
    which: `${usualKeeping.find} Does the app name another, or another server? If not, it added nothing: see its log.`,
    quiet: `stream ${key} is there`,
  };
  return { candidates, searched, unseen: heard(entries.length, unseen, silent), requests, bytes, by: 'tap' };
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
  const hint =
    newest === undefined
      ? 'Raise `limit`, or say with `newest` at which end entries are added.'
      : 'Raise `limit`, or let the list be worked off.';
  return {
    candidates,
    searched: `${count(entries.length, 'entry', 'entries')} of list ${key}`,
    unseen: entries.length < total ? [tooSmall(`it has ${total}`, hint)] : [],
    doubts: total === 0 ? [`there is no such list: it is empty, ${misnamed}`] : [],
    requests,
    bytes,
  };
}

async function hashRead(redis: Commands, key: string, limit: number, named: boolean): Promise<Read> {
  const { fields, whole, requests, bytes } = await readHash(redis, key, limit);
  const input = { row: Object.fromEntries(fields), source: `hash ${key}`, named };
  return {
    candidates: fields.length === 0 ? [] : await rowCandidates([input]),
    searched: `hash ${key}`,
    doubts: fields.length === 0 ? [`there is no such hash: it was not made yet, ${misnamed}`] : [],
    unseen: whole ? [] : [tooSmall(`only ${fields.length} of its fields were read`, 'Raise `limit`.')],
    requests,
    bytes,
  };
}

async function keysRead(redis: Commands, pattern: string, limit: number, named: boolean): Promise<Read> {
  const { messages, rows, keys, unseen, requests, bytes } = await readKeys(redis, pattern, limit);
  const candidates = [
    ...(await rowCandidates(rows.map((row) => ({ ...row, named })))),
    ...(await messageCandidates(messages.map((message) => ({ ...message, named })))),
  ];
  const searched = `${count(keys, 'key', 'keys')} like ${pattern}`;
  const doubts = keys === 0 ? [`there is none: nothing was written yet, ${misnamed}`] : [];
  return { candidates, searched, unseen, doubts, requests, bytes };
}

async function clientsRead(redis: Commands, pattern: string, limit: number, now: Date): Promise<Read> {
  const { clients, total, requests, bytes } = await readClients(redis, pattern, limit, now);
  return {
    candidates: await rowCandidates(clients),
    searched: `${count(total, 'client', 'clients')} named like ${pattern}`,
    unseen: clients.length < total ? [tooSmall(`only ${clients.length} of them were read`, 'Raise `limit`.')] : [],
    requests,
    bytes,
    by: 'own',
    listing: true,
  };
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}

/** The time in an id, by the server's clock. */
function timeOf(id: string): string {
  return new Date(Number(id.split('-', 1)[0])).toISOString();
}
