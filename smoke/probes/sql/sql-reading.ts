// What a look makes of the rows of a database, whichever it is.

import type { Reading } from '../../core/look.ts';
import { type Cell, type RowInput, rowCandidates } from '../../select/row.ts';

export type SqlRow = Readonly<Record<string, Cell>>;
export type Rows = { rows: readonly SqlRow[]; bytes: number; whole: boolean };
export const nothing: Rows = { rows: [], bytes: 0, whole: true };

/** How long a look may take: as in `ReadContext`. */
export type Within = { signal: AbortSignal; limit?: number };

/** Rows and bytes that one look reads at most. */
export const rowCap = 10_000;
export const byteCap: number = 8 * 1024 * 1024;

export async function readingOf(
  { rows, bytes, whole }: Rows,
  source: string,
  named: boolean,
  ms: number,
): Promise<Reading> {
  const inputs = rows.map((row, index): RowInput => ({ row, source: `row ${index + 1}`, named }));
  const count = `${rows.length} row${rows.length === 1 ? '' : 's'}`;
  return {
    candidates: await rowCandidates(inputs),
    whole,
    searched: whole ? `${count} of ${source}` : `only the first ${count} of ${source}: narrow the query`,
    cost: { requests: 1, bytes, ms },
  };
}

export function sizeOf(row: SqlRow): number {
  let size = 0;
  for (const cell of Object.values(row)) {
    size += typeof cell === 'string' ? cell.length : cell instanceof Uint8Array ? cell.byteLength : 8;
  }
  return size;
}
