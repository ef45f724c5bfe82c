// Keeps a scenario's regular expression from backtracking without end on what a partner answers.

import { setFlagsFromString } from 'node:v8';

const flag = 'enable-experimental-regexp-engine-on-excessive-backtracks';

/**
 * Runs work that makes and uses regular expressions. V8 goes on with an engine of linear time where one backtracks too
 * much. (That engine lacks back references, so one with them is the author's own risk.) The flag is on for the work only:
 * with it, compiled code that was kept without it counts as another program's.
 */
export function withBoundedRegex<T>(work: () => T): T {
  setFlagsFromString(`--${flag}`);
  try {
    return work();
  } finally {
    setFlagsFromString(`--no-${flag}`);
  }
}
