// Follows one log file through its open handle: whole lines since the last time, however the file is renamed or cut.

import { type FileHandle, open, stat } from 'node:fs/promises';
import { Blind } from '../plugin.ts';

export type Encoding = 'utf8' | 'latin1';

/** `number` counts from 1 in the file, or from the place where following began. */
export type Line = { text: string; number: number };

export type Tail = {
  readonly key: string;
  path: string;
  readonly handle: FileHandle;
  /** Bytes taken into lines or `pending`. */
  offset: number;
  /** An unfinished last line, and whether it was the same in the read before. */
  pending: Buffer;
  settled: boolean;
  lines: number;
  /** Line numbers start at the file's beginning. */
  counted: boolean;
  /** The last bytes before `offset`: if they change, the file was written anew. */
  print: Buffer;
  /** The first bytes, to know a copy of this file by. */
  head: Buffer;
  /** What this file was before it was emptied, until a copy with the lines behind `offset` turns up. */
  past?: Past;
};

export type Past = { offset: number; print: Buffer; head: Buffer; lines: number; counted: boolean };

export type Taken = { lines: Line[]; bytes: number; complete: boolean };

const PRINT = 256;
const HEAD = 1024;
const CHUNK = 256 * 1024;
/** A line longer than this is handed on in pieces. */
const LINE_CAP = 4 * 1024 * 1024;
const NEWLINE = 10;

/** Opens a file to follow, from its beginning or its present end; undefined where it is gone or not a plain file. */
export async function openTail(path: string, from: 'start' | 'end'): Promise<Tail | undefined> {
  // Asked first: opening a pipe would wait for a writer.
  const plain = await stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
  if (!plain) return undefined;
  const handle = await open(path, 'r').catch((cause: unknown) => {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return undefined;
    const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'error';
    throw new Blind(kind, `${path} cannot be read (${code})`, { cause });
  });
  if (handle === undefined) return undefined;
  const { ino, dev, size } = await handle.stat({ bigint: true });
  const tail: Tail = {
    key: `${dev}:${ino}`,
    path,
    handle,
    offset: 0,
    pending: Buffer.alloc(0),
    settled: false,
    lines: 0,
    counted: true,
    print: Buffer.alloc(0),
    head: Buffer.alloc(0),
  };
  return from === 'start' ? tail : atEnd(tail, Number(size));
}

/** A line that is being written at this moment counts as new, from its beginning. */
async function atEnd(tail: Tail, size: number): Promise<Tail> {
  const window = await bytesAt(tail.handle, Math.max(0, size - CHUNK), Math.min(size, CHUNK));
  const begun = window.length - (window.lastIndexOf(NEWLINE) + 1);
  tail.offset = begun === window.length && size > CHUNK ? size : size - begun;
  tail.counted = size <= CHUNK;
  if (tail.counted)
    tail.lines = window.subarray(0, tail.offset).reduce((sum, byte) => (byte === NEWLINE ? sum + 1 : sum), 0);
  tail.print = Buffer.from(window.subarray(0, window.length - (size - tail.offset)).subarray(-PRINT));
  tail.head = await bytesAt(tail.handle, 0, Math.min(HEAD, tail.offset));
  return tail;
}

/** Starts a file that continues another: what stands before is known already. */
export function continueFrom(tail: Tail, past: Past): void {
  Object.assign(tail, past);
}

/** True where a file begins as the other did, up to the place reached there. */
export async function isCopy(tail: Tail, of: Past): Promise<boolean> {
  if (of.head.length === 0) return false;
  const head = await bytesAt(tail.handle, 0, of.head.length);
  const print = await bytesAt(tail.handle, of.offset - of.print.length, of.print.length);
  return head.equals(of.head) && print.equals(of.print);
}

export function pastOf({ offset, print, head, lines, counted, pending }: Tail): Past {
  // From the start of an unfinished line, which is whole only in the copy.
  const behind = Math.min(pending.length, print.length);
  return {
    offset: offset - pending.length,
    print: pending.length > print.length ? Buffer.alloc(0) : print.subarray(0, print.length - behind),
    head,
    lines,
    counted,
  };
}

/** Reads what is new, at most about `budget` bytes. */
export async function takeNew(tail: Tail, budget: number, encoding: Encoding): Promise<Taken> {
  if (await rewritten(tail)) {
    // Emptied twice with nobody looking: the first loss is the one to be made good.
    tail.past ??= pastOf(tail);
    const nothing = Buffer.alloc(0);
    Object.assign(tail, { offset: 0, pending: nothing, lines: 0, counted: true, print: nothing, head: nothing });
  }
  const lines: Line[] = [];
  const before = tail.offset;
  let complete = false;
  while (tail.offset - before < budget) {
    const chunk = await bytesAt(tail.handle, tail.offset, CHUNK);
    if (chunk.length === 0) {
      complete = true;
      break;
    }
    tail.offset += chunk.length;
    tail.print = Buffer.concat([tail.print, chunk.subarray(-PRINT)]).subarray(-PRINT);
    cut(tail, chunk, lines, encoding);
  }
  tail.settled = tail.offset === before;
  if (tail.head.length < HEAD && tail.head.length < tail.offset) {
    tail.head = await bytesAt(tail.handle, 0, Math.min(HEAD, tail.offset));
  }
  return { lines, bytes: tail.offset - before, complete };
}

/** The unfinished last line, once it has stopped growing. */
export function restOf(tail: Tail, encoding: Encoding): Line | undefined {
  if (tail.pending.length === 0 || !tail.settled) return undefined;
  return { text: textOf(tail.pending, encoding, false), number: tail.lines + 1 };
}

/** Emptied (copytruncate) or written over: shorter than what was read, or other bytes before the place reached. */
async function rewritten(tail: Tail): Promise<boolean> {
  const { size } = await tail.handle.stat();
  if (size < tail.offset) return true;
  const now = await bytesAt(tail.handle, tail.offset - tail.print.length, tail.print.length);
  return !now.equals(tail.print);
}

/** Lines are cut at the newline byte before decoding, so no character is ever torn. */
function cut(tail: Tail, chunk: Buffer, lines: Line[], encoding: Encoding): void {
  let start = 0;
  for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
    const part = chunk.subarray(start, end);
    const whole = tail.pending.length === 0 ? part : Buffer.concat([tail.pending, part]);
    tail.lines++;
    lines.push({ text: textOf(whole, encoding, tail.lines === 1 && tail.counted), number: tail.lines });
    tail.pending = Buffer.alloc(0);
    start = end + 1;
  }
  if (start < chunk.length) tail.pending = Buffer.concat([tail.pending, chunk.subarray(start)]);
  if (tail.pending.length > LINE_CAP) {
    lines.push({ text: textOf(tail.pending, encoding, false), number: tail.lines + 1 });
    tail.pending = Buffer.alloc(0);
  }
}

/** A writer that kept its place in an emptied file leaves NUL bytes before its next line. */
function textOf(bytes: Buffer, encoding: Encoding, first: boolean): string {
  const text = bytes.toString(encoding).replace(/^\0+/, '').replace(/\r$/, '');
  return first ? text.replace(/^\uFEFF/, '') : text;
}

export async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
