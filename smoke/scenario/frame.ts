// Prints a problem with the lines of the file around it.

import { type Problem, visible } from './problems.ts';

const BEFORE = 2;
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
 * No character of the file reaches the terminal unescaped.
 */
export function formatProblem(
  problem: Problem,
  text: string | undefined,
  { color, level = 'error' }: FrameOptions,
): string {
  const { place, message, hint, code } = problem;
  const paint = (style: string, part: string): string => (color ? `\u001b[${style}m${part}\u001b[0m` : part);
  const tone = level === 'error' ? '31' : '33';
  const head = `${paint('1', `${visible(place.file)}:${place.line}:${place.column}`)} ${paint(tone, level)} ${message} ${paint('2', `[${code}]`)}`;
  const lines = [head];
  if (text !== undefined)
    lines.push(...frame(text, place).map((line) => (line.caret ? paint(tone, line.text) : line.text)));
  if (hint !== undefined) lines.push(`  ${hint}`);
  return lines.join('\n');
}

type FrameLine = { text: string; caret: boolean };

function frame(text: string, place: Problem['place']): FrameLine[] {
  const { first, lines } = linesAround(text, place.line);
  const margin = String(first + lines.length - 1).length;
  const start = Math.max(0, place.column - 1 - Math.floor(WIDTH / 2));
  return lines.flatMap((line, index): FrameLine[] => {
    const number = first + index;
    const here = number === place.line;
    // Every line is cut at the same column, so that what stands in a column stays in it.
    const from = line.length > WIDTH ? start : 0;
    const shown =
      (from > 0 ? '…' : '') + printed(line.slice(from, from + WIDTH)) + (line.length > from + WIDTH ? '…' : '');
    const row = { text: `${here ? '>' : ' '} ${String(number).padStart(margin)} | ${shown}`.trimEnd(), caret: false };
    if (!here) return [row];
    const column = Math.min(place.column - 1, line.length);
    const before = (from > 0 ? 1 : 0) + printed(line.slice(from, column)).length;
    const marked = printed(line.slice(column, Math.min(column + (place.length ?? 1), from + WIDTH))).length;
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

/** The wanted lines only: a file of ten megabytes is not split. */
function linesAround(text: string, line: number): { first: number; lines: string[] } {
  const first = Math.max(1, line - BEFORE);
  const lines: string[] = [];
  let start = 0;
  for (let number = 1; number <= line + AFTER; number++) {
    const end = text.indexOf('\n', start);
    if (number >= first) lines.push(text.slice(start, end < 0 ? text.length : end).replace(/\r$/, ''));
    if (end < 0) break;
    start = end + 1;
  }
  return { first, lines };
}
