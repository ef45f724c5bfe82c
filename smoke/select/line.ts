// Turns log lines into Candidates: JSON where a line parses, else text.

import type { Candidate } from '../core/look.ts';
import { type Body, candidate, type Found, textBody } from './candidate.ts';
import { jsonBody } from './json-body.ts';
import { type JsonPath, loadJsonPath } from './json-path.ts';
import { parseJson } from './json-text.ts';

/** Names of columns in a message. */
const SHOWN = 30;

export type LineInput = {
  /** Without its line ending. */
  line: string;
  /** `worker.log:120` */
  source: string;
  named?: boolean;
  instance?: string;
  /** `lines`: never read as JSON. Default: what the line is. */
  format?: 'lines' | 'json';
  /**
   * Whether the log holds JSON lines beside this one. Then a selector only finds nothing in a plain line; in a log
   * of nothing but plain lines it does not fit, and the look is blind.
   */
  mixed?: () => boolean;
  /** When it was written, as the store that keeps it says; else the time that stands in the line. */
  at?: string;
  /** What such a store knows of the line beside its text (labels, a pod), found by name. `all`: the names known of any line. */
  columns?: { own: Readonly<Record<string, string>>; all(): ReadonlySet<string> };
};

/** The function that makes them; only the loading of JSONPath is asynchronous. */
export async function lineReader(): Promise<(input: LineInput) => Candidate> {
  const query = await loadJsonPath();
  return (input) => toCandidate(input, query);
}

export async function lineCandidate(input: LineInput): Promise<Candidate> {
  return (await lineReader())(input);
}

function toCandidate(input: LineInput, query: JsonPath): Candidate {
  const { line, source, named, instance, format, mixed, columns } = input;
  const at = input.at ?? timestampOf(line);
  let body: Body | undefined;
  // A log is long and most of its lines are never selected from: a line is parsed when it is first asked.
  const parsed = (): Body => {
    body ??= bodyOf(line, format, mixed, query);
    return body;
  };
  return candidate(
    {
      source,
      line: true,
      ...(named === undefined ? {} : { named }),
      ...(instance === undefined ? {} : { instance }),
      ...(at === undefined ? {} : { at }),
    },
    {
      text: () => line,
      leaves: () => parsed().leaves(),
      find: (kind, selector) =>
        kind === 'name' && columns !== undefined ? columnIn(columns, selector) : parsed().find(kind, selector),
    },
  );
}

/** A line has no label that others have: that is no misfit. */
function columnIn({ own, all }: NonNullable<LineInput['columns']>, name: string): Found {
  const value = Object.hasOwn(own, name) ? own[name] : undefined;
  if (value !== undefined) return { fits: true, parts: [{ value, body: () => textBody(value) }] };
  if (all().has(name)) return { fits: true, parts: [] };
  const names = [...all()].slice(0, SHOWN).join(', ');
  return { fits: false, why: `there is no column "${name}"; there are ${names}. JSON in a line is found by JSONPath` };
}

/** True where a line is worth parsing. */
export function looksJson(line: string): boolean {
  return /^\s*[[{]/.test(line);
}

function bodyOf(line: string, format: LineInput['format'], mixed: LineInput['mixed'], query: JsonPath): Body {
  const text = textBody(line, 'a plain line of text');
  if (format === 'lines') return text;
  if (looksJson(line)) {
    try {
      return jsonBody(parseJson(line), query, line);
    } catch {
      // A line that only begins like JSON is text.
    }
  }
  return {
    ...text,
    find: (kind, selector) =>
      kind === 'jsonpath' && mixed?.() === true ? { fits: true, parts: [] } : text.find(kind, selector),
  };
}

/** The line's own time, as it was written: a JSON member of a usual name, or a date at the start. */
function timestampOf(line: string): string | undefined {
  const head = line.slice(0, 4096);
  const member = /"(?:time|timestamp|ts|@timestamp)"\s{0,8}:\s{0,8}(?:"([^"\\]{1,64})"|(\d{1,20}(?:\.\d{1,9})?))/.exec(
    head,
  );
  return member?.[1] ?? member?.[2] ?? /^\[?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[^\s\]]{0,20})/.exec(head)?.[1];
}
