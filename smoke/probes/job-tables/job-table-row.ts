// What of a row of a table of jobs becomes a record.

import { parseJson } from '../../select/json-text.ts';
import type { Cell, RowInput } from '../../select/row.ts';

/** `closed`: why nobody can look into it. */
export type JobRecord = RowInput & { closed?: string };

/** Data where the column holds it; else the text that it is. Columns of JSON come as texts from every driver. */
export function jsonCell(cell: Cell): Cell {
  if (typeof cell !== 'string') return cell;
  try {
    return parseJson(cell);
  } catch {
    // Encrypted, or cut.
    return cell;
  }
}

/** `2026-11-26T18:11:09.000Z` of seconds since the epoch. */
export function timeOf(seconds: Cell): { at?: string } {
  const time = seconds === null || seconds === undefined ? Number.NaN : Number(seconds) * 1000;
  return Number.isFinite(time) && Math.abs(time) < 8.64e15 ? { at: new Date(Math.round(time)).toISOString() } : {};
}

export function textOf(cell: Cell): string {
  return cell === null || cell === undefined ? '' : String(cell);
}
