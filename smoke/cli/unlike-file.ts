// Refuses what is no plain file before it is opened: a pipe that nobody writes to would hold the command for ever.

import type { Stats } from 'node:fs';

/** What a shell hands over, `<(…)` and standard input, and the empty file by name. */
const handedOver = /^\/(?:dev\/(?:stdin|null|fd\/\d+)|proc\/(?:self|\d+)\/fd\/\d+)$/;

/** `named`: the absolute path, where the person at the command line gave it. What reading a folder says is left to the reader. */
export function refuseUnlikeFile(stats: Stats, named = ''): void {
  if (stats.isFile() || stats.isDirectory() || handedOver.test(named)) return;
  const kind = stats.isFIFO() ? 'a pipe' : stats.isSocket() ? 'a socket' : 'a device';
  throw new Error(`it is ${kind}, and only a plain file is read`);
}
