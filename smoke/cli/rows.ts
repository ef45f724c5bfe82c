// Lays out what the tools for authors print: labelled lines and tables, wrapped where the terminal is narrow.

import { visible, visibleLines } from '../core/escape.ts';
import type { World } from './world.ts';

export type Tone = 'good' | 'bad' | 'unsure' | 'quiet' | 'strong';

const codes: Readonly<Record<Tone, readonly [on: number, off: number]>> = {
  good: [32, 39],
  bad: [31, 39],
  unsure: [33, 39],
  quiet: [2, 22],
  strong: [1, 22],
};

export type Page = {
  paint(tone: Tone, text: string): string;
  /** One line, wrapped with the indent of its beginning where it is too long. */
  line(text: string, indent?: number): void;
  /** `label   text`, the text wrapped beside its label. */
  labelled(label: string, text: string, tone?: Tone): void;
  /** Lines as they come, behind an indent: what came from outside is escaped, and not wrapped. */
  block(text: string, indent: number): void;
  /** Columns padded to the widest cell; the last one wraps. `paints` colours a cell after it is padded. */
  table(rows: readonly (readonly string[])[], paints?: readonly (Tone | undefined)[]): void;
};

const labelWidth = 11;
/** In a pipe nothing is wrapped. */
const unlimited = 10_000;
const narrowest = 20;
const standardWidth = 80;

export function pageFor(world: World, color: boolean | 'auto'): Page {
  const { stdout } = world;
  const coloured = color === 'auto' ? stdout.tty && world.env['TERM'] !== 'dumb' : color;
  // A terminal that does not know its width says 0.
  const width = stdout.tty ? Math.max(narrowest, stdout.columns() || standardWidth) : unlimited;
  const paint = (tone: Tone, text: string): string =>
    coloured ? `\u001b[${codes[tone][0]}m${text}\u001b[${codes[tone][1]}m` : text;
  const write = (text: string): void => stdout.write(`${text.trimEnd()}\n`);
  /** A narrow terminal has no room for columns: what follows a label goes below it. */
  const beside = (indent: number): number => (width - indent < narrowest ? Math.min(4, indent) : indent);

  return {
    paint,
    line(text, indent = 0) {
      const [first = '', ...rest] = wrap(visible(text), width - indent);
      write(' '.repeat(indent) + first);
      for (const more of rest) write(' '.repeat(indent) + more);
    },
    labelled(label, text, tone) {
      const indent = beside(labelWidth);
      const lines = wrap(visible(text), width - indent);
      const [first = '', ...rest] = tone === undefined ? lines : lines.map((one) => paint(tone, one));
      if (label === '') write(' '.repeat(indent) + first);
      else if (indent === labelWidth) write(`  ${paint('quiet', label.padEnd(labelWidth - 2))}${first}`);
      else write(`  ${paint('quiet', label)}\n${' '.repeat(indent)}${first}`);
      for (const more of rest) write(' '.repeat(indent) + more);
    },
    block(text, indent) {
      for (const line of visibleLines(text).split('\n')) write(' '.repeat(indent) + line);
    },
    table(rows, paints = []) {
      const shown = rows.map((row) => row.map((cell) => visible(cell)));
      const columns = Math.max(0, ...shown.map((row) => row.length));
      const widths = Array.from({ length: columns }, (_, at) => Math.max(...shown.map((row) => row[at]?.length ?? 0)));
      const before = widths.slice(0, -1).reduce((sum, one) => sum + one + 2, 2);
      const indent = beside(before);
      shown.forEach((row, index) => {
        const tone = paints[index];
        const cells = row.slice(0, -1).map((cell, at) => cell.padEnd(widths[at] ?? 0));
        const head = `  ${cells.map((cell) => (tone === undefined ? cell : paint(tone, cell))).join('  ')}`;
        const [first = '', ...rest] = wrap(row.at(-1) ?? '', width - indent);
        write(
          indent === before
            ? `${head}${cells.length > 0 ? '  ' : ''}${first}`
            : `${head}\n${' '.repeat(indent)}${first}`,
        );
        for (const more of rest) write(' '.repeat(indent) + more);
      });
    },
  };
}

function wrap(text: string, width: number): string[] {
  const most = Math.max(narrowest / 2, width);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (joined.length <= most) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    for (; line.length > most; line = line.slice(most)) lines.push(line.slice(0, most));
  }
  return [...lines, line];
}
