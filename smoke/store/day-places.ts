// Places for records that a day's limit allows, shared by all runs on one ledger's folder. A place is taken, on disk,
// before anything is sent, and only under the lock: of two runners at once only one gets the last.

import { open, readFile, rename, writeFile } from 'node:fs/promises';
import { readLine } from '../core/ledger-line.ts';
import { isMissing, limitFiles, runsIn } from './ledger-folder.ts';
import { historyCreations } from './ledger-history.ts';
import { readBook } from './ledger-read.ts';
import { takeLock } from './run-lock.ts';

export type DayPlaces = {
  /** How many of those that were asked for there were. */
  granted: number;
  /** Records of the scenario created in the last 24 hours, or with a place taken, before these. */
  made: number;
  /** Places that were not needed after all (a run that was stopped). */
  giveBack(count: number): Promise<void>;
};

export type DayRequest = {
  dir: string;
  run: string;
  scenario: string;
  wanted: number;
  most: number;
  clock: { wall(): Date; wait(ms: number): Promise<void> };
};

const day = 86_400_000;
/** How often the lock is tried, and for how long, in ms: who holds it reads a few files. */
const tries = 200;
const pause = 50;
/** Above this size (in characters) what is older than a day is dropped. */
const compactAbove = 256 * 1024;

export async function takeDayPlaces(request: DayRequest): Promise<DayPlaces> {
  const { dir, run, scenario, wanted, most } = request;
  return locked(request, async () => {
    const now = request.clock.wall().getTime();
    const made = await madeIn(dir, scenario, now);
    const granted = Math.max(0, Math.min(wanted, most - made));
    if (granted > 0) await add(dir, { type: 'places', run, scenario, count: granted, at: new Date(now).toISOString() });
    return {
      granted,
      made,
      giveBack: async (count) => {
        if (count < 1) return;
        const at = new Date(now).toISOString();
        await locked(request, () => add(dir, { type: 'places', run, scenario, count: -count, at }));
      },
    };
  });
}

async function locked<T>({ dir, clock }: DayRequest, work: () => Promise<T>): Promise<T> {
  const { lock: file } = limitFiles(dir);
  for (let n = 0; n < tries; n += 1) {
    const lock = takeLock(file);
    if (lock === undefined) {
      await clock.wait(pause);
      continue;
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
  throw new Error(`${file} is locked by another runner; without it nobody can tell how many records there are today`);
}

/** Runs with places count by those; all others, which had no limit, by what they created. */
async function madeIn(dir: string, scenario: string, now: number): Promise<number> {
  const recent = (at: string): boolean => Math.abs(now - Date.parse(at)) < day;
  const places = (await readPlaces(dir)).filter((one) => one.scenario === scenario && recent(one.at));
  const limited = new Set(places.map(({ run }) => run));
  const created = new Set<string>();
  for (const run of await runsIn(dir)) {
    if (limited.has(run)) continue;
    for (const entry of (await readBook(dir, run))?.book.entries.values() ?? [])
      if (entry.scenario === scenario && recent(entry.sentAt)) created.add(entry.marker);
  }
  for (const one of await historyCreations(dir))
    if (one.scenario === scenario && !limited.has(one.run) && recent(one.sentAt)) created.add(one.marker);
  return created.size + places.reduce((sum, { count }) => sum + count, 0);
}

type Places = Extract<Exclude<ReturnType<typeof readLine>, undefined>, { type: 'places' }>;

/** A torn line was never granted; another one that cannot be read is none of ours. */
async function readPlaces(dir: string): Promise<Places[]> {
  return (await textOf(limitFiles(dir).limits)).split('\n').flatMap((text) => {
    const line = readLine(text);
    return line?.type === 'places' ? [line] : [];
  });
}

async function add(dir: string, line: Places): Promise<void> {
  const { limits } = limitFiles(dir);
  const before = await textOf(limits);
  if (before.length > compactAbove) await compact(dir, Date.parse(line.at));
  const handle = await open(limits, 'a', 0o600);
  try {
    // The rest of a line torn by a crash must not swallow this one.
    await handle.appendFile(`${before === '' || before.endsWith('\n') ? '' : '\n'}${JSON.stringify(line)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function compact(dir: string, now: number): Promise<void> {
  const { limits } = limitFiles(dir);
  const recent = (await readPlaces(dir)).filter(({ at }) => Math.abs(now - Date.parse(at)) < day);
  const half = `${limits}.new`;
  await writeFile(half, recent.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
  await rename(half, limits);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return '';
    throw new Error(`cannot read ${file}, which tells how many records there are today`, { cause: error });
  }
}
