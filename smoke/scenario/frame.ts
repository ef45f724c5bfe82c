// Prints a problem with the lines of the file around it.

import { userInfoRanges } from '../core/credentials.ts';
import { type HiddenLine, hideCredentials } from './hidden-credentials.ts';
import { type Problem, visible } from './problems.ts';

const BEFORE = 2;
/** Lines before those that are shown: a credential may have begun there. */
const ABOVE = 40;
const AFTER = 1;
/** Columns of the file shown; a longer line is cut around the caret. */
const WIDTH = 100;

export type FrameOptions = {
  color: boolean;
  /** `warning` prints the word and its colour. */
  level?: 'error' | 'warning';
};

/**
 * `file:line:column`, what is wrong, the lines around it with a caret, and the hint. Without the file's text there is no frame.
 * No character of the file reaches the terminal unescaped, and no credential that is written out in it.
 */
export function formatProblem(
  problem: Problem,
  text: string | undefined,
  { color, level = 'error' }: FrameOptions,
): string {
  const { place, code } = problem;
  const paint = (style: string, part: string): string => (color ? `\u001b[${style}m${part}\u001b[0m` : part);
  const tone = level === 'error' ? '31' : '33';
  const around = text === undefined ? undefined : linesAround(text, place.line);
  const [message, hint] = [problem.message, problem.hint].map((said) => said && withoutCredentials(said, around));
  const head = `${paint('1', `${visible(place.file)}:${place.line}:${place.column}`)} ${paint(tone, level)} ${message} ${paint('2', `[${code}]`)}`;
  const lines = [head];
  if (around !== undefined)
    lines.push(...frame(around, place).map((line) => (line.caret ? paint(tone, line.text) : line.text)));
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.join('\n');
}

/** Shorter than this, a hidden value stands in too many other words. */
const SHORTEST = 4;

/** A message may repeat what is wrong. */
function withoutCredentials(said: string, around: Around | undefined): string {
  let told = said;
  for (const { start, end } of userInfoRanges(said).toReversed()) told = `${told.slice(0, start)}***${told.slice(end)}`;
  const values = around?.lines.flatMap((line) => line.values) ?? [];
  return values
    .filter((value) => value.length >= SHORTEST)
    .reduce((text, value) => text.replaceAll(value, '***'), told);
}

type FrameLine = { text: string; caret: boolean };

function frame({ first, lines }: Around, place: Problem['place']): FrameLine[] {
  const margin = String(first + lines.length - 1).length;
  const caret = lines[place.line - first]?.place(place.column - 1) ?? place.column - 1;
  const start = Math.max(0, caret - Math.floor(WIDTH / 2));
  return lines.flatMap(({ text: line, place: placed }, index): FrameLine[] => {
    const number = first + index;
    const here = number === place.line;
    // Every line is cut at the same column, so that what stands in a column stays in it.
    const from = line.length > WIDTH ? start : 0;
    const shown =
      (from > 0 ? '…' : '') + printed(line.slice(from, from + WIDTH)) + (line.length > from + WIDTH ? '…' : '');
    const row = { text: `${here ? '>' : ' '} ${String(number).padStart(margin)} | ${shown}`.trimEnd(), caret: false };
    if (!here) return [row];
    const column = Math.min(caret, line.length);
    const before = (from > 0 ? 1 : 0) + printed(line.slice(from, column)).length;
    const end = placed(place.column - 1 + (place.length ?? 1));
    const marked = printed(line.slice(column, Math.min(end, from + WIDTH))).length;
    return [
      row,
      { text: `  ${' '.repeat(margin)} | ${' '.repeat(before)}${'^'.repeat(Math.max(1, marked))}`, caret: true },
    ];
  });
}

/** A tab is one visible character; everything else that has no width of its own becomes its code. */
function printed(part: string): string {
  return visible(part.replaceAll('\t', '→'));
}

type Around = { first: number; lines: readonly HiddenLine[] };

/** The wanted lines only: a file of ten megabytes is not split. */
function linesAround(text: string, line: number): Around {
  const first = Math.max(1, line - BEFORE);
  const read = Math.max(1, first - ABOVE);
  const lines: string[] = [];
  let start = 0;
  for (let number = 1; number <= line + AFTER; number++) {
    const end = text.indexOf('\n', start);
    if (number >= read) lines.push(text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ''));
    if (end < 0) break;
    start = end + 1;
  }
  return { first, lines: hideCredentials(lines).slice(first - read) };
}
