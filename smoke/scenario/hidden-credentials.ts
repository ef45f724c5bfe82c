// Hides the credentials in lines of a YAML file that are shown to a person. The file may be broken, so it is not parsed:
// a value is hidden by the name that stands before it, and rather too much of it than too little.

import { type Range, userInfoRanges } from '../core/credentials.ts';
import { isSecretName } from '../probes/secret-names.ts';

export type HiddenLine = {
  text: string;
  /** Where a character of the line as written (0-based) stands in `text`. */
  place(column: number): number;
  /** What was hidden. */
  values: readonly string[];
};

/** Values that go on below the line: those of the lines that are indented deeper belong to it. */
type Open = { indent: number; empty: boolean };
type Value = { end: number; open?: boolean };

const sign = '***';
/** Characters. A longer line is shown only as a sign that it is there. */
const longestLine = 20_000;
const pair = /(?<![\w-])(["']?)-{0,2}([\w.-]{1,60})\1[ \t]{0,9}(?::(?=["'\s]|$)|=(?!=))/g;
const flag = /(?<![\w-])--([\w.-]{1,60})["']?(?:,[ \t]{0,9}|[ \t]{1,9})["']?/g;
const template = /\$\{\{[^}]{0,500}\}\}/g;
const literal = /'[^']{0,500}'|"[^"]{0,500}"/g;
/** What is no credential whatever it is called: a path to one, a switch. */
const harmless = /^(?:true|false|null|~|\$(?:\.|\[)[\w.[\]*'"-]*)$/;

export function hideCredentials(lines: readonly string[]): readonly HiddenLine[] {
  let open: Open | undefined;
  return lines.map((line) => {
    if (line.length > longestLine) return hidden(line, [{ start: 0, end: line.length }]);
    const ranges = userInfoRanges(line);
    const start = line.search(/\S/);
    if (open !== undefined && start >= 0) {
      const isMapping = open.empty && /^\s*(?:- )?["']?[\w-]+["']?:(?:\s|$)/.test(line);
      if (start > open.indent && !isMapping) return hidden(line, [...ranges, ...within(line, start, line.length)]);
      open = undefined;
    }
    for (const match of line.matchAll(flag))
      if (isSecretName(match[1] ?? '')) ranges.push(...word(line, match.index + match[0].length));
    for (const match of line.matchAll(pair)) {
      const [whole, , name = ''] = match;
      if (!isSecretName(name)) continue;
      const at = match.index + whole.length;
      if (whole.endsWith('=')) {
        ranges.push(...word(line, at));
        continue;
      }
      const from = skipBlank(line, at);
      const { end, open: goesOn } = yamlValue(line, from);
      ranges.push(...within(line, from, end));
      if (goesOn) open = { indent: start, empty: from >= line.length };
    }
    return hidden(line, ranges);
  });
}

function yamlValue(line: string, at: number): Value {
  const first = line[at];
  if (first === undefined || /^[|>][-+\d]{0,2}\s*$/.test(line.slice(at))) return { end: at, open: true };
  if (first === '{') return { end: at };
  if (first === '"' || first === "'") {
    const end = closing(line, at + 1, first);
    return { end, open: end === line.length && line[end - 1] !== first };
  }
  const before = line.slice(0, at).replace(template, '');
  const isFlow = before.split(/[[{]/).length > before.split(/[\]}]/).length;
  const plain =
    first === '[' ? /(?:\$\{\{[^}]{0,500}\}\}|[^\]])*/y : isFlow ? /(?:\$\{\{[^}]{0,500}\}\}|[^,\]}])*/y : undefined;
  if (plain === undefined) {
    const comment = line.indexOf(' #', at);
    return comment < 0 ? { end: line.length, open: true } : { end: comment };
  }
  plain.lastIndex = at;
  plain.test(line);
  return { end: plain.lastIndex };
}

/** An argument or a part of an address: `--token x`, `?token=x&`. */
function word(line: string, at: number): Range[] {
  const end = line.slice(at).search(/[\s&"',\]}]/);
  return within(line, at, end < 0 ? line.length : at + end);
}

function closing(line: string, from: number, quote: string): number {
  for (let at = from; at < line.length; at++) {
    if (quote === '"' && line[at] === '\\') at++;
    else if (line[at] === quote && line[at + 1] === quote && quote === "'") at++;
    else if (line[at] === quote) return at + 1;
  }
  return line.length;
}

/** Of a value what is written out: not its quotes, and not an expression, whose own texts are. */
function within(line: string, start: number, end: number): Range[] {
  const value = line.slice(start, end);
  const trimmed = value.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (trimmed === '' || harmless.test(trimmed)) return [];
  const from = start + value.indexOf(trimmed);
  const ranges: Range[] = [];
  let done = from;
  const until = (next: number): void => {
    if (line.slice(done, next).trim() !== '') ranges.push({ start: done, end: next });
  };
  for (const one of trimmed.matchAll(template)) {
    until(from + one.index);
    done = from + one.index;
    for (const text of one[0].matchAll(literal))
      if (text[0].length > 2)
        ranges.push({ start: done + text.index + 1, end: done + text.index + text[0].length - 1 });
    done += one[0].length;
  }
  until(from + trimmed.length);
  return ranges;
}

function skipBlank(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at++;
  return at;
}

function hidden(line: string, found: readonly Range[]): HiddenLine {
  const ranges: Range[] = [];
  for (const range of found.toSorted((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last !== undefined && range.start < last.end) last.end = Math.max(last.end, range.end);
    else ranges.push({ ...range });
  }
  let text = '';
  let done = 0;
  for (const { start, end } of ranges) {
    text += line.slice(done, start) + sign;
    done = end;
  }
  text += line.slice(done);
  return { text, place, values: ranges.map(({ start, end }) => line.slice(start, end)) };

  function place(column: number): number {
    let shift = 0;
    for (const { start, end } of ranges) {
      if (column < start) break;
      if (column < end) return start - shift;
      shift += end - start - sign.length;
    }
    return column - shift;
  }
}
