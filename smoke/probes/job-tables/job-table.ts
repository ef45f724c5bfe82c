// Looks at a queue in tables that number their jobs: where the numbers stand is noted before the send, so that no clock
// has to be right, and a number whose job is missing tells of one that came and is gone.

import type { Reading } from '../../core/look.ts';
import { askedInTime } from '../before-the-send.ts';
import { isPast } from '../past-send.ts';
import type { Host, Probe } from '../plugin.ts';
import { nothing, type Rows, type SqlRow, type Within } from '../sql/sql-reading.ts';
import {
  type Ask,
  type Database,
  type DatabaseOptions,
  type Dialect,
  jobDatabase,
  secondsSince,
} from './job-database.ts';
import { factsAsk, factsIn, type TableFacts } from './job-facts.ts';
import { gaveUp, jobLimit, jobsBlind, jobsReading } from './job-reading.ts';
import { type JobRecord, textOf } from './job-table-row.ts';
import { type JobTable, type Window, type Windowed, windowIn, windowQuery } from './job-window.ts';

export type JobTableOptions = DatabaseOptions & { limit?: number | undefined };

/** How one system keeps its jobs. */
export type JobSystem<O> = {
  place(options: O): string;
  /** The first is the queue itself; from others nothing is missing that was not in the first. */
  tables(options: O, dialect: Dialect): readonly JobSource[];
  /** Which options say where the tables are. */
  where: string;
  /** What would show a job that is done. */
  hint: string;
  /** Its statements run by themselves, in no transaction. */
  alone?: true;
};

export type JobSource = {
  table: JobTable;
  params?: NonNullable<Ask['params']>;
  record(row: SqlRow): JobRecord;
};

/** Names that are told, at most. */
const NAMES = 20;

/** Where the numbers of a table stood before the send. */
type Start = { from: bigint; base: bigint };
const beginning: Start = { from: 0n, base: 0n };

export async function openJobTable<O extends JobTableOptions>(
  given: O,
  host: Host,
  system: JobSystem<O>,
): Promise<Probe<O>> {
  const database = await jobDatabase(given, host, system.alone);
  const opened = host.clock.wall();
  const armed = await askedInTime(host.clock, (signal) =>
    startOf(database, { signal }, system.tables(given, database.dialect)),
  );
  return {
    async read(options, { since, named, signal, limit: time }) {
      const began = host.clock.now();
      const { limit = jobLimit } = options;
      const sources = system.tables(options, database.dialect);
      const starts = isPast(since, opened) ? undefined : armed;
      const windows = sources.map((_one, index): Window => ({ ...(starts?.[index] ?? beginning), limit }));
      const asks = (): readonly Ask[] => [
        ...sources.map(({ table, params }, index): Ask => {
          const window = windows[index] ?? { ...beginning, limit };
          const query = windowQuery(table, window, secondsSince(since, host.clock), database.dialect);
          return { query, ...(params && { params }) };
        }),
        ...factsOf(sources, database.dialect),
        ...sources
          .flatMap(({ table }) => table.named ?? [])
          .slice(0, 1)
          .map(({ names }): Ask => ({ query: names })),
      ];
      const within: Within = { signal, ...(time !== undefined && { limit: time }) };
      const read = await asked(database, within, asks, system.where);
      const found = sources.map((_one, index) => windowIn(read[index]?.rows ?? [], limit, starts !== undefined));
      const facts = sources.map((_one, index) => factsIn(read[sources.length + index] ?? nothing));
      const isCut = found.some(({ cut }) => cut) || read.some(({ whole }) => !whole);
      return jobsReading({
        records: found.flatMap(({ jobs }, index) => jobs.flatMap((row) => sources[index]?.record(row) ?? [])),
        place: system.place(options),
        unseen: isCut ? gaveUp(limit, read) : missing(found[0], facts[0], windows[0], system),
        follows: facts.some(({ follows }) => follows),
        doubt: doubtOf(sources[0], found[0], facts[0], starts?.[0], read[2 * sources.length]),
        read,
        named,
        ms: host.clock.now() - began,
      });
    },
  };
}

function factsOf(sources: readonly JobSource[], dialect: Dialect): readonly Ask[] {
  return sources.map(({ table }) => factsAsk(dialect, table));
}

async function startOf(database: Database, within: Within, sources: readonly JobSource[]): Promise<readonly Start[]> {
  const newest = sources.map(
    ({ table }): Ask => ({ query: `SELECT COALESCE(MAX(id), 0) AS newest FROM ${table.name}` }),
  );
  const read = await database.ask(within, () => [...newest, ...factsOf(sources, database.dialect)]);
  return sources.map((_one, index): Start => {
    const last = BigInt(String(read[index]?.rows[0]?.['newest'] ?? 0));
    const { last: given } = factsIn(read[sources.length + index] ?? nothing);
    // SQLite gives a number again where nothing tells which it gave.
    const from = given === undefined && database.dialect.engine === 'sqlite' ? 0n : last;
    return { from, base: given ?? last };
  });
}

async function asked(
  database: Database,
  within: Within,
  asks: () => readonly Ask[],
  where: string,
): Promise<readonly Rows[]> {
  try {
    return await database.ask(within, asks);
  } catch (error) {
    throw jobsBlind(error, where);
  }
}

/**
 * A mistyped name is told by nothing but the others. Where no job came at all since the send none came under that name
 * either, if ever one came into this table.
 */
function doubtOf(
  source: JobSource | undefined,
  found: Windowed | undefined,
  facts: TableFacts | undefined,
  start: Start | undefined,
  read: Rows | undefined,
): string | undefined {
  if (source === undefined || found === undefined || found.jobs.length > 0) return undefined;
  const { plain, named } = source.table;
  if (found.others === 0)
    return facts?.last === 0n && (start?.base ?? 0n) === 0n
      ? `no job was ever put into ${plain}: it may be another table, schema or database`
      : undefined;
  if (named === undefined) return undefined;
  const names = (read?.rows ?? []).map(({ name }) => textOf(name)).filter((name) => name !== '');
  if (names.includes(named.name)) return undefined;
  const shown = names.toSorted().slice(0, NAMES).join(', ');
  return `there is no ${named.what} ${named.name} among the newest jobs: they are of ${shown}`;
}

/** Undefined where each number that was given since the start has its job. That some are kept says nothing of the others. */
function missing<O>(
  found: Windowed | undefined,
  facts: TableFacts | undefined,
  window: Window | undefined,
  { hint }: JobSystem<O>,
): Reading['unseen'] {
  if (found === undefined || window === undefined) return undefined;
  const { base } = window;
  const given = facts?.last === undefined ? undefined : facts.last - base;
  const gone = given === undefined || found.total === undefined ? undefined : given - found.total;
  if (gone === 0n) return undefined;
  const isSome = gone !== undefined && gone > 0n;
  const message = isSome
    ? `${gone} of the ${given} numbers given to jobs ${base === 0n ? 'so far' : 'since the send'} ${gone === 1n ? 'has' : 'have'} no job any more: one that is done is deleted`
    : 'a job that is done is deleted, and nothing tells whether one was';
  return { kind: 'not-observable', message, hint };
}
