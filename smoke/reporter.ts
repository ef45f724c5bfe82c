// The reporter contract. A reporter reads the stream of events and can change nothing in the run.

import type { RunEvent } from './core/events.ts';

export type Reporter = {
  /** Called once for each event, in order. A throw detaches this reporter and changes only the exit code. */
  on(event: RunEvent): void | Promise<void>;
  /** Called once after the last event. Time-limited. */
  close?(): void | Promise<void>;
};

/** Where a reporter writes: standard output, or the file named behind `=` in `--reporter name=path`. */
export type Output = {
  write(text: string): void;
  /** A terminal that can be redrawn. */
  readonly tty: boolean;
  /** Lines longer than `columns` are broken between words: a terminal, whether it can be redrawn or not. Default: as `tty`. */
  readonly wraps?: boolean;
  readonly columns: number;
  /** Lines of the terminal, for a live display; 24 where it is not known. */
  readonly rows?: number;
  readonly color: boolean;
  /** Milliseconds since the run started, for a live display between events. */
  now(): number;
  /** Calls back about every `ms` until stopped; only on a live display. */
  every(ms: number, callback: () => void): { stop(): void };
};

export type ReporterFactory = (output: Output, options: ReporterOptions) => Reporter;

export type ReporterOptions = {
  verbose: boolean;
  /** The environment of the run, for what a pipeline tells its reporters. Absent in tests of a reporter alone. */
  env?: Readonly<Record<string, string | undefined>>;
  /** The working directory, from which the scenarios' files are named. */
  cwd?: string;
  /** Adds to a file that others write to as well. Throws where it cannot. */
  append?(file: string, text: string): void;
};
