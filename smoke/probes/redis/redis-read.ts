// Bounded reads of one key of Redis. None of the commands takes, moves, locks or touches what it reads.

import type { Commands } from './redis-connection.ts';

/** Bytes that one look reads at most; the piece that goes beyond is the last. */
export const byteCap: number = 8 * 1024 * 1024;
/** Entries asked for at once, so that a look at long ones stops near its cap. */
const PIECE = 200;

export type Entry = { bytes: Uint8Array; at: number };
export type Entries = { entries: readonly Entry[]; total: number; requests: number; bytes: number };
export type Fields = {
  fields: readonly (readonly [name: string, value: Uint8Array])[];
  whole: boolean;
  requests: number;
  bytes: number;
};

/** Entries of a list with their places, the end of the newest first; without `newest` from both ends. */
export async function readList(
  redis: Commands,
  key: string,
  limit: number,
  newest: 'left' | 'right' | undefined,
): Promise<Entries> {
  // A range of nothing, in the same breath: that the right to LRANGE is missing shows also while the list is empty.
  const [total] = await Promise.all([redis.llen(key), redis.lrange(key, 1, 0)]);
  const entries: Entry[] = [];
  let bytes = 0;
  let requests = 1;
  for (const [from, to] of piecesOf(total, limit, newest)) {
    const piece = await redis.lrangeBuffer(key, from, to);
    requests += 1;
    for (const [index, entry] of piece.entries()) {
      entries.push({ bytes: entry, at: from + index });
      bytes += entry.length;
    }
    if (bytes > byteCap) break;
  }
  return { entries, total, requests, bytes };
}

/** First and last index of each piece that is asked for. */
export function piecesOf(
  total: number,
  limit: number,
  newest: 'left' | 'right' | undefined,
): readonly (readonly [from: number, to: number])[] {
  const wanted = Math.min(total, limit);
  const fromRight = newest === 'right' ? wanted : newest === 'left' || wanted === total ? 0 : Math.floor(wanted / 2);
  return [...pieces(0, wanted - fromRight), ...pieces(total - fromRight, total).toReversed()];
}

function pieces(start: number, end: number): readonly (readonly [from: number, to: number])[] {
  const count = Math.ceil((end - start) / PIECE);
  return Array.from({ length: Math.max(0, count) }, (_none, index) => {
    const from = start + index * PIECE;
    return [from, Math.min(from + PIECE, end) - 1] as const;
  });
}

/** Fields of a hash, in pieces: one with a million fields does not hold the server up. */
export async function readHash(redis: Commands, key: string, limit: number): Promise<Fields> {
  const fields = new Map<string, Uint8Array>();
  let cursor = '0';
  let bytes = 0;
  let requests = 0;
  do {
    const [next, flat] = await redis.hscanBuffer(key, cursor, 'COUNT', PIECE);
    requests += 1;
    cursor = next.toString();
    for (let index = 0; index + 1 < flat.length; index += 2) {
      const [name, value] = [flat[index], flat[index + 1]];
      if (name === undefined || value === undefined) continue;
      fields.set(name.toString(), value);
      bytes += name.length + value.length;
    }
  } while (cursor !== '0' && fields.size < limit && bytes <= byteCap);
  return { fields: [...fields].slice(0, limit), whole: cursor === '0' && fields.size <= limit, requests, bytes };
}
