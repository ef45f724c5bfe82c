// Refuses what is not worth parsing: too large, or no text at all.

import type { Report } from './problems.ts';
import { positionIn } from './text-position.ts';

const LARGEST_BYTES = 1_000_000;

/** `what` the file is, in words. A decoder puts U+FFFD where the bytes are no UTF-8. */
export function isReadable(text: string, file: string, what: string, report: Report): boolean {
  const start = { file, line: 1, column: 1 };
  const bytes = text.length > LARGEST_BYTES ? text.length : Buffer.byteLength(text);
  if (bytes > LARGEST_BYTES) {
    report.problem(
      'too-large',
      `the file is larger than 1 MB, the most that a ${what} may have`,
      start,
      `Is it a ${what} at all?`,
    );
  } else if (text.includes('\0')) {
    report.problem('yaml', 'the file is not text in UTF-8', start);
  } else if (text.includes('\ufffd')) {
    report.problem('yaml', 'this is not text in UTF-8', positionIn(text, file)(text.indexOf('\ufffd')));
  }
  return report.problems.length === 0;
}
