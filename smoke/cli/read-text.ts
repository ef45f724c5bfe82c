// Reads a file that a person named, no further than a file of ours may be large.

import { open } from 'node:fs/promises';

/** Larger files are refused before they are parsed; a scenario is a page or two. In bytes. */
const largestFile = 1024 * 1024;

/** One byte over the limit is enough for a loader to say that the file is too large. What is no UTF-8 becomes U+FFFD. */
export async function readText(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const stats = await handle.stat();
    // A pipe tells no size.
    const buffer = Buffer.alloc(Math.min(stats.isFile() ? stats.size : Number.POSITIVE_INFINITY, largestFile + 1));
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read)
      read = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
    return buffer.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}
