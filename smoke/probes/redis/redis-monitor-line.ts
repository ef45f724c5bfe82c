// Reads a line of MONITOR: `1795716719.406197 [0 127.0.0.1:50846] "lpush" "queue" "…"`, and what the command writes.

/** A command that writes: `values` are its records, `fields` the columns of one. */
export type Written = {
  command: string;
  key: string;
  values: readonly Uint8Array[];
  fields?: Readonly<Record<string, Uint8Array>>;
  /** Seconds since the epoch, by the server's clock. */
  at: number;
  /** Address of the client, or `lua` for what a script did. */
  by: string;
};

/** Key → whether it is meant, both with one character for each byte. */
type IsMeant = (key: string) => boolean;

/** Of a command with its arguments: where its key stands, and what it puts there. Nothing where it writes no text. */
type Reader = (args: readonly Uint8Array[]) => { values: readonly Uint8Array[] } | { fields: readonly Uint8Array[] };

const from =
  (index: number): Reader =>
  (args) => ({ values: args.slice(index) });
const at =
  (index: number): Reader =>
  (args) => ({ values: args.slice(index, index + 1) });
const pairs =
  (index: number): Reader =>
  (args) => ({ fields: args.slice(index) });

/** Arguments count from the key. https://redis.io/docs/latest/commands/ */
const writers: ReadonlyMap<string, Reader> = new Map([
  ['lpush', from(1)],
  ['rpush', from(1)],
  ['lpushx', from(1)],
  ['rpushx', from(1)],
  ['linsert', at(3)],
  ['lset', at(2)],
  ['sadd', from(1)],
  ['set', at(1)],
  ['setnx', at(1)],
  ['getset', at(1)],
  ['append', at(1)],
  ['setex', at(2)],
  ['psetex', at(2)],
  ['hset', pairs(1)],
  ['hmset', pairs(1)],
  ['hsetnx', pairs(1)],
  ['zadd', members],
  ['xadd', entry],
  ['publish', at(1)],
  ['spublish', at(1)],
  ['setrange', at(2)],
  ['zincrby', at(2)],
  ['json.set', at(2)],
]);

/** Commands whose key does not stand first. */
const apart: ReadonlyMap<string, (args: readonly Uint8Array[], isMeant: IsMeant) => Placed | undefined> = new Map([
  ['mset', several],
  ['msetnx', several],
  ['smove', ([, key, value]: readonly Uint8Array[]) => key && { key, values: value === undefined ? [] : [value] }],
]);

type Placed = { key: Uint8Array; values: readonly Uint8Array[] };

/** Keys that a command puts into, in a database: that of its client where nothing is said. All of them: `keys` is undefined. */
type Target = { keys: readonly (Uint8Array | undefined)[] | undefined; database?: number };
type Targets = (args: readonly Uint8Array[]) => readonly Target[];

const into =
  (index: number): Targets =>
  (args) => [{ keys: [args[index]] }];

/** `source … STORE key`, `STOREDIST key`: what follows the word, wherever it stands. */
const stored: Targets = (args) => [
  {
    keys: args.filter(
      (_arg, index) => index > 1 && /^store(?:dist)?$/i.test(latin(args[index - 1] ?? new Uint8Array())),
    ),
  },
];

/** Commands that put into a key what MONITOR does not show. */
const hidden: ReadonlyMap<string, Targets> = new Map([
  ['lmove', into(1)],
  ['blmove', into(1)],
  ['rpoplpush', into(1)],
  ['brpoplpush', into(1)],
  ['rename', into(1)],
  ['renamenx', into(1)],
  ['restore', into(0)],
  ['restore-asking', into(0)],
  ['sunionstore', into(0)],
  ['sinterstore', into(0)],
  ['sdiffstore', into(0)],
  ['zunionstore', into(0)],
  ['zinterstore', into(0)],
  ['zdiffstore', into(0)],
  ['zrangestore', into(0)],
  ['geosearchstore', into(0)],
  ['bitop', into(1)],
  ['sort', stored],
  ['georadius', stored],
  ['georadiusbymember', stored],
  ['copy', copied],
  ['move', ([key, database]) => [{ keys: [key], ...inDatabase(database) }]],
  ['swapdb', (args) => args.map((database) => ({ keys: undefined, ...inDatabase(database) }))],
]);

/** Commands that show a piece of what the key then holds. */
const pieces: ReadonlySet<string> = new Set(['append', 'setrange']);

/** Whether what was written is a piece, put to what was there. */
export function isPiece({ command }: Written): boolean {
  return pieces.has(command);
}

/** No key of a database: a channel is the same in all. */
const channels: ReadonlySet<string> = new Set(['publish', 'spublish']);

/** Undefined where it is no command that writes to a key that is meant. Does not throw, whatever the line holds. */
export function writtenIn(line: Uint8Array, database: number, isMeant: IsMeant): Written | undefined {
  const said = commandIn(line, (command) => writers.has(command) || apart.has(command));
  if (said === undefined || (said.database !== database && !channels.has(said.command))) return undefined;
  const { command, args, at, by } = said;
  const placed = apart.get(command)?.(args, isMeant);
  const key = placed?.key ?? args[0];
  if (key === undefined || !isMeant(latin(key))) return undefined;
  const about = { command, key: String(Buffer.from(key)), at, by };
  if (placed !== undefined) return { ...about, values: placed.values };
  const read = writers.get(command)?.(args) ?? { values: [] };
  return 'fields' in read
    ? { ...about, values: [], fields: columnsOf(read.fields) }
    : { ...about, values: read.values };
}

/** The command that put into a key that is meant what MONITOR does not show: moved, renamed, restored. */
export function hiddenIn(line: Uint8Array, database: number, isMeant: IsMeant): string | undefined {
  const said = commandIn(line, (command) => hidden.has(command));
  if (said === undefined) return undefined;
  const targets = hidden.get(said.command)?.(said.args) ?? [];
  const isHit = targets.some(
    (target) =>
      (target.database ?? said.database) === database &&
      (target.keys?.some((key) => key !== undefined && isMeant(latin(key))) ?? true),
  );
  return isHit ? said.command : undefined;
}

/** `source destination [DB number] [REPLACE]` */
function copied(args: readonly Uint8Array[]): readonly Target[] {
  const named = args.findIndex((arg, index) => index > 1 && latin(arg).toLowerCase() === 'db');
  return [{ keys: [args[1]], ...(named > 0 && inDatabase(args[named + 1])) }];
}

function inDatabase(number: Uint8Array | undefined): { database: number } {
  return { database: Number(latin(number ?? new Uint8Array())) };
}

/** `key value key value …`: those that are meant. */
function several(args: readonly Uint8Array[], isMeant: IsMeant): Placed | undefined {
  const meant = args.flatMap((key, index) => (index % 2 === 0 && isMeant(latin(key)) ? [index] : []));
  const key = args[meant[0] ?? -1];
  return key && { key, values: meant.flatMap((index) => args[index + 1] ?? []) };
}

type Said = { command: string; database: number; args: readonly Uint8Array[]; at: number; by: string };

/** Undefined where it is no line of a command that is wanted. */
function commandIn(line: Uint8Array, isWanted: (command: string) => boolean): Said | undefined {
  const bytes = Buffer.from(line.buffer, line.byteOffset, line.byteLength);
  const open = bytes.indexOf('] "');
  if (open < 0) return undefined;
  const [time = '', place = ''] = bytes.toString('latin1', 0, open).split(' [', 2);
  const [number = '', by = ''] = place.split(' ', 2);
  const name = argumentAt(bytes, open + 2);
  const command = name.bytes.toString('latin1').toLowerCase();
  if (!isWanted(command)) return undefined;
  const args: Uint8Array[] = [];
  for (let end = name.end; bytes[end] === SPACE && bytes[end + 1] === QUOTE; ) {
    const next = argumentAt(bytes, end + 1);
    args.push(next.bytes);
    end = next.end;
  }
  return { command, database: Number(number), args, at: Number(time), by };
}

function latin(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** `key [NX|XX] [GT|LT] [CH] [INCR] score member …` */
function members(args: readonly Uint8Array[]): { values: readonly Uint8Array[] } {
  const scores = args.findIndex(
    (arg, index) => index > 0 && !/^(?:nx|xx|gt|lt|ch|incr)$/i.test(String(Buffer.from(arg))),
  );
  return { values: scores < 0 ? [] : args.slice(scores).filter((_member, index) => index % 2 === 1) };
}

/** `key [NOMKSTREAM] [KEEPREF|DELREF|ACKED] [MAXLEN|MINID [=|~] threshold [LIMIT count]] id field value …` */
function entry(args: readonly Uint8Array[]): { fields: readonly Uint8Array[] } {
  const words = args.slice(0, 12).map((arg) => Buffer.from(arg).toString('latin1').toLowerCase());
  let index = 1;
  while (['nomkstream', 'keepref', 'delref', 'acked'].includes(words[index] ?? '')) index += 1;
  if (['maxlen', 'minid'].includes(words[index] ?? '')) {
    index += ['=', '~'].includes(words[index + 1] ?? '') ? 3 : 2;
    if (words[index] === 'limit') index += 2;
  }
  return { fields: args.slice(index + 1) };
}

function columnsOf(flat: readonly Uint8Array[]): Readonly<Record<string, Uint8Array>> {
  const columns: [string, Uint8Array][] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [name, value] = [flat[index], flat[index + 1]];
    if (name !== undefined && value !== undefined) columns.push([String(Buffer.from(name)), value]);
  }
  return Object.fromEntries(columns);
}

const [QUOTE, SPACE, BACKSLASH] = [0x22, 0x20, 0x5c];
const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, a: 7, b: 8 };

/** The text between the quote at `start` and the next that is not escaped; `end` is behind that. */
function argumentAt(line: Buffer, start: number): { bytes: Buffer; end: number } {
  const bytes = Buffer.allocUnsafe(Math.max(0, line.length - start));
  let size = 0;
  let index = start + 1;
  for (; index < line.length && line[index] !== QUOTE; index += 1) {
    let byte = line[index] ?? 0;
    if (byte === BACKSLASH) {
      index += 1;
      const sign = String.fromCharCode(line[index] ?? 0);
      byte = escapes[sign] ?? line[index] ?? 0;
      if (sign === 'x') {
        byte = Number.parseInt(line.toString('latin1', index + 1, index + 3), 16) || 0;
        index += 2;
      }
    }
    bytes[size] = byte;
    size += 1;
  }
  return { bytes: bytes.subarray(0, size), end: index + 1 };
}
