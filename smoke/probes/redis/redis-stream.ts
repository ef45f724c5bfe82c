// Follows a stream from the entry that was the last one before the send, without a consumer group.

import { dateTime } from '../../core/wording.ts';
import { bytesCapped, leavesNothing, tooSmall, type Unseen } from '../unseen.ts';
import type { Commands } from './redis-connection.ts';
import { byteCap } from './redis-read.ts';

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

/** What a stream holds. `more`: how more of it is kept. `find`: how a person finds the streams that there are. */
export type Keeping = { what: 'entry' | 'event'; more: string; find: string };

export const usualKeeping: Keeping = {
  what: 'entry',
  more: 'Keep more of them (MAXLEN), let nobody delete what is done (XDEL)',
  find: '`redis-cli --scan --type stream` lists those that there are.',
};

function trimming({ what, more }: Keeping): Unseen {
  const many = what === 'entry' ? 'entries' : 'events';
  return leavesNothing(
    `${many} may have been trimmed or deleted before they were read`,
    `${more}, or look more often (\`poll\`).`,
  );
}

/** Nothing there tells whether there ever was more: for all that is known, it was trimmed or made anew. */
function tooYoung({ what, more }: Keeping, oldest: string, since: string): Unseen {
  return leavesNothing(
    `its oldest ${what} is of ${timeIn(oldest)}, and this look goes back to ${timeIn(since)}: what came and went between them is not known`,
    `A run notes where it ends before it sends, and needs none of this. For a send that is past: ${more.charAt(0).toLowerCase()}${more.slice(1)}.`,
  );
}

/** The time in an id, by the server's clock. */
function timeIn(id: string): string {
  return dateTime(new Date(Number(id.split('-', 1)[0])).toISOString());
}

const replaced = leavesNothing(
  'the stream was emptied or made anew since the send: what it held is not known',
  'Send again: the next send is followed from its beginning.',
);

/** What a stream says of itself. `added`, `deleted` (the last id that was): from Redis 7 on. */
export type StreamEnd = { id: string; added?: number; deleted?: string };

/** The id after which everything is new. One that is not there yet begins with nothing. */
export async function endOf(redis: Commands, key: string): Promise<StreamEnd> {
  return (await asked(redis, key)) ?? { id: nothing, added: 0, deleted: nothing };
}

async function asked(redis: Commands, key: string): Promise<StreamEnd | undefined> {
  let flat: unknown;
  try {
    // As bytes: it repeats the first and the last entry.
    flat = await redis.callBuffer('XINFO', 'STREAM', key);
  } catch (error) {
    if (error instanceof Error && /^ERR no such key/.test(error.message)) return undefined;
    throw error;
  }
  const said = new Map<string, string>();
  for (let at = 0; Array.isArray(flat) && at + 1 < flat.length; at += 2)
    said.set(String(flat[at]), wordOf(flat[at + 1]));
  const [added, deleted] = [said.get('entries-added'), said.get('max-deleted-entry-id')];
  return {
    id: said.get('last-generated-id') ?? nothing,
    ...(added !== undefined && { added: Number(added) }),
    ...(deleted !== undefined && { deleted }),
  };
}

function wordOf(value: unknown): string {
  return Array.isArray(value) ? '' : String(value);
}

/** Entries are gathered from read to read: what is trimmed after it was read stays known. */
export type Follower = { read(redis: Commands, limit: number): Promise<Followed> };

/** `byTime`: the id to begin after is a time, and no entry's. `late`: why it may have begun too late. */
export type Following = { byTime?: boolean; late?: readonly Unseen[]; keeping?: Keeping | undefined };

/**
 * `from`: where it ended before the send; a plain id where nobody noted it.
 * A worker may delete an entry as soon as it is done with it, so the entries that were read are held against the number of
 * those that were added.
 */
export function followStream(
  key: string,
  from: StreamEnd,
  { byTime = false, late = [], keeping = usualKeeping }: Following = {},
): Follower {
  const trimmed = trimming(keeping);
  let cursor = from.id;
  let before = from;
  let kept: StreamEntry[] = [];
  let dropped = false;
  const missed = new Set<Unseen>();

  function miss(loss: Loss | undefined, oldest = from.id): void {
    if (loss === 'trimmed') missed.add(trimmed);
    if (loss === 'replaced') missed.add(replaced);
    if (loss === 'too young') missed.add(tooYoung(keeping, oldest, from.id));
  }

  async function read(redis: Commands, limit: number): Promise<Followed> {
    let bytes = 0;
    let requests = 1;
    let came = 0;
    let now: StreamEnd | undefined;
    const started = cursor;
    const [first] = await redis.xrange(key, '-', '+', 'COUNT', 1);
    for (let full = true; full && bytes <= byteCap; ) {
      // Asked in one breath, so that nothing is added between the two.
      const [piece, end] = await Promise.all([
        redis.xrangeBuffer(key, `(${cursor}`, '+', 'COUNT', PIECE),
        asked(redis, key),
      ]);
      now = end;
      requests += 1;
      for (const [id, flat] of piece) {
        const entry = entryOf(id, flat);
        cursor = entry.id;
        kept.push(entry);
        bytes += flat.reduce((sum, part) => sum + part.length, id.length);
      }
      came += piece.length;
      full = piece.length === PIECE;
    }
    const isWhole = bytes <= byteCap;
    const oldest = first?.[0];
    const isTime = byTime && started === from.id;
    const seen: Seen = { started, came, first: oldest, isTime };
    if (now !== undefined && isTime && before === from) miss(lossSince(now, seen), oldest);
    else if (now !== undefined && isWhole) miss(lossOf(before, now, seen), oldest);
    if (now === undefined && before.id !== nothing && !(isTime && before === from)) missed.add(replaced);
    // What was not read in this look is counted in the next one.
    if (now !== undefined && isWhole) before = now;
    else if (before.added !== undefined) before = { ...before, added: before.added + came };
    if (kept.length > limit) {
      kept = kept.slice(-limit);
      dropped = true;
    }
    const unseen = [
      ...late,
      ...missed,
      ...(now === undefined && missed.size === 0 ? [notThere(key, keeping)] : []),
      ...(dropped ? [tooSmall(`only the latest ${limit} entries are kept`, 'Raise `limit`.')] : []),
      ...(isWhole ? [] : [bytesCapped]),
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

/** `isTime`: the beginning is a time, which may be later than all that there is. */
type Seen = { started: string; came: number; first: string | undefined; isTime: boolean };

type Loss = 'trimmed' | 'replaced' | 'too young';

/** Of a beginning that is a time: no entry stands there that could tell what followed it. */
function lossSince(now: StreamEnd, { started, came, first }: Seen): Loss | undefined {
  // Nothing was added since, or it would have a later id.
  if (!isLater(now.id, started)) return undefined;
  if (first === undefined || came === 0) return 'trimmed';
  if (isLater(first, started)) return 'too young';
  return now.deleted !== undefined && isLater(now.deleted, started) ? 'trimmed' : undefined;
}

function lossOf(before: StreamEnd, now: StreamEnd, { started, came, first, isTime }: Seen): Loss | undefined {
  if (!isTime && isLater(started, now.id)) return 'replaced';
  if (before.deleted !== undefined && now.deleted !== undefined && isLater(before.deleted, now.deleted))
    return 'replaced';
  if (before.added !== undefined && now.added !== undefined)
    return now.added - before.added === came ? undefined : 'trimmed';
  if (now.deleted !== undefined && isLater(now.deleted, started)) return 'trimmed';
  // Without the entry at the cursor, those right after it may be gone as well.
  if (started !== nothing && (first === undefined || isLater(first, started)))
    return isTime && !isLater(now.id, started) ? undefined : 'trimmed';
  // Before Redis 7 nothing tells of an entry that was deleted.
  return now.deleted === undefined && isLater(now.id, started) && came === 0 ? 'trimmed' : undefined;
}

function notThere(key: string, { find }: Keeping): Unseen {
  return leavesNothing(
    `there is no stream ${key}: nothing was ever added to it, or it has another name`,
    `Check its name, and the number of the database in the url. ${find}`,
  );
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
