// An Output that keeps what was written, with a clock that the test moves, and a small terminal that shows it.

import type { RunEvent } from '../../smoke/core/events.ts';
import type { Output, Reporter, ReporterFactory, ReporterOptions } from '../../smoke/reporter.ts';

export type RecordedOutput = Output & {
  text(): string;
  /** Moves time on and lets a live display draw. */
  tick(ms: number): void;
  resize(columns: number, rows?: number): void;
  timers(): number;
};

export type OutputSettings = { tty?: boolean; wraps?: boolean; columns?: number; rows?: number; color?: boolean };

export function recordedOutput({
  tty = false,
  wraps = tty,
  columns = 100,
  rows = 24,
  color = false,
}: OutputSettings = {}): RecordedOutput {
  const writes: string[] = [];
  const callbacks = new Set<() => void>();
  let now = 0;
  let size = { columns, rows };
  return {
    write: (text) => void writes.push(text),
    tty,
    wraps,
    color,
    get columns() {
      return size.columns;
    },
    get rows() {
      return size.rows;
    },
    now: () => now,
    every(_ms, callback) {
      callbacks.add(callback);
      return { stop: () => void callbacks.delete(callback) };
    },
    text: () => writes.join(''),
    tick(ms) {
      now += ms;
      for (const callback of [...callbacks]) callback();
    },
    resize: (wide, high) => {
      size = { columns: wide, rows: high ?? size.rows };
    },
    timers: () => callbacks.size,
  };
}

/** Feeds a whole stream to a reporter and gives what it wrote. */
export async function written(
  factory: ReporterFactory,
  events: readonly RunEvent[],
  settings: OutputSettings = {},
  options: ReporterOptions = { verbose: false },
): Promise<string> {
  const output = recordedOutput(settings);
  await play(factory(output, options), events);
  return output.text();
}

export async function play(reporter: Reporter, events: readonly RunEvent[]): Promise<void> {
  for (const event of events) await reporter.on(event);
  await reporter.close?.();
}

export type Screen = { lines: string[]; cursorHidden: boolean };

/** Interprets what the live display uses: line ends, cursor up, delete lines, show and hide, colours. Anything else throws. */
export function screenOf(text: string, columns: number): Screen {
  const lines: string[] = [''];
  let [row, column, cursorHidden] = [0, 0, false];
  for (let at = 0; at < text.length; ) {
    const control = /^\u001b\[(\?25[lh]|[0-9]*[AMm])/.exec(text.slice(at, at + 12));
    if (control !== null) {
      const [whole, code = ''] = control;
      at += whole.length;
      if (code.startsWith('?25')) cursorHidden = code.endsWith('l');
      else if (code.endsWith('A')) row = Math.max(0, row - Number(code.slice(0, -1) || 1));
      else if (code.endsWith('M')) lines.splice(row, Number(code.slice(0, -1) || 1));
      while (lines.length <= row) lines.push('');
      continue;
    }
    const char = text[at++] ?? '';
    if (char === '\n') [row, column] = [row + 1, 0];
    else if (char === '\r') column = 0;
    else if (char < ' ' || char === '\u007f')
      throw new Error(`a control character reached the terminal: ${JSON.stringify(text.slice(at - 1, at + 20))}`);
    else {
      if (column >= columns) [row, column] = [row + 1, 0];
      while (lines.length <= row) lines.push('');
      const line = (lines[row] ?? '').padEnd(column);
      lines[row] = line.slice(0, column) + char + line.slice(column + 1);
      column += 1;
    }
    while (lines.length <= row) lines.push('');
  }
  return { lines, cursorHidden };
}
