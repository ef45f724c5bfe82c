// The lower part of a terminal, redrawn in place: what runs now. Finished blocks are printed above it and scroll away.

import type { Output } from '../smoke/reporter.ts';
import { cut, widthOf } from './text-width.ts';

export type LiveScreen = {
  /** Writes lines that stay, above the part that is redrawn. */
  print(lines: readonly string[]): void;
  /** Draws again if anything changed. */
  refresh(): void;
  /** Removes the redrawn part and gives the cursor back. Safe to call twice. */
  stop(): void;
};

/** A line of the redrawn part: `plain` is what `text` shows without its colours, and is what is measured. */
export type LiveLine = { plain: string; text: string };

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

export function createLiveScreen(output: Output, lines: () => readonly LiveLine[]): LiveScreen {
  let drawn: LiveLine[] = [];
  let hidden = false;
  let stopped = false;

  const erase = (): string => {
    // The terminal may have become narrower since: then what was one line now takes several.
    const columns = usableColumns(output);
    const rows = drawn.reduce((sum, { plain }) => sum + Math.max(1, Math.ceil(widthOf(plain) / columns)), 0);
    // Lines are deleted, and not the screen from here on: some terminals keep a copy of a screen that is cleared.
    return rows === 0 ? '' : `\u001b[${rows}A\r\u001b[${rows}M`;
  };

  const fitted = (): LiveLine[] => {
    const width = usableColumns(output) - 1;
    // More than the terminal has would scroll away, and could not be removed any more.
    const most = Math.max(1, (output.rows ?? Number.POSITIVE_INFINITY) - 1);
    return lines()
      .slice(0, most)
      .map((line) => {
        const plain = cut(line.plain, width);
        return plain === line.plain ? line : { plain, text: plain };
      });
  };

  const draw = (above: readonly string[]): void => {
    const next = stopped ? [] : fitted();
    const same =
      above.length === 0 && next.length === drawn.length && next.every(({ text }, at) => text === drawn[at]?.text);
    if (same) return;
    const hide = hidden || next.length === 0 ? '' : hideCursor;
    hidden ||= next.length > 0;
    // One write a frame, so that no half of it is ever seen.
    output.write(`${hide}${erase()}${[...above, ...next.map(({ text }) => text)].map((line) => `${line}\n`).join('')}`);
    drawn = next;
  };

  return {
    print: draw,
    refresh: () => {
      if (!stopped) draw([]);
    },
    stop: () => {
      if (stopped) return;
      stopped = true;
      const clear = erase();
      drawn = [];
      if (clear !== '' || hidden) output.write(`${clear}${hidden ? showCursor : ''}`);
    },
  };
}

/** A terminal that does not say how wide it is counts as 80. */
export function usableColumns({ columns }: Output): number {
  return Number.isFinite(columns) && columns >= 2 ? Math.floor(columns) : 80;
}
