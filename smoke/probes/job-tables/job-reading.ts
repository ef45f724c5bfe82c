// What a look at jobs in a database says, and what was wrong where it could not look.

import type { Reading } from '../../core/look.ts';
import { rowCandidates } from '../../select/row.ts';
import { Blind } from '../plugin.ts';
import type { Rows } from '../sql/sql-reading.ts';
import { sayUnseen } from '../unseen.ts';
import type { JobRecord } from './job-table-row.ts';

/** The most jobs that a look reads, the newest first, where the scenario does not say. */
export const jobLimit = 1000;

export type JobsRead = {
  records: readonly JobRecord[];
  /** `queue push` */
  place: string;
  unseen: Reading['unseen'];
  /** The database only follows another one. */
  follows: boolean;
  /** Why an absence proves nothing, and neither does what a job lacks: it may be another queue. */
  doubt?: string | undefined;
  /** Why an absence proves nothing, though what is there is all that it seems. */
  untold?: string | undefined;
  read: readonly Rows[];
  named: boolean;
  ms: number;
};

/** `records`: the newest first, as they are read. A worse copy of a job tells against it where it came after the good one. */
export async function jobsReading({
  records: newest,
  place,
  unseen,
  follows,
  doubt,
  untold,
  read,
  named,
  ms,
}: JobsRead): Promise<Reading> {
  const records = newest.toReversed();
  const candidates = await rowCandidates(records.map((record) => ({ ...record, named })));
  const count = `${records.length} job${records.length === 1 ? '' : 's'} of ${place}`;
  return {
    candidates: candidates.map((candidate, index) => {
      const closed = records[index]?.closed;
      return closed === undefined ? candidate : { ...candidate, closed };
    }),
    ...sayUnseen(count, unseen === undefined ? [] : [unseen], untold === undefined ? [] : [untold]),
    ...(doubt !== undefined && { doubt }),
    ...(follows && { doubt: 'the database follows another one and may be behind it' }),
    cost: { requests: read.length, bytes: read.reduce((sum, { bytes }) => sum + bytes, 0), ms },
  };
}

/** The window that is read was too small to be sure. */
export function gaveUp(limit: number, read: readonly Rows[]): NonNullable<Reading['unseen']> {
  return read.some(({ whole }) => !whole)
    ? {
        kind: 'gave-up',
        message: 'only 8 MB are read at once, and there was more',
        hint: 'Name the `queue`, or lower `limit`.',
      }
    : {
        kind: 'gave-up',
        message: `only the newest ${limit} jobs were read, and more came since the send`,
        hint: 'Raise `limit`.',
      };
}

/** PostgreSQL: no such table, schema or column. MySQL and MariaDB: no such table, column. */
const noSuch: ReadonlySet<unknown> = new Set(['42P01', '3F000', '42703', 1146, 1054]);

/** `where`: which options say where the tables are. */
export function jobsBlind(error: unknown, where: string): unknown {
  if (!(error instanceof Blind)) return error;
  const { kind, message } = error.fault;
  const cause: unknown = error.cause;
  const { code, errno } = (cause ?? {}) as { code?: unknown; errno?: unknown };
  if (noSuch.has(code) || noSuch.has(errno) || /no such (?:table|column)/.test(message))
    return new Blind(kind, message, { cause, hint: `Check ${where}: the tables of the queue are not there.` });
  return error;
}
