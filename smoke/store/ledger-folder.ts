// Where a ledger's files are. One run has RUN.ndjson (what it created), RUN.lock (who is at work) and RUN.beat (the
// heartbeat, for other hosts); the folder also holds the history of finished runs.

import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export type LedgerFiles = { ledger: string; lock: string; beat: string };

/** Runs are named by ourselves; anything else in the folder is not ours, and no name may lead out of it. */
const runName = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;

/** The paths of a run's files. Throws for a name that cannot be a run's. */
export function ledgerFiles(dir: string, run: string): LedgerFiles {
  if (!runName.test(run) || notRuns.includes(run))
    throw new Error(`${JSON.stringify(run)} cannot name a run: use letters, digits, - and _`);
  return { ledger: join(dir, `${run}.ndjson`), lock: join(dir, `${run}.lock`), beat: join(dir, `${run}.beat`) };
}

const historyName = 'history';
const limitsName = 'limits';
const notRuns: readonly string[] = [historyName, limitsName];

export function historyFiles(dir: string): { history: string; lock: string } {
  return { history: join(dir, `${historyName}.ndjson`), lock: join(dir, `${historyName}.lock`) };
}

/** Places taken of a day's limits. */
export function limitFiles(dir: string): { limits: string; lock: string } {
  return { limits: join(dir, `${limitsName}.ndjson`), lock: join(dir, `${limitsName}.lock`) };
}

/** The runs that have a file with this ending in the folder, sorted. A missing folder has none. */
export async function runsIn(dir: string, ending: 'ndjson' | 'lock' | 'beat' = 'ndjson'): Promise<string[]> {
  return (await namesIn(dir))
    .filter((name) => name.endsWith(`.${ending}`))
    .map((name) => name.slice(0, -ending.length - 1))
    .filter((name) => runName.test(name) && !notRuns.includes(name))
    .sort();
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return await readdir(dir);
  } catch (error) {
    if (isMissing(error)) return [];
    throw new Error(`cannot list the ledger folder ${dir}; check that it is a folder you may read`, { cause: error });
  }
}

const damagedEnding = '.ndjson.damaged';

/** Ledgers that were set aside, for what their damaged lines said nobody has cleaned. */
export async function damagedIn(dir: string): Promise<string[]> {
  const names = (await namesIn(dir)).filter((name) => name.endsWith(damagedEnding));
  return names.sort().map((name) => join(dir, name));
}

/** In place of `removeRecords`, where lines are damaged: a person decides when it goes. */
export async function setAside(files: LedgerFiles): Promise<void> {
  await rename(files.ledger, `${files.ledger}.damaged`);
  await rm(files.beat, { force: true });
}

/** Removes a run's records. Done while its lock is held; the lock file itself goes after the lock is released. */
export async function removeRecords(files: LedgerFiles): Promise<void> {
  await rm(files.ledger, { force: true });
  await rm(files.beat, { force: true });
}

/** A run on another host is alive while its heartbeat is younger than this, in milliseconds. */
export const beatLasts = 60_000;

/** Whether a file was touched within that time. One from the future was: the other host's clock is ahead of ours. */
export async function isYoung(file: string, now: Date): Promise<boolean> {
  try {
    return now.getTime() - (await stat(file)).mtimeMs < beatLasts;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

/** Makes a new name in a folder durable. Windows cannot open folders and needs no such step. */
export async function syncFolder(dir: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(dir, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
