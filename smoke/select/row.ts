// Turns the rows of a table, or the fields of a job, into Candidates: columns by name, JSONPath over the row.

import type { Candidate, Origin } from '../core/look.ts';
import { type Answer, candidate, type Facts } from './candidate.ts';
import { findJson, jsonLeaves } from './json-body.ts';
import { type JsonPath, loadJsonPath } from './json-path.ts';
import { type Json, noteDigits, valueText } from './json-text.ts';
import { bytesText } from './message.ts';
import { unfold } from './unfold.ts';

/** A column's value as drivers give it; anything JSON may stand in a column of a document store. */
export type Cell = Json | bigint | Uint8Array | Date | undefined;

export type RowInput = {
  row: Readonly<Record<string, Cell>>;
  /** `row 3`, `job 5530` */
  source: string;
  named?: boolean;
  /** See `Candidate`. */
  origin?: Origin;
  line?: boolean;
  at?: string;
  instance?: string;
  /** What is known of the page it was read on. */
  answer?: Answer;
  /** The columns whose texts count as what it says; all others are found by selectors alone. Without it, all count. */
  says?: readonly string[];
  /** For `header:Name`, where the row is a mail or a message that has them. */
  headers?: NonNullable<Answer['headers']>;
};

/** The function that makes them; only the loading of JSONPath is asynchronous. */
export async function rowReader(): Promise<(input: RowInput) => Candidate> {
  const query = await loadJsonPath();
  return (input) => toCandidate(input, query);
}

/** Ready-made candidates: the JSONPath library is loaded once for all of them. */
export async function rowCandidates(rows: readonly RowInput[]): Promise<Candidate[]> {
  const query = await loadJsonPath();
  return rows.map((input) => toCandidate(input, query));
}

export async function rowCandidate(input: RowInput): Promise<Candidate> {
  return toCandidate(input, await loadJsonPath());
}

type Columns = { [key: string]: Json };

function toCandidate({ row, headers, says, ...about }: RowInput, query: JsonPath): Candidate {
  const facts: Facts = headers === undefined ? about : { ...about, answer: { headers } };
  const columns = rowJson(row);
  const saying = (all: Columns): Columns =>
    says === undefined ? all : Object.fromEntries(Object.entries(all).filter(([name]) => says.includes(name)));
  let unfolded: { value: Json | undefined } | undefined;
  const opened = (): Json | undefined => {
    unfolded ??= { value: unfold(columns) };
    return unfolded.value;
  };
  return candidate(facts, {
    // Not JSON, which would put a layer of escapes over every text.
    text: () =>
      Object.entries(saying(columns))
        .map(([name, value]) => `${name}: ${valueText(columns, name, value)}`)
        .join('\n'),
    leaves: () => jsonLeaves(saying((opened() as Columns | undefined) ?? columns), '$'),
    find(kind, selector) {
      if (kind === 'jsonpath') return findJson(query, selector, columns, opened);
      const name = columnNamed(columns, selector);
      if (name === undefined) {
        return { fits: false, why: `there is no column "${selector}"; there are ${Object.keys(columns).join(', ')}` };
      }
      return findJson(query, `$[${JSON.stringify(name)}]`, columns, () => undefined);
    },
  });
}

/** Column names match as written, else in any case, as SQL takes them. */
function columnNamed(columns: Columns, name: string): string | undefined {
  if (Object.hasOwn(columns, name)) return name;
  const alike = Object.keys(columns).filter((column) => column.toLowerCase() === name.toLowerCase());
  return alike.length === 1 ? alike[0] : undefined;
}

function rowJson(row: Readonly<Record<string, Cell>>): Columns {
  const columns = Object.fromEntries(Object.entries(row).map(([name, cell]): [string, Json] => [name, cellJson(cell)]));
  for (const [name, cell] of Object.entries(row)) {
    if (typeof cell === 'bigint') noteDigits(columns, name, Number(cell), String(cell));
  }
  return columns;
}

function cellJson(cell: Cell): Json {
  if (cell === undefined) return null;
  if (typeof cell === 'bigint') return Number(cell);
  if (cell instanceof Uint8Array) return bytesText(cell);
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString();
  return cell;
}
