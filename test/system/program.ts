// The real program as a child process: its output, its end, and signals to it.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string; ms: number };

export type Program = {
  /** The command line, for messages. */
  shown: string;
  pid: number;
  ended: Promise<Ended>;
  isOver(): boolean;
  /** Everything it has written so far, both streams. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Types on its standard input. */
  type(text: string): void;
  /** Ends it where it still runs. */
  end(): Promise<void>;
};

const main = fileURLToPath(new URL('../../smoke/main.ts', import.meta.url));

export type StartOptions = {
  cwd: string;
  env: Readonly<Record<string, string>>;
  through: ((command: readonly string[]) => readonly string[]) | undefined;
};

export function startProgram(args: readonly string[], { cwd, env, through }: StartOptions): Program {
  const command = [process.execPath, main, ...args];
  const [file = '', ...rest] = through?.(command) ?? command;
  const began = performance.now();
  const child = spawn(file, rest, { cwd, env: { ...cleanEnv(), ...env }, stdio: 'pipe' });
  // What is typed to a program that has ended is lost, and no fault.
  child.stdin.on('error', () => undefined);
  let stdout = '';
  let stderr = '';
  let over = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      resolve({ code, signal, stdout, stderr, ms: performance.now() - began });
    });
  });
  return {
    shown: `smoketrail ${args.join(' ')}`,
    pid: child.pid ?? 0,
    ended,
    isOver: () => over,
    output: () => `${stdout}${stderr}`,
    kill: (signal) => void child.kill(signal),
    type: (text) => void child.stdin.write(text),
    end: async () => {
      if (over) return;
      // A stopped process takes no other signal.
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What decides colours and terminals is for the test to say. */
function cleanEnv(): Record<string, string | undefined> {
  const { CI: _ci, NO_COLOR: _no, FORCE_COLOR: _force, NODE_TEST_CONTEXT: _context, ...rest } = process.env;
  return rest;
}
