// Reads back what stood in log files before the probe was opened, for `trace`, where nothing was armed before the send.

import { open } from 'node:fs/promises';
import type { Armed, NewLine } from './log-follow.ts';
import { bytesAt, type Encoding } from './log-tail.ts';

const WINDOW = 8 * 1024 * 1024;

/** `whole` is false where the window was too small for everything written since. */
export type Back = { lines: NewLine[]; bytes: number; whole: boolean };

/** Lines up to where following began, of files written to after `since`, the latest file first. */
export async function readBack(armed: readonly Armed[], since: Date, encoding: Encoding): Promise<Back> {
  const back: Back = { lines: [], bytes: 0, whole: true };
  const recent = armed.filter((file) => file.modified >= since.getTime()).sort((a, b) => b.modified - a.modified);
  for (const file of recent) {
    const length = Math.min(file.end, WINDOW - back.bytes);
    if (length < file.end) back.whole = false;
    const handle = await open(file.path, 'r').catch(() => undefined);
    if (handle === undefined) {
      back.whole = false;
      continue;
    }
    try {
      const bytes = await bytesAt(handle, file.end - length, length);
      back.bytes += bytes.length;
      back.lines.push(...linesOf(bytes.toString(encoding), file, length === file.end));
    } finally {
      await handle.close();
    }
  }
  return back;
}

function* linesOf(text: string, file: Armed, fromStart: boolean): Iterable<NewLine> {
  const lines = text.split('\n');
  // Behind the last newline is nothing, before the first of a cut window only half a line.
  const first = fromStart ? 0 : 1;
  for (const [index, line] of lines.entries()) {
    if (index < first || (index === lines.length - 1 && line === '')) continue;
    yield { text: line.replace(/\r$/, ''), path: file.path, number: index + 1 - first, counted: fromStart };
  }
}
