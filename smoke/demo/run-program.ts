// Runs a server program for the stack, in a process group of its own, and ends it with all that it started.

import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export type Program = {
  /** Resolves with how it ended, in words. */
  exited: Promise<string>;
  /** Ends the whole group, and waits for it. May be called again. */
  end(): Promise<void>;
};

export type ProgramOptions = {
  cwd: string;
  /** What it writes goes into this file. */
  log: string;
  env?: Readonly<Record<string, string>>;
  /** How it is told to end at once; its data is not kept. Default SIGKILL. */
  signal?: NodeJS.Signals;
};

const patienceMs = 5_000;

/** A group of its own: a Ctrl-C at the terminal must not reach it before those who still use it. */
export function runProgram(
  [command, ...args]: readonly [string, ...string[]],
  { cwd, log, env, signal = 'SIGKILL' }: ProgramOptions,
): Program {
  const output = openSync(log, 'a');
  const child = spawn(command, args, {
    cwd,
    detached: true,
    stdio: ['ignore', output, output],
    env: { ...process.env, ...env },
  });
  closeSync(output);
  let over = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`${command} did not start: ${error.message}`));
    child.once('exit', (code, by) =>
      resolve(`${command} ended with ${by ?? `exit code ${code ?? 'unknown'}`}${tail(log)}`),
    );
  }).finally(() => {
    over = true;
  });
  const tell = (what: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, what);
    } catch {
      // Nobody of the group is left.
    }
  };
  return {
    exited,
    async end() {
      if (!over) tell(signal);
      const timer = setTimeout(() => tell('SIGKILL'), patienceMs);
      await exited;
      clearTimeout(timer);
      // What it had started and left.
      tell('SIGKILL');
    },
  };
}

function tail(log: string): string {
  const text = readFileSync(log, 'utf8').trim();
  return text === '' ? '' : `: ${text.slice(-1000)}`;
}
