// What the lines of a ledger add up to: which records a run created, what is known of each, what is still open.

import type { Cleaned, Created, LedgerLine, LedgerSent } from './ledger-line.ts';
import type { VerdictName } from './verdict.ts';

/**
 * `open`: must be cleaned. `lingering`: it was cleaned and the destination lacked it, but it never arrived, so a stuck
 * job may still push it: it is cleaned again by every sweep, and once more at or after `until`, which closes it.
 */
export type LedgerState = 'open' | 'lingering' | 'closed';

export type LedgerEntry = Created & {
  run: string;
  /** When the run started, ISO 8601: what `run.startedAt` stood for. */
  startedAt: string;
  aliases: ReadonlyMap<string, string>;
  /** Names of aliases whose values were not written (secrets). */
  withheld: ReadonlySet<string>;
  computed: ReadonlyMap<string, string | number>;
  /** With the marker, secrets masked. */
  texts: readonly string[];
  sent?: LedgerSent;
  verdict?: VerdictName;
  lastClean?: Cleaned & { at: string };
  /** The record was at the destination at some time; where there are several, at all of them. */
  arrived: boolean;
  /** Destinations at which the run saw it, where it did not see it at all of them. */
  reached: readonly string[];
  state: LedgerState;
  /** When a person gave it up, ISO 8601. */
  givenUpAt?: string;
  /** End of `linger`, ISO 8601. */
  until: string;
};

/** A ledger as read so far. `addLine` grows it, and the entries in it, in place. */
export type LedgerBook = {
  run: string;
  host: string | undefined;
  startedAt: string | undefined;
  /** The last one that took the ledger over from its run. */
  takenBy: { by: string; host: string; at: string } | undefined;
  entries: Map<string, Growing>;
};

export function emptyBook(run: string): LedgerBook {
  return { run, host: undefined, startedAt: undefined, takenBy: undefined, entries: new Map() };
}

/** Adds one line to a book. A line about a marker whose creation is not in the book is ignored. */
export function addLine(book: LedgerBook, line: LedgerLine): void {
  switch (line.type) {
    case 'run':
      book.host ??= line.host;
      book.startedAt ??= line.at;
      return;
    case 'taken':
      book.takenBy = { by: line.by, host: line.host, at: line.at };
      return;
    case 'created':
      if (!book.entries.has(line.marker)) book.entries.set(line.marker, begin(book, line));
      return;
    case 'remembered':
    case 'places':
      // Stand beside the ledgers, never in one.
      return;
    default: {
      const entry = book.entries.get(line.marker);
      if (entry !== undefined) grow(entry, line);
    }
  }
}

/** The entries that are not closed, in the order they were created. */
export function openOf(book: LedgerBook): LedgerEntry[] {
  return [...book.entries.values()].filter((entry) => entry.state !== 'closed');
}

function begin(book: LedgerBook, line: LedgerLine & { type: 'created' }): Growing {
  const { type: _, ...created } = line;
  return {
    ...created,
    run: book.run,
    startedAt: book.startedAt ?? created.sentAt,
    aliases: new Map(),
    withheld: new Set(),
    computed: new Map(),
    texts: [],
    arrived: false,
    reached: [],
    state: 'open',
    until: endOfLinger(created),
  };
}

type Later = Exclude<LedgerLine, { type: 'run' | 'taken' | 'created' | 'remembered' | 'places' }>;

/** Changed in place: a damaged or hostile file may hold any number of lines about one marker. */
type Growing = LedgerEntry & {
  aliases: Map<string, string>;
  withheld: Set<string>;
  computed: Map<string, string | number>;
};

function grow(entry: Growing, line: Later): void {
  switch (line.type) {
    case 'alias':
      if (line.value === undefined) entry.withheld.add(line.name);
      else entry.aliases.set(line.name, line.value);
      return;
    case 'computed':
      for (const [name, value] of line.values) entry.computed.set(name, value);
      return;
    case 'texts':
      entry.texts = line.texts;
      return;
    case 'sent':
      entry.sent = line.outcome;
      break;
    case 'verdict':
      entry.verdict = line.verdict;
      entry.arrived ||= line.arrived ?? sightedAtDestination[line.verdict];
      entry.reached = line.reached ?? [];
      break;
    case 'cleaned': {
      const { type: _, marker: __, ...clean } = line;
      entry.lastClean = clean;
      entry.arrived ||= clean.arrived === true;
      break;
    }
    case 'closed':
      entry.state = 'closed';
      if (line.by !== undefined && line.at !== undefined) entry.givenUpAt = line.at;
  }
  entry.state = stateOf(entry);
}

/** The one place that decides whether an entry is open, lingering or closed. */
function stateOf(entry: LedgerEntry): LedgerState {
  if (entry.state === 'closed' || entry.sent === 'refused') return 'closed';
  const clean = entry.lastClean;
  if (clean === undefined || !clean.ok || clean.destinationLacks !== true) return 'open';
  return entry.arrived || Date.parse(clean.at) >= Date.parse(entry.until) ? 'closed' : 'lingering';
}

/** The verdicts that need a sighting at the destination. After the others, something may still be on its way. */
const sightedAtDestination: Readonly<Record<VerdictName, boolean>> = {
  arrived: true,
  skewed: true,
  late: true,
  altered: true,
  duplicated: true,
  lost: false,
  refused: false,
  unproven: false,
  interrupted: false,
};

/** The last moment a date can hold: 100 million days after 1970. A longer linger ends there. */
const lastMoment = 8.64e15;

function endOfLinger(created: Created): string {
  return new Date(Math.min(Date.parse(created.sentAt) + Math.max(0, created.linger), lastMoment)).toISOString();
}
