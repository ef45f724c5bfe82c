// Follows a stream from the entry that was the last one before the send, without a consumer group.

import type { Commands } from './redis-connection.ts';
import { byteCap } from './redis-read.ts';
import { bytesCapped, leavesNothing, tooSmall, type Unseen } from './unseen.ts';

export type StreamEntry = { id: string; fields: Readonly<Record<string, Uint8Array>> };

export type Followed = {
  entries: readonly StreamEntry[];
  /** What may have been missed. */
  unseen: readonly Unseen[];
  requests: number;
  bytes: number;
};

const PIECE = 500;
const nothing = '0-0';
const trimming = leavesNothing(
  'entries since the send may have been trimmed before they were read',
  'Keep more of them (MAXLEN), or look more often (`poll`).',
);

/** The id after which everything is new. */
export async function lastId(redis: Commands, key: string): Promise<string> {
  const [last] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
  return last?.[0] ?? nothing;
}

/** Entries are gathered from read to read: what is trimmed after it was read stays known. */
export type Follower = { read(redis: Commands, limit: number): Promise<Followed> };

/** `late`: why it may have begun too late. */
export function followStream(key: string, from: string, late: readonly Unseen[] = []): Follower {
  let cursor = from;
  let kept: StreamEntry[] = [];
  let dropped = false;
  let trimmed = false;

  async function read(redis: Commands, limit: number): Promise<Followed> {
    let bytes = 0;
    let requests = 1;
    const [first] = await redis.xrange(key, '-', '+', 'COUNT', 1);
    // Without the entry at the cursor, those right after it may be gone as well.
    if (cursor !== nothing && (first === undefined || isLater(first[0], cursor))) trimmed = true;
    for (let full = true; full && bytes <= byteCap; ) {
      const piece = await redis.xrangeBuffer(key, `(${cursor}`, '+', 'COUNT', PIECE);
      requests += 1;
      for (const [id, flat] of piece) {
        const entry = entryOf(id, flat);
        cursor = entry.id;
        kept.push(entry);
        bytes += flat.reduce((sum, part) => sum + part.length, id.length);
      }
      full = piece.length === PIECE;
    }
    if (kept.length > limit) {
      kept = kept.slice(-limit);
      dropped = true;
    }
    const unseen = [
      ...late,
      ...(trimmed ? [trimming] : []),
      ...(dropped ? [tooSmall(`only the latest ${limit} entries are kept`, 'Raise `limit`.')] : []),
      ...(bytes > byteCap ? [bytesCapped] : []),
    ];
    return { entries: kept, unseen, requests, bytes };
  }

  // One read at a time: two at once would take the same entries.
  let last: Promise<unknown> = Promise.resolve();
  return {
    read(redis, limit) {
      const next = last.then(() => read(redis, limit));
      last = next.catch(() => undefined);
      return next;
    },
  };
}

function entryOf(id: Buffer, flat: readonly Buffer[]): StreamEntry {
  const pairs: [string, Uint8Array][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [name, value] = [flat[index], flat[index + 1]];
    if (name !== undefined && value !== undefined) pairs.push([name.toString(), value]);
  }
  return { id: id.toString(), fields: Object.fromEntries(pairs) };
}

/** Ids are a time in ms and a number: `1732600000000-3`. */
export function isLater(one: string, other: string): boolean {
  const [oneMs = 0n, oneSeq = 0n] = one.split('-').map(BigInt);
  const [otherMs = 0n, otherSeq = 0n] = other.split('-').map(BigInt);
  return oneMs > otherMs || (oneMs === otherMs && oneSeq > otherSeq);
}
