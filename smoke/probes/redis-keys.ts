// Reads what the keys of a pattern hold, whatever their types.

import type { Cluster, Redis } from 'ioredis';
import type { MessageInput } from '../select/message.ts';
import type { RowInput } from '../select/row.ts';
import type { Commands } from './redis-connection.ts';
import { byteCap, readHash, readList } from './redis-read.ts';

/** Keys asked for in one step of a scan, and steps of a scan at most: a database of a million keys is not walked through. */
const STEP = 1000;
const STEPS = 100;
/** Entries read of one key that holds many. */
const OF_ONE = 200;

export type KeysRead = {
  messages: readonly MessageInput[];
  rows: readonly RowInput[];
  keys: number;
  doubts: readonly string[];
  requests: number;
  bytes: number;
};

export async function readKeys(redis: Commands, pattern: string, limit: number): Promise<KeysRead> {
  const scanned = await scan(redis, pattern, limit);
  const keys = [...scanned.keys].slice(0, limit);
  const messages: MessageInput[] = [];
  const rows: RowInput[] = [];
  const doubts = new Set(scanned.doubts);
  if (scanned.keys.size > limit) doubts.add(`only the first ${limit} keys were read`);
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
    else if (type === 'zset') add(...(await redis.zrevrangeBuffer(key, 0, OF_ONE - 1)));
    else if (type === 'list')
      add(...(await readList(redis, key, OF_ONE, undefined)).entries.map((entry) => entry.bytes));
    else if (type === 'hash') {
      const hash = await readHash(redis, key, OF_ONE);
      requests += hash.requests;
      bytes += hash.bytes;
      rows.push({ row: Object.fromEntries(hash.fields), source: key });
    } else if (type !== 'none') doubts.add(`keys that hold a ${type} were left out`);
    if (bytes > byteCap) {
      doubts.add('only 8 MB are read at once');
      break;
    }
  }
  return { messages, rows, keys: keys.length, doubts: [...doubts], requests, bytes };
}

type Scanned = { keys: ReadonlySet<string>; doubts: readonly string[]; requests: number };

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
    if (cursor !== '0' && keys.size <= limit)
      return { keys, doubts: ['the database has more keys than a look walks through'], requests };
  }
  return { keys, doubts: [], requests };
}

function nodesOf(redis: Commands): readonly (Redis | Cluster)[] {
  return 'nodes' in redis && typeof redis.nodes === 'function' ? redis.nodes('master') : [redis];
}
