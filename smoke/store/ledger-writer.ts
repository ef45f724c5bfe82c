// Appends lines to a ledger file. Lines that wait together are written and synced together, so that a burst of
// records pays for a few syncs and not for one each. Before each write it makes sure that nobody took the file over.

import type { Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readLine } from '../core/ledger-line.ts';
import { textOf } from '../core/text-of.ts';
import { isMissing, syncFolder } from './ledger-folder.ts';

export type LedgerWriter = {
  /** Resolves when the text is in the file, and with `sync` on the disk. Rejects naming the file. */
  append(text: string, sync: boolean): Promise<void>;
  /** `lost` once a sweeper took the file over. Rejects where it was removed or replaced by anybody else. */
  lease(): Promise<'held' | 'lost'>;
  close(): Promise<void>;
};

/** The run's file was taken over, so the run may neither send nor clean any more. */
export class LedgerLost extends Error {
  constructor(file: string) {
    super(`the ledger ${file} was taken over by a sweeper, which cleans up what this run created; the run must stop`);
    this.name = 'LedgerLost';
  }
}

type Waiting = { text: string; sync: boolean; resolve(): void; reject(error: unknown): void };

/** `create`: the file must not exist yet; it is made with the first line, so that a run without any leaves none. */
export function ledgerWriter(file: string, mode: 'create' | 'append'): LedgerWriter {
  let handle: FileHandle | undefined;
  let made = mode === 'append';
  let folderSynced = mode === 'append';
  /** Bytes in the file as far as this writer knows; more were written by somebody else. */
  let size = 0;
  /** Up to here nobody else has written: a line of theirs may stand before, between or behind ours. */
  let checked = 0;
  /** Lines of ours by which a ledger is taken over. */
  const ownTakings = new Set<string>();
  /** The file may end within a line: a write of ours failed half-way, or a crash tore the last one. */
  let torn = mode === 'append';
  let lost = false;
  let waiting: Waiting[] = [];
  /** The end of the queue: writes and checks never overlap. */
  let queue: Promise<unknown> = Promise.resolve();

  function queued<T>(work: () => Promise<T>): Promise<T> {
    const result = queue.then(work);
    queue = result.then(ignore, ignore);
    return result;
  }

  async function openFile(): Promise<FileHandle> {
    if (handle !== undefined) return handle;
    handle = await open(file, made ? 'a+' : 'ax+', 0o600);
    made = true;
    size = (await handle.stat()).size;
    checked = size;
    return handle;
  }

  async function isLost(): Promise<boolean> {
    if (lost || handle === undefined) return lost;
    const mine = await handle.stat();
    lost = mine.size > size && (await takenIn(handle, checked, mine.size, ownTakings));
    // A sweeper says that it takes a ledger before it removes it. Whoever only removes it will clean nothing up.
    if (!lost && !(await leadsTo(file, mine))) throw new Error('it was removed or replaced while the run was at work');
    size = mine.size;
    checked = mine.size;
    return lost;
  }

  async function writeWaiting(): Promise<void> {
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      if (await isLost()) throw new LedgerLost(file);
      await write(batch);
      for (const one of batch) one.resolve();
    } catch (error) {
      const reason = error instanceof LedgerLost ? error : cannotWrite(file, error);
      for (const one of batch) one.reject(reason);
    }
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const target = await openFile();
    // Readers ignore a blank line; the rest of a torn one must not swallow what follows.
    for (const one of batch) if (readLine(one.text)?.type === 'taken') ownTakings.add(one.text.trimEnd());
    const bytes = Buffer.from((torn && size > 0 ? '\n' : '') + batch.map((one) => one.text).join(''));
    torn = true;
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await target.write(bytes, done);
      done += bytesWritten;
      size += bytesWritten;
    }
    torn = false;
    if (!batch.some((one) => one.sync)) return;
    await target.sync();
    if (folderSynced) return;
    await syncFolder(dirname(file));
    folderSynced = true;
  }

  return {
    append: (text, sync) =>
      new Promise((resolve, reject) => {
        waiting.push({ text, sync, resolve, reject });
        void queued(writeWaiting);
      }),
    lease: () =>
      queued(async () => {
        try {
          return (await isLost()) ? 'lost' : 'held';
        } catch (error) {
          throw cannotWrite(file, error);
        }
      }),
    close: () =>
      queued(async () => {
        await handle?.close();
        handle = undefined;
      }),
  };
}

/** Whether the path still leads to the open file. */
async function leadsTo(file: string, mine: Stats): Promise<boolean> {
  try {
    const there = await stat(file);
    return there.ino === mine.ino && there.dev === mine.dev;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** More than what is written between two checks, in bytes. */
const mostRead = 16 * 1024 * 1024;

/** Whether somebody else wrote a `taken` line between the two places. */
async function takenIn(handle: FileHandle, from: number, to: number, own: ReadonlySet<string>): Promise<boolean> {
  const part = Buffer.alloc(Math.min(to - from, mostRead));
  const { bytesRead } = await handle.read(part, 0, part.length, from);
  const lines = part.toString('utf8', 0, bytesRead).split('\n');
  return lines.some((line) => line.includes('"taken"') && readLine(line)?.type === 'taken' && !own.has(line));
}

function ignore(): void {
  // The caller of the queued work has its own promise; the queue only needs to know that it ended.
}

function cannotWrite(file: string, cause: unknown): Error {
  const why = textOf(cause);
  return new Error(
    `cannot write to the ledger ${file}: ${why}; nothing may be sent that the ledger could not find again after a crash`,
    { cause },
  );
}
