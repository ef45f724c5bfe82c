// The ledger: the durable list of records that runs created and have not yet cleaned up. One append-only file a run.
// On disk means fsync of the file, and of its folder when the file is new. That order cannot be tested without cutting
// the power; what the tests hold is that the line is in the file before the promise resolves.

import { open, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { addLine, emptyBook, type LedgerBook, type LedgerEntry, openOf } from '../core/ledger-entry.ts';
import {
  type Cleaned,
  type Created,
  type LedgerLine,
  type LedgerSent,
  readLine,
  writeLine,
} from '../core/ledger-line.ts';
import { textOf } from '../core/text-of.ts';
import type { VerdictName } from '../core/verdict.ts';
import { type LedgerFiles, ledgerFiles, removeRecords, setAside } from './ledger-folder.ts';
import { appendHistory } from './ledger-history.ts';
import { isAlive, readBook } from './ledger-read.ts';
import { olderTwin, type Twin } from './ledger-twin.ts';
import { type LedgerWriter, ledgerWriter } from './ledger-writer.ts';
import { makeFolder } from './make-folder.ts';
import { type RunLock, takeLock } from './run-lock.ts';

/** A ledger at work, of the run itself or of a sweeper that took it over. Its writes reject with a text that names the file. */
export type RunLedger = {
  readonly run: string;
  /** Path of the file. */
  readonly file: string;
  /** Resolves when the record is on disk: await it before the send leaves, and do not send where it rejects. */
  created(record: Created): Promise<void>;
  /** Without a value (or with one that holds a secret) only the name is written. */
  alias(marker: string, name: string, value: string | undefined): Promise<void>;
  /** Results of function calls by their text. On disk when it resolves; those that hold a secret are left out. */
  computed(
    marker: string,
    values: Readonly<Record<string, string | number>> | ReadonlyMap<string, string | number>,
  ): Promise<void>;
  /** Texts with the marker, before they leave: masked and cut around the marker. On disk when it resolves. */
  texts(marker: string, texts: readonly string[]): Promise<void>;
  sent(marker: string, outcome: LedgerSent): Promise<void>;
  /** `arrived`: the record was seen at every destination; `reached`: at these, where it was not seen at all of them. */
  verdict(marker: string, verdict: VerdictName, arrived?: boolean, reached?: readonly string[]): Promise<void>;
  cleaned(marker: string, cleaned: Cleaned): Promise<void>;
  /** Closes an entry by decision: there was nothing to clean, or nothing that could tell. */
  closed(marker: string): Promise<void>;
  /** Closes an entry because a person says so. On disk when it resolves. */
  givenUp(marker: string): Promise<void>;
  /** An earlier record that is not done with and is known by the same `names`, in any ledger of the folder. */
  twin(marker: string, names: ReadonlySet<string>): Promise<Twin | undefined>;
  /** Every entry, the closed ones included, as it stands now. */
  entries(): readonly LedgerEntry[];
  /** Call it every 15 s. `lost`: somebody took the ledger over; stop, and report interrupted. */
  beat(): Promise<'held' | 'lost'>;
  /** Releases the lock. With nothing open, the run's files give way to a line a marker in the history. */
  close(): Promise<{ open: number }>;
};

/** How often to call `beat`, in milliseconds. */
export const beatEvery = 15_000;

export type LedgerOptions = {
  /** The ledger's folder; made where it is missing. */
  dir: string;
  run: string;
  /** Name of this machine. */
  host?: string;
  clock: { wall(): Date };
  /** What `run.startedAt` stands for in the run; now, where it is left out. */
  startedAt?: Date;
  /** Masks secrets. A value it would change is not written; a scenario name or path it would change is refused. */
  mask?: (text: string) => string;
};

/** Opens the ledger of a new run and takes its lock. Nothing but the lock and the heartbeat is on disk until `created`. */
export async function openLedger(options: LedgerOptions): Promise<RunLedger> {
  const files = ledgerFiles(options.dir, options.run);
  try {
    makeFolder(options.dir);
  } catch (error) {
    throw new Error(`cannot make the ledger folder ${options.dir}: ${textOf(error)}; name another one`, {
      cause: error,
    });
  }
  const lock = takeLock(files.lock);
  if (lock === undefined) throw new Error(`the run ${options.run} is already at work (${files.lock} is locked)`);
  try {
    await tryRoom(files.beat);
    await touch(files.beat, options.clock.wall());
  } catch (error) {
    lock.release();
    await Promise.allSettled([rm(files.beat, { force: true }), rm(files.lock, { force: true })]);
    throw new Error(`cannot write to the ledger folder ${options.dir}: ${textOf(error)}`, { cause: error });
  }
  return ledger(options, { files, lock, book: emptyBook(options.run), writer: ledgerWriter(files.ledger, 'create') });
}

/**
 * Takes over the ledger of a dead run, to clean up what it left; undefined where somebody is at work on it or it is
 * gone. `by` names the sweeper.
 */
export async function takeOver(options: LedgerOptions & { by: string }): Promise<RunLedger | undefined> {
  const { dir, run, clock, by, host = hostname() } = options;
  const files = ledgerFiles(dir, run);
  if (await isAlive(dir, run, clock.wall(), host)) return undefined;
  const lock = takeLock(files.lock);
  if (lock === undefined) return undefined;
  const writer = ledgerWriter(files.ledger, 'append');
  try {
    // Read under the lock: another sweeper may just have finished with it.
    const read = await readBook(dir, run);
    if (read === undefined) {
      lock.release();
      await rm(files.lock, { force: true });
      return undefined;
    }
    const taken: LedgerLine = { type: 'taken', by, host, at: clock.wall().toISOString() };
    await writer.append(writeLine(taken), true);
    addLine(read.book, taken);
    await touch(files.beat, clock.wall());
    return ledger(options, { files, lock, book: read.book, writer, damaged: read.damaged > 0 });
  } catch (error) {
    await writer.close();
    lock.release();
    throw error;
  }
}

type Held = { files: LedgerFiles; lock: RunLock; book: LedgerBook; writer: LedgerWriter; damaged?: boolean };

function ledger(options: LedgerOptions, { files, lock, book, writer, damaged = false }: Held): RunLedger {
  const { clock, mask = (value) => value, host = hostname() } = options;
  const isClear = (value: string | number): boolean => mask(String(value)) === String(value);
  let closing: Promise<{ open: number }> | undefined;

  async function add(line: LedgerLine, sync = false): Promise<void> {
    await writer.append(writeLine(line), sync);
    addLine(book, line);
  }

  async function created(record: Created): Promise<void> {
    const { values = [], ...rest } = record;
    const clear = values.filter(
      ([name, value]) => isClear(name) && isClear(String(value)) && String(value).length <= longestValue,
    );
    const line: LedgerLine = { type: 'created', ...rest, ...(clear.length > 0 && { values: clear }) };
    const { scenario, file, baseDir = '', marker, destination, destinations = [] } = record;
    for (const value of [scenario, file, baseDir, marker, destination, ...destinations])
      if (!isClear(value))
        throw new Error(`${files.ledger} would hold a secret: a part of ${mask(value)} is one; rename it`);
    if (readLine(writeLine(line)) === undefined)
      throw new TypeError(`${files.ledger}: the record of ${record.marker} could not be read back`);
    const first: LedgerLine = {
      type: 'run',
      run: options.run,
      host,
      at: (options.startedAt ?? clock.wall()).toISOString(),
    };
    const header = book.startedAt === undefined ? first : undefined;
    if (header !== undefined) addLine(book, header);
    try {
      await writer.append((header === undefined ? '' : writeLine(header)) + writeLine(line), true);
    } catch (error) {
      // The next record tries again to begin the file.
      if (header !== undefined) book.startedAt = undefined;
      throw error;
    }
    addLine(book, line);
  }

  async function finish(): Promise<{ open: number }> {
    // A ledger that somebody removed is not anybody else's for that.
    const lease = await writer.lease().catch(() => 'removed' as const);
    await writer.close();
    const open = openOf(book).length;
    try {
      // What was lost to a sweeper is the sweeper's to tidy.
      if (lease === 'lost') return { open };
      if (open > 0 || lease === 'removed') {
        await rm(files.beat, { force: true });
        return { open };
      }
      await appendHistory(options.dir, [...book.entries.values()]);
      await (damaged ? setAside(files) : removeRecords(files));
    } finally {
      lock.release();
    }
    await rm(files.lock, { force: true });
    return { open };
  }

  return {
    run: options.run,
    file: files.ledger,
    created,
    alias: (marker, name, value) => {
      const keeps = value !== undefined && value.length <= longestValue && isClear(value);
      return add(keeps ? { type: 'alias', marker, name, value } : { type: 'alias', marker, name });
    },
    computed: async (marker, values) => {
      const all = values instanceof Map ? [...values] : Object.entries(values);
      const clear = all.filter(
        ([name, value]) => isClear(name) && isClear(value) && String(value).length <= longestValue,
      );
      if (clear.length > 0) await add({ type: 'computed', marker, values: clear }, true);
    },
    texts: (marker, texts) =>
      add({ type: 'texts', marker, texts: texts.slice(0, mostTexts).map((text) => mask(around(text, marker))) }, true),
    sent: (marker, outcome) => add({ type: 'sent', marker, outcome }),
    verdict: (marker, verdict, arrived, reached) =>
      add({
        type: 'verdict',
        marker,
        verdict,
        ...(arrived !== undefined && { arrived }),
        ...(reached !== undefined && { reached }),
      }),
    cleaned: (marker, cleaned) => add({ type: 'cleaned', marker, at: clock.wall().toISOString(), ...cleaned }),
    closed: (marker) => add({ type: 'closed', marker }),
    givenUp: (marker) => add({ type: 'closed', marker, at: clock.wall().toISOString(), by: host }, true),
    twin: (marker, names) => olderTwin(options.dir, book, marker, names),
    entries: () => [...book.entries.values()],
    beat: async () => {
      const lease = await writer.lease();
      if (lease === 'held') await touch(files.beat, clock.wall());
      return lease;
    },
    close: () => {
      closing ??= finish();
      return closing;
    },
  };
}

/** A value longer than this (in UTF-16 units) is no name a record is known by. */
const longestValue = 65_536;

/** Of one marker; and of one text, characters on either side of the marker. */
const mostTexts = 50;
const mostAround = 2_000;

function around(text: string, marker: string): string {
  const at = text.indexOf(marker);
  return text.slice(Math.max(0, at - mostAround), at + marker.length + mostAround).toWellFormed();
}

/** Lets a full disk show now, and not when the first record is about to be sent. Nothing of it stays. */
async function tryRoom(file: string): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    await handle.write(Buffer.alloc(4096));
    await handle.truncate(0);
  } finally {
    await handle.close();
  }
}

/** The heartbeat is the file's time and not its content, so that it needs no room on a full disk. */
async function touch(file: string, at: Date): Promise<void> {
  const handle = await open(file, 'a', 0o600);
  await handle.close();
  await utimes(file, at, at);
}
