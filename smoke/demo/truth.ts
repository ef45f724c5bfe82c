// The truth of each booking, as JSON lines: which fault hit it, and where. Written where a fault is applied; read only by tests.

import { appendFileSync, readFileSync } from 'node:fs';
import type { DemoHop, FaultName } from './fault.ts';

/**
 * One line. `none` comes from a worker that pushed the booking without a fault of its own,
 * so a booking that only has such lines was healthy all the way.
 */
export type TruthLine = {
  at: string;
  /** Null where the booking never got an id. */
  booking: number | null;
  room: number;
  hop: DemoHop;
  fault: FaultName | 'none';
  /** Id of the fault that was switched on. */
  rule?: string;
  worker?: string;
  release?: string;
  /** The note as it was sent, where there is no id to find the booking by. */
  sent?: string;
};

export type Truth = {
  booking: number;
  /** Each fault and hop once, in the order in which they first struck. */
  faults: readonly { fault: FaultName; hop: DemoHop }[];
  /** Workers that pushed it or spoilt it, each once. */
  workers: readonly string[];
};

export type WriteTruth = (line: Omit<TruthLine, 'at'>) => void;

export function truthWriter(path: string): WriteTruth {
  return (line) => appendFileSync(path, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
}

/** Every whole line so far; a last line without its newline is still being written. */
export function readTruth(path: string): TruthLine[] {
  const text = readFileSync(path, 'utf8');
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TruthLine);
}

export function truthOf(path: string, booking: number): Truth {
  const lines = readTruth(path).filter((line) => line.booking === booking);
  const faults = new Map<string, { fault: FaultName; hop: DemoHop }>();
  const workers = new Set<string>();
  for (const { fault, hop, worker } of lines) {
    if (fault !== 'none') faults.set(`${fault}@${hop}`, { fault, hop });
    if (worker !== undefined) workers.add(worker);
  }
  return { booking, faults: [...faults.values()], workers: [...workers] };
}
