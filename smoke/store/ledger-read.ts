// Reading ledgers: which runs of a folder are alive, and what the dead ones left open.

import { readFile, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { addLine, emptyBook, type LedgerBook, type LedgerEntry, openOf } from '../core/ledger-entry.ts';
import { readLine } from '../core/ledger-line.ts';
import { textOf } from '../core/text-of.ts';
import { damagedIn, isMissing, isYoung, ledgerFiles, runsIn } from './ledger-folder.ts';
import { isLocked } from './run-lock.ts';

/** A ledger larger than this is not ours, in bytes: a line is a few hundred, a run a few thousand markers. */
const largest = 256 * 1024 * 1024;

export type ReadBook = {
  book: LedgerBook;
  /** Lines that could not be read, the torn last one (which was never reported as written) left out. */
  damaged: number;
};

/** Reads a run's ledger; undefined where there is none (any more). */
export async function readBook(dir: string, run: string): Promise<ReadBook | undefined> {
  const { ledger } = ledgerFiles(dir, run);
  let text: string;
  try {
    const { size } = await stat(ledger);
    if (size > largest) throw new Error(`the file has ${size} bytes, more than a ledger can have`);
    text = await readFile(ledger, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    const why = textOf(error);
    throw new Error(`cannot read the ledger ${ledger}: ${why}`, { cause: error });
  }
  const book = emptyBook(run);
  let damaged = 0;
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf('\n', start);
    if (end < 0) break;
    const line = readLine(text.slice(start, end));
    if (line === undefined) damaged += end > start ? 1 : 0;
    else if (line.type !== 'unknown') addLine(book, line);
    start = end + 1;
  }
  // Emptied, or overwritten from its beginning; a disk that lost power leaves zeros behind what was written.
  const isBlank = book.startedAt === undefined && book.entries.size === 0;
  const isZeroed = text.slice(text.lastIndexOf('\n') + 1).includes('\0');
  if (damaged === 0 && (isBlank || isZeroed)) damaged = 1;
  return { book, damaged };
}

/**
 * Whether somebody is at work on a run's ledger: the run itself, or a sweeper that took it over. The lock decides on
 * the host the run was started on; a run of another host is also alive while its heartbeat is young, since a lock does
 * not cross every network file system. Hosts that share a folder need clocks that agree within half a minute.
 */
export async function isAlive(dir: string, run: string, now: Date, host: string = hostname()): Promise<boolean> {
  const files = ledgerFiles(dir, run);
  if (isLocked(files.lock)) return true;
  const worker = await lastAtWork(dir, run);
  return worker !== undefined && worker !== host && (await isYoung(files.beat, now));
}

/** The host that last worked on a ledger. */
async function lastAtWork(dir: string, run: string): Promise<string | undefined> {
  const read = await readBook(dir, run);
  return read?.book.takenBy?.host ?? read?.book.host;
}

export type OpenEntries = {
  /** What dead runs left: open and lingering entries, in the order of their creation within a run. */
  entries: readonly LedgerEntry[];
  /** Dead runs with nothing open: only their files are left, for `takeOver` and `close` to tidy away. */
  finished: readonly string[];
  /** Runs somebody is at work on. They are never to be touched. */
  living: readonly string[];
  /** Ledgers that are damaged or cannot be read, in words. */
  problems: readonly string[];
};

/** What the dead runs of a folder left behind. Changes nothing. One that cannot be read hides no other. */
export async function openEntries(dir: string, now: Date, host: string = hostname()): Promise<OpenEntries> {
  const found = {
    entries: [] as LedgerEntry[],
    finished: [] as string[],
    living: [] as string[],
    problems: [] as string[],
  };
  for (const file of await damagedIn(dir))
    found.problems.push(`${file} is a damaged ledger: clean up by hand what it may have named, then remove the file`);
  for (const run of await runsIn(dir)) {
    try {
      // Alive first, read second: what a run writes before it dies is then in what is read.
      if (await isAlive(dir, run, now, host)) {
        found.living.push(run);
        continue;
      }
      const read = await readBook(dir, run);
      if (read === undefined) continue;
      if (read.damaged > 0)
        found.problems.push(
          `${ledgerFiles(dir, run).ledger} has ${read.damaged} damaged line${read.damaged === 1 ? '; what it' : 's; what they'} said is lost`,
        );
      const open = openOf(read.book);
      if (open.length === 0) found.finished.push(run);
      found.entries.push(...open);
    } catch (error) {
      found.problems.push(textOf(error));
    }
  }
  return found;
}

/** Markers that the ledgers of a folder know and that are not done with. */
export type KnownMarkers = { living: ReadonlySet<string>; open: ReadonlySet<string> };

/** Of runs at work all markers count, whatever their state. A missing folder knows none. */
export async function knownMarkers(dir: string, now: Date, host: string): Promise<KnownMarkers> {
  const living = new Set<string>();
  const open = new Set<string>();
  for (const run of await runsIn(dir)) {
    const alive = await isAlive(dir, run, now, host);
    const book = (await readBook(dir, run))?.book;
    if (book === undefined) continue;
    for (const { marker } of alive ? book.entries.values() : openOf(book)) (alive ? living : open).add(marker);
  }
  return { living, open };
}
