// Follows all files behind a log path from the moment of arming, through every kind of rotation.

import { stat } from 'node:fs/promises';
import { Blind } from '../plugin.ts';
import { type LogFile, logFiles } from './log-files.ts';
import { continueFrom, type Encoding, isCopy, openTail, pastOf, restOf, type Tail, takeNew } from './log-tail.ts';

/** A file as it was when the probe was opened. */
export type Armed = { path: string; end: number; modified: number };

export type NewLine = { text: string; path: string; number: number; counted: boolean };

/** `lines` are final, `rest` holds unfinished last lines that have stopped growing. */
export type Followed = { lines: NewLine[]; rest: NewLine[]; bytes: number; doubts: string[] };

export type Follow = {
  readonly armed: readonly Armed[];
  read(signal: AbortSignal): Promise<Followed>;
  close(): Promise<void>;
};

const FILE_CAP = 500;
const LOOK_CAP = 8 * 1024 * 1024;

type State = {
  path: string;
  baseDir: string;
  encoding: Encoding;
  tails: Map<string, Tail>;
  /** Rotated files that were there when armed, by inode and size: nothing in them is new. */
  old: Set<string>;
  /** Lines that a look took and did not live to hand on: without them the next one would prove too much. */
  held: NewLine[];
};

/** Notes where every file ends now. A path that is not there yet is fine: what appears later is read from its start. */
export async function armLog(path: string, baseDir: string, encoding: Encoding): Promise<Follow> {
  const state: State = { path, baseDir, encoding, tails: new Map(), old: new Set(), held: [] };
  const armed: Armed[] = [];
  for (const file of await filesNow(state)) {
    const found = await stat(file.path, { bigint: true }).catch(() => undefined);
    if (found === undefined) continue;
    let end = Number(found.size);
    if (file.sibling) {
      state.old.add(`${found.dev}:${found.ino} ${found.size}`);
    } else {
      const tail = await openTail(file.path, 'end');
      if (tail === undefined) continue;
      state.tails.set(tail.key, tail);
      end = tail.offset;
    }
    armed.push({ path: file.path, end, modified: Number(found.mtimeMs) });
  }
  return {
    armed,
    read: (signal) => readAll(state, signal),
    close: async () => {
      const handles = [...state.tails.values()].map((tail) => tail.handle.close());
      state.tails.clear();
      await Promise.all(handles);
    },
  };
}

async function filesNow(state: State): Promise<LogFile[]> {
  try {
    return await logFiles(state.path, state.baseDir);
  } catch (error) {
    if (error instanceof Blind && error.fault.kind === 'error') return [];
    throw error;
  }
}

async function readAll(state: State, signal: AbortSignal): Promise<Followed> {
  const result: Followed = { lines: state.held, rest: [], bytes: 0, doubts: [] };
  state.held = [];
  try {
    await readInto(result, state, signal);
    return result;
  } catch (error) {
    state.held = result.lines;
    throw error;
  }
}

async function readInto(result: Followed, state: State, signal: AbortSignal): Promise<void> {
  const files = await logFiles(state.path, state.baseDir);
  // Known files first: a new one can only be told from a copy by what they were a moment ago.
  for (const tail of state.tails.values()) await take(state, tail, result, signal);
  for (const file of files) await meet(state, file, result, signal);
  if (state.tails.size === 0) {
    throw new Blind('error', `there is no ${state.path} to read`, {
      hint: 'Check the path; if the log is only made with its first line, let it be made before the run.',
    });
  }
  for (const tail of state.tails.values()) {
    if (tail.past !== undefined) result.doubts.push(`${tail.path} was emptied between two looks`);
  }
}

async function meet(state: State, file: LogFile, result: Followed, signal: AbortSignal): Promise<void> {
  const found = await stat(file.path, { bigint: true }).catch(() => undefined);
  if (found === undefined || !found.isFile()) return;
  const inode = `${found.dev}:${found.ino}`;
  const known = state.tails.get(inode);
  if (known !== undefined) {
    known.path = file.path;
    return;
  }
  if (file.sibling && state.old.has(`${inode} ${found.size}`)) return;
  if (state.tails.size >= FILE_CAP) throw new Blind('gave-up', `${state.path} has more than ${FILE_CAP} files`);
  const tail = await openTail(file.path, 'start');
  if (tail === undefined) return;
  if (!(await placed(state, tail, Number(found.size)))) {
    await tail.handle.close();
    return;
  }
  state.tails.set(tail.key, tail);
  await take(state, tail, result, signal);
}

/** Puts a new file where its own lines begin. False for a copy that holds nothing the original does not. */
async function placed(state: State, tail: Tail, size: number): Promise<boolean> {
  for (const other of state.tails.values()) {
    if (other.past !== undefined && (await isCopy(tail, other.past))) {
      continueFrom(tail, other.past);
      delete other.past;
      return true;
    }
    const present = pastOf(other);
    if (!(await isCopy(tail, present))) continue;
    // The first half of copytruncate: the copy is there, the original not yet emptied.
    const original = await other.handle.stat();
    if (size <= original.size) return false;
    continueFrom(tail, present);
    return true;
  }
  return true;
}

async function take(state: State, tail: Tail, result: Followed, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const taken = await takeNew(tail, LOOK_CAP - result.bytes, state.encoding);
  result.bytes += taken.bytes;
  for (const { text, number } of taken.lines)
    result.lines.push({ text, number, path: tail.path, counted: tail.counted });
  if (!taken.complete) result.doubts.push(`${tail.path} grew by more than 8 MB and was not read to its end`);
  const rest = restOf(tail, state.encoding);
  if (rest !== undefined) result.rest.push({ ...rest, path: tail.path, counted: tail.counted });
  else if (tail.pending.length > 0) result.doubts.push(`the last line of ${tail.path} is still being written`);
}
