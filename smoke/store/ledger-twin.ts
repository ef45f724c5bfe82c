// Finds an earlier record of ours that is known by the same ids: a system that gives back an older one in place of a new.

import { type LedgerBook, type LedgerEntry, openOf } from '../core/ledger-entry.ts';
import { runsIn } from './ledger-folder.ts';
import { readBook } from './ledger-read.ts';

/** The older record's marker, and the run that sent it. */
export type Twin = { marker: string; run: string };

/**
 * Of records that are done with none counts: their ids may be given to others. `names`: the aliases that tell which
 * record is deleted; all of them that are known must be the same.
 */
export async function olderTwin(
  dir: string,
  own: LedgerBook,
  marker: string,
  names: ReadonlySet<string>,
): Promise<Twin | undefined> {
  const entry = own.entries.get(marker);
  if (entry === undefined) return undefined;
  const ids = [...entry.aliases].filter(([name]) => names.has(name));
  if (ids.length === 0) return undefined;
  const isTwin = (other: LedgerEntry): boolean =>
    isSameSystem(entry, other) && ids.every(([name, value]) => other.aliases.get(name) === value);
  for (const run of await runsIn(dir)) {
    // What cannot be read tells nothing here; a sweep says so.
    const book = run === own.run ? own : (await readBook(dir, run).catch(() => undefined))?.book;
    const twin = book && openOf(book).find((other) => isBefore(other, entry) && isTwin(other));
    if (twin !== undefined) return { marker: twin.marker, run: twin.run };
  }
  return undefined;
}

function isBefore(other: LedgerEntry, { marker, sentAt, run }: LedgerEntry): boolean {
  if (other.marker === marker) return false;
  // Of markers that left in the same moment one is the first.
  return other.sentAt === sentAt ? other.run + other.marker < run + marker : other.sentAt < sentAt;
}

/** Another environment may well have the same ids. */
function isSameSystem(entry: LedgerEntry, other: LedgerEntry): boolean {
  return (
    entry.scenario === other.scenario &&
    entry.environment === other.environment &&
    JSON.stringify(entry.values ?? []) === JSON.stringify(other.values ?? [])
  );
}
