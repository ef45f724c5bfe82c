// How a server program of the stack is started.

import type { Program, ProgramOptions } from './run-program.ts';

/** What a server is started with. `run` keeps the program, so that it is ended with the server. */
export type Launch = {
  folder: string;
  port: number;
  password: string;
  run(command: readonly [string, ...string[]], options?: Partial<ProgramOptions>): Program;
};

/** Resolves with the server's own program. */
export type Launcher = (launch: Launch) => Promise<Program>;
