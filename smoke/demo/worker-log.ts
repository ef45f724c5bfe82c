// A worker's log: one JSON line for each thing that happens to a job.

import { appendFileSync } from 'node:fs';
import type { JobPayload } from './job.ts';
import type { Pushed } from './push.ts';

export type LogLine = {
  time: string;
  level: 'info' | 'error';
  worker: string;
  /** Commit of the build that handled the job. */
  release: string;
  startedAt: string;
  pid: number;
  event: 'received' | 'pushed' | 'failed';
  booking: number;
  job: number | string;
  /** received: the job as it was taken. */
  received?: JobPayload;
  /** pushed and failed: the request's body and how it ended. */
  push?: Pushed;
  status?: number;
  error?: string;
};

/** The first line of a worker: what it runs. */
export type StartLine = Pick<LogLine, 'time' | 'level' | 'worker' | 'release' | 'startedAt' | 'pid'> & {
  event: 'started';
};

export function logWriter(path: string): (line: LogLine | StartLine) => void {
  return (line) => appendFileSync(path, `${JSON.stringify(line)}\n`);
}
