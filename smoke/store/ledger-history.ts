// What finished runs leave behind: one line a marker, so that `trace` can take aliases from earlier runs. Bounded.

import { appendFile, readFile, rename, stat, writeFile } from 'node:fs/promises';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { type Remembered, readLine, writeLine } from '../core/ledger-line.ts';
import { historyFiles, isMissing, runsIn } from './ledger-folder.ts';
import { readBook } from './ledger-read.ts';
import { takeLock } from './run-lock.ts';

/** Above this size (in bytes) the file is cut down to the newest markers: at most so many, in at most half of it. */
const compactAbove = 2 * 1024 * 1024;
const keptMarkers = 2_000;
const longestLine = 16 * 1024;

/**
 * Adds entries to the history. False where they could not be remembered (the file is locked by another run, or cannot
 * be written): the history is a convenience and never the reason for a failure.
 */
export async function appendHistory(dir: string, entries: readonly LedgerEntry[]): Promise<boolean> {
  const lines = entries
    .map((entry) => writeLine({ type: 'remembered', ...remember(entry) }))
    .filter((line) => line.length <= longestLine);
  if (lines.length === 0) return true;
  const { history, lock: lockFile } = historyFiles(dir);
  try {
    const lock = takeLock(lockFile);
    if (lock === undefined) return false;
    try {
      await appendFile(history, lines.join(''), { mode: 0o600 });
      if ((await stat(history)).size > compactAbove) await compact(history);
    } finally {
      lock.release();
    }
    return true;
  } catch {
    // Said by the result; the run has been judged and cleaned, and must end well.
    return false;
  }
}

/** `closed`: what the run created was cleaned up, or there was nothing to clean. */
export type Recalled = Remembered & { closed: boolean };

/** What the folder knows of a marker: from the runs at work or left behind first, then from the history. */
export async function recall(dir: string, marker: string): Promise<Recalled | undefined> {
  for (const run of await runsIn(dir)) {
    // One that cannot be read hides no other; sweep is the one to complain of it.
    const read = await readBook(dir, run).catch(() => undefined);
    const entry = read?.book.entries.get(marker);
    if (entry !== undefined) return { ...remember(entry), closed: entry.state === 'closed' };
  }
  const lines = await readLines(historyFiles(dir).history);
  const quoted = JSON.stringify(marker);
  // The newest line tells: a marker may have been sent again.
  for (const text of lines.reverse()) {
    // Parsing each line would make a trace pay for the whole history.
    if (!text.includes(quoted)) continue;
    const line = readLine(text);
    if (line?.type === 'remembered' && line.marker === marker) return { ...line, closed: true };
  }
  return undefined;
}

/** All markers that the folder knows, of runs at work, of those left behind, and of the history. */
export async function recallable(dir: string): Promise<ReadonlySet<string>> {
  const known = new Set((await historyCreations(dir).catch(() => [])).map(({ marker }) => marker));
  for (const run of await runsIn(dir)) {
    const read = await readBook(dir, run).catch(() => undefined);
    for (const marker of read?.book.entries.keys() ?? []) known.add(marker);
  }
  return known;
}

/** The markers that the history remembers, and when they were sent. */
export async function historyCreations(
  dir: string,
): Promise<readonly Pick<Remembered, 'run' | 'scenario' | 'marker' | 'sentAt'>[]> {
  return (await readLines(historyFiles(dir).history)).flatMap((text) => {
    const line = readLine(text);
    return line?.type === 'remembered' ? [line] : [];
  });
}

async function compact(history: string): Promise<void> {
  const newest: string[] = [];
  let room = compactAbove / 2;
  for (const line of (await readLines(history)).slice(-keptMarkers).reverse()) {
    room -= Buffer.byteLength(line) + 1;
    if (room < 0) break;
    newest.push(`${line}\n`);
  }
  const half = `${history}.new`;
  await writeFile(half, newest.reverse().join(''), { mode: 0o600 });
  await rename(half, history);
}

async function readLines(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if (isMissing(error)) return [];
    throw new Error(`cannot read the history ${file}`, { cause: error });
  }
}

function remember(entry: LedgerEntry): Remembered {
  const { run, scenario, file, marker, sentAt, sent, state, lastClean, givenUpAt } = entry;
  return {
    run,
    scenario,
    file,
    marker,
    sentAt,
    ...(sent !== undefined && { sent }),
    aliases: [...entry.aliases],
    computed: [...entry.computed],
    ...(givenUpAt !== undefined && { givenUpAt }),
    ...(givenUpAt === undefined && state === 'closed' && lastClean?.ok && { cleanedAt: lastClean.at }),
  };
}
