// Turns log lines into Candidates: JSON where a line parses, else text.

import type { Candidate } from '../core/look.ts';
import { type Body, candidate, textBody } from './candidate.ts';
import { jsonBody } from './json-body.ts';
import { type JsonPath, loadJsonPath } from './json-path.ts';
import { parseJson } from './json-text.ts';

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
};

/** The function that makes them; only the loading of JSONPath is asynchronous. */
export async function lineReader(): Promise<(input: LineInput) => Candidate> {
  const query = await loadJsonPath();
  return (input) => toCandidate(input, query);
}

export async function lineCandidate(input: LineInput): Promise<Candidate> {
  return (await lineReader())(input);
}

function toCandidate({ line, source, named, instance, format, mixed }: LineInput, query: JsonPath): Candidate {
  const at = timestampOf(line);
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
    { text: () => line, leaves: () => parsed().leaves(), find: (kind, selector) => parsed().find(kind, selector) },
  );
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
