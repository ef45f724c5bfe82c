// Reads a file that a person named, no further than a file of ours may be large.

import { open, stat } from 'node:fs/promises';
import { refuseUnlikeFile } from './unlike-file.ts';

/** Larger files are refused before they are parsed; a scenario is a page or two. In bytes. */
const largestFile = 1024 * 1024;

/** What the command line itself names may come through a pipe of the shell, `<(…)`. */
export async function readNamed(file: string): Promise<string> {
  refuseUnlikeFile(await stat(file), file);
  return read(file);
}

/** Only a plain file: opening a pipe that nobody writes to would wait for ever. */
export async function readText(file: string): Promise<string> {
  refuseUnlikeFile(await stat(file));
  return read(file);
}

/** One byte over the limit is enough for a loader to say that the file is too large. What is no UTF-8 becomes U+FFFD. */
async function read(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const stats = await handle.stat();
    // A pipe tells no size.
    const buffer = Buffer.alloc(Math.min(stats.isFile() ? stats.size : Number.POSITIVE_INFINITY, largestFile + 1));
    let length = 0;
    for (let got = -1; got !== 0 && length < buffer.length; length += got)
      got = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
    return buffer.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}
