// What a step on a database did, whichever it is.

import { rowCandidate } from '../../select/row.ts';
import type { Sent } from '../plugin.ts';
import type { SqlOptions } from './sql-options.ts';
import { type SqlRow, sizeOf } from './sql-reading.ts';

export type Ran = { rows: readonly SqlRow[]; changes: number };

/** Rows a step keeps to read its aliases from. */
export const keptRows = 1000;

/** `source`: the database, in the words of reports. */
export async function sentOf(
  options: SqlOptions,
  ran: Ran,
  keyword: string,
  source: string,
  ms: number,
): Promise<Sent> {
  const { rows, changes } = ran;
  const first = rows[0];
  const wanted = options.expect?.changes;
  const unmet = wanted !== undefined && !within(changes, wanted);
  const which = rows.length > 1 ? `, row 1 of ${rows.length}` : '';
  const message = `${changes} rows changed, not ${[wanted].flat().join(' to ')} as expected`;
  return {
    outcome: unmet ? 'unknown' : 'done',
    summary: `${keyword} on ${source} → ${changes} changed${which}`,
    ...(unmet && { fault: { kind: 'wrong-answer', message } }),
    ...(first && { answer: await rowCandidate({ row: first, source: `row 1 of ${source}` }) }),
    cost: { requests: 1, bytes: rows.reduce((sum, row) => sum + sizeOf(row), 0), ms },
  };
}

function within(changes: number, wanted: number | readonly [number, number]): boolean {
  return typeof wanted === 'number' ? changes === wanted : changes >= wanted[0] && changes <= wanted[1];
}
