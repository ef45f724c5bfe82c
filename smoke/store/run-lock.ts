// The lock that tells whether a run is alive: an exclusive SQLite transaction on a file of its own. The system holds it
// for the process, so a frozen process (SIGSTOP) keeps it and a killed one (SIGKILL) loses it, also across containers.
// Never open the file by other means in a process that may hold the lock: closing it would drop the lock (POSIX).

import { existsSync } from 'node:fs';
import { textOf } from '../core/text-of.ts';
import { loadSqlite } from './sqlite.ts';

export type RunLock = { release(): void };

/** Result codes of SQLite, https://www.sqlite.org/rescode.html. */
const busy = 5;
const locked = 6;

/** How long to stand in line behind somebody who only checks the lock, in milliseconds. */
const patience = 100;

/** A connection nobody refers to is closed by the garbage collector, and the lock goes with it. */
const held = new Set<unknown>();

/** Takes the lock, creating the file; undefined where another process or connection holds it. */
export function takeLock(file: string): RunLock | undefined {
  const { DatabaseSync } = loadSqlite();
  try {
    const database = new DatabaseSync(file, { timeout: patience });
    try {
      // Nothing is ever written, so no journal file is needed beside the lock.
      database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      throw error;
    }
    held.add(database);
    return {
      release: () => {
        if (held.delete(database)) database.close();
      },
    };
  } catch (error) {
    if (isBusy(error)) return undefined;
    throw cannotLock(file, error);
  }
}

/** Whether somebody holds the lock. Creates nothing, and gets in nobody's way for longer than the read takes. */
export function isLocked(file: string): boolean {
  if (!existsSync(file)) return false;
  const { DatabaseSync } = loadSqlite();
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 0 });
    try {
      database.prepare('SELECT 1 FROM sqlite_schema').get();
    } finally {
      database.close();
    }
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    // Removed since it was seen: its run has just finished.
    if (!existsSync(file)) return false;
    throw cannotLock(file, error);
  }
}

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return false;
  // The low byte is the primary code; extended codes add detail above it.
  const code = error.errcode & 0xff;
  return code === busy || code === locked;
}

function cannotLock(file: string, cause: unknown): Error {
  const why = textOf(cause);
  return new Error(`cannot lock ${file}: ${why}; check that its folder can be written and the file is a lock of ours`, {
    cause,
  });
}
