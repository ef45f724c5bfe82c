// Reads what the keys of a pattern hold, whatever their types.

import type { Cluster, Redis } from 'ioredis';
import type { MessageInput } from '../../select/message.ts';
import type { RowInput } from '../../select/row.ts';
import { bytesCapped, tooSmall, type Unseen } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import { byteCap, readHash, readList } from './redis-read.ts';

/** Keys asked for in one step of a scan, and steps of a scan at most: a database of a million keys is not walked through. */
const STEP = 1000;
const STEPS = 100;
/** Entries read of one key that holds many. */
const OF_ONE = 200;

const tooManyKeys = tooSmall(
  'the database has more keys than a look walks through',
  'Name the key itself, or keep these keys in a database of their own.',
);
const manyInOne = tooSmall(
  `only ${OF_ONE} entries of one key were read`,
  'Name that key itself with `list` or `hash`.',
);

export type KeysRead = {
  messages: readonly MessageInput[];
  rows: readonly RowInput[];
  keys: number;
  unseen: readonly Unseen[];
  requests: number;
  bytes: number;
};

export async function readKeys(redis: Commands, pattern: string, limit: number): Promise<KeysRead> {
  const scanned = await scan(redis, pattern, limit);
  const keys = [...scanned.keys].slice(0, limit);
  const messages: MessageInput[] = [];
  const rows: RowInput[] = [];
  const unseen = new Map<string, Unseen>();
  const miss = (one: Unseen): void => void unseen.set(one.message, one);
  if (!scanned.whole) miss(tooManyKeys);
  if (scanned.keys.size > limit)
    miss(
      tooSmall(`only the first ${limit} keys like ${pattern} were read`, 'Raise `limit`, or name a narrower pattern.'),
    );
  let { requests } = scanned;
  let bytes = 0;
  for (const key of keys) {
    const type = await redis.type(key);
    requests += 1;
    const add = (...entries: readonly Uint8Array[]): void => {
      requests += 1;
      for (const entry of entries) {
        messages.push({ bytes: entry, source: key });
        bytes += entry.length;
      }
    };
    if (type === 'string') add((await redis.getBuffer(key)) ?? Buffer.alloc(0));
    else if (type === 'zset') {
      const members = await redis.zrevrangeBuffer(key, 0, OF_ONE - 1);
      if (members.length === OF_ONE) miss(manyInOne);
      add(...members);
    } else if (type === 'list') {
      const { entries, total } = await readList(redis, key, OF_ONE, undefined);
      if (entries.length < total) miss(manyInOne);
      add(...entries.map((entry) => entry.bytes));
    } else if (type === 'hash') {
      const hash = await readHash(redis, key, OF_ONE);
      if (!hash.whole) miss(manyInOne);
      requests += hash.requests;
      bytes += hash.bytes;
      rows.push({ row: Object.fromEntries(hash.fields), source: key });
    } else if (type !== 'none') miss(tooSmall(`keys that hold a ${type} were left out`, `Name the ${type} itself.`));
    if (bytes > byteCap) {
      miss(bytesCapped);
      break;
    }
  }
  return { messages, rows, keys: keys.length, unseen: [...unseen.values()], requests, bytes };
}

type Scanned = { keys: ReadonlySet<string>; whole: boolean; requests: number };

async function scan(redis: Commands, pattern: string, limit: number): Promise<Scanned> {
  const keys = new Set<string>();
  let requests = 0;
  for (const node of nodesOf(redis)) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', pattern, 'COUNT', STEP);
      requests += 1;
      cursor = next;
      for (const key of found) keys.add(key);
    } while (cursor !== '0' && keys.size <= limit && requests < STEPS);
    if (cursor !== '0' && keys.size <= limit) return { keys, whole: false, requests };
  }
  return { keys, whole: true, requests };
}

/** Of a cluster all masters; else the server itself. */
export function nodesOf(redis: Commands): readonly (Redis | Cluster)[] {
  return 'nodes' in redis && typeof redis.nodes === 'function' ? redis.nodes('master') : [redis];
}
