// Reads the logs of many containers, a few at once, up to a number of bytes in all.

import type { Meter } from '../http/http-request.ts';
import type { Part, PartRead } from './kubernetes-lines.ts';
import { byteCap } from './store-lines.ts';

/** Logs that are read at once: each is a connection from the API server to a node. */
const AT_ONCE = 4;

/** One after the other in a few rows. What throws ends them all. */
export async function allOf(
  parts: readonly Part[],
  meter: Meter,
  signal: AbortSignal,
  work: (part: Part, signal: AbortSignal) => Promise<PartRead>,
): Promise<{ results: PartRead[]; unread: number }> {
  const results: PartRead[] = [];
  const failed = new AbortController();
  const both = AbortSignal.any([signal, failed.signal]);
  let next = 0;
  const row = async (): Promise<void> => {
    while (next < parts.length && meter.bytes < byteCap) {
      const at = next;
      next += 1;
      const part = parts[at];
      if (part !== undefined) results[at] = await work(part, both);
    }
  };
  const rows = Array.from({ length: Math.min(AT_ONCE, parts.length) }, row);
  try {
    await Promise.all(rows);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(rows);
    throw error;
  }
  return { results, unread: parts.length - next };
}
