// What a command sees of the process it runs in. Made once, in main.ts; tests make their own.

export type World = {
  /** Arguments behind the program's name. */
  argv: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  stdout: Sink;
  stderr: Sink;
  /** Where a person answers; absent where nobody can. */
  stdin?: Input;
  host: string;
  /**
   * From now on what code of others throws outside of any call (in a timer, in a promise nobody waits for) is told, and
   * the run goes on. `mask`: for its words. `whose`: who started what runs now, as far as it is known.
   */
  guardStrays?(mask: (text: string) => string, whose: () => string | undefined): void;
  /** Whether any has failed so. */
  strayed?(): boolean;
  /** Calls back on SIGINT and SIGTERM until the returned function is called. */
  onSignal(callback: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
};

export type Sink = {
  write(text: string): void;
  readonly tty: boolean;
  /** A terminal to which lines are only appended, since somebody is asked questions on it. */
  readonly appends?: true;
  columns(): number;
  rows(): number;
};

export type Input = {
  readonly tty: boolean;
  /** The next line, without its end; undefined where there is none any more, or the signal aborts. */
  line(signal: AbortSignal): Promise<string | undefined>;
  /** The same as a stream, for what reads it whole or asks by itself. */
  stream(): NodeJS.ReadableStream;
};

/** A wrong usage, config or scenario file: one message, exit code 2. */
export class UsageError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.name = 'UsageError';
    this.hint = hint;
  }
}

/** The runner itself cannot work (disk full, driver missing): one message, exit code 3. */
export class RunnerError extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'RunnerError';
    this.hint = hint;
  }
}
