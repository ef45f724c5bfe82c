#!/usr/bin/env node
// The program's entry, and the only file that touches `process` on behalf of the runner.

import { hostname } from 'node:os';
import { createInput } from './cli/input.ts';
import { calledIn, isNpmScript } from './cli/invocation.ts';
import { whenOrphaned } from './cli/orphan.ts';
import { runProgram } from './cli/program.ts';
import { type Input, RunnerError, type Sink, UsageError, type World } from './cli/world.ts';
import { visible, visibleLines } from './core/escape.ts';
import { codeAfterFailure } from './core/exit-code.ts';
import { textOf } from './core/text-of.ts';

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    tty: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
  };
}

// That the runtime calls a part of itself experimental is of no use to whoever runs a smoke test. (Node does so when it
// strips types; Node 22 also at the first file loaded late and at its SQLite.)
const { emitWarning } = process;
process.emitWarning = (...args: readonly unknown[]): void => {
  const [, options] = args;
  const type = typeof options === 'object' && options !== null && 'type' in options ? options.type : options;
  if (type !== 'ExperimentalWarning') Reflect.apply(emitWarning, process, args);
};

// Paths start where their reader is.
const cwd = calledIn(process.env, process.cwd());
if (cwd !== undefined) process.chdir(cwd);

/** A terminal's Ctrl-C comes to the shell and to the program: a second signal would cut the cleaning short. */
let signalled = false;
if (process.platform !== 'win32' && isNpmScript(process.env))
  whenOrphaned(
    () => process.ppid,
    () => signalled || process.kill(process.pid, 'SIGTERM'),
  );

let stdin: Input | undefined;
const world: World = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  get stdin() {
    // Opening it would hold a program that asks nothing.
    stdin ??= createInput(process.stdin);
    return stdin;
  },
  host: hostname(),
  guardStrays,
  strayed: () => strayed === true,
  onSignal(callback) {
    const heard = (signal: 'SIGINT' | 'SIGTERM'): void => {
      signalled = true;
      callback(signal);
    };
    // A closed terminal ends a run as a request to terminate does: it cleans up first.
    const handlers = (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(
      (signal) => [signal, () => heard(signal === 'SIGHUP' ? 'SIGTERM' : signal)] as const,
    );
    for (const [signal, handler] of handlers) process.on(signal, handler);
    return () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
  },
};

// A reader that went away (`| head`) is no failure of the run.
// A disk that is full is: what was to be read is not there.
let unwritten = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || code === 'EIO' || unwritten) return;
    unwritten = true;
    fail();
    if (stream === process.stdout) world.stderr.write(`smoketrail: standard output could not be written (${code})\n`);
  });
}

/** Whether code of a plug-in or a reporter failed where nobody could name it; undefined while no such code is loaded. */
let strayed: boolean | undefined;

// A process that finds nothing left to wait for ends, and must not pass for a success then. (No top-level await, which
// would see to this, in a program that is bundled into a script.)
process.exitCode = 3;
const unended = (): void => {
  // Code of a plug-in may have ended the process, and as a success.
  process.exitCode = 3;
  const who = strayed === undefined ? 'this is a defect' : 'a plug-in or a reporter may have ended the process';
  world.stderr.write(`smoketrail: the command ended before its work did; ${who}\n`);
};
process.once('exit', unended);

runProgram(world).then(end, (error: unknown) => {
  explain(error);
  end(error instanceof UsageError ? 2 : 3);
});

function guardStrays(mask: (text: string) => string, whose: () => string | undefined): void {
  if (strayed !== undefined) return;
  strayed = false;
  const tell = (thrown: unknown): void => {
    strayed = true;
    fail();
    const said = mask(textOf(thrown)).slice(0, 1_000);
    const who = visible(whose() ?? 'code of a plug-in or a reporter');
    world.stderr.write(`smoketrail: ${who} failed outside of any call: ${visible(said)}\n`);
  };
  process.on('uncaughtException', tell);
  process.on('unhandledRejection', tell);
}

/** The code as the command and its failures have it, once the command has ended. */
let decided: number | undefined;

function end(code: number): void {
  process.exitCode = code;
  decided = code;
  process.off('exit', unended);
  const last = (): void => {
    // What a report has said by now must not stand where the code is another one.
    const why = unwritten ? 'standard output could not be written' : 'code of others failed outside of any call';
    if (decided !== code) world.stderr.write(`smoketrail: exit ${decided}, not ${code}: ${why}\n`);
    if (process.exitCode === decided) return;
    const given = visible(String(process.exitCode));
    world.stderr.write(`smoketrail: exit ${decided}: code of a plug-in or a reporter had set it to ${given}\n`);
    process.exit(decided);
  };
  process.once('exit', last);
  // Behind whatever others have added since.
  process.once('beforeExit', () => {
    process.off('exit', last);
    process.once('exit', last);
  });
  if (unwritten || strayed === true) fail();
}

function fail(): void {
  const code = codeAfterFailure(decided ?? Number(process.exitCode));
  process.exitCode = code;
  if (decided !== undefined) decided = code;
}

function explain(error: unknown): void {
  const verbose = world.argv.includes('-v') || world.argv.includes('--verbose');
  const message = textOf(error);
  world.stderr.write(`smoketrail: ${visibleLines(message)}\n`);
  const known = error instanceof UsageError || error instanceof RunnerError;
  if (known && error.hint) world.stderr.write(`  ${visibleLines(error.hint)}\n`);
  if (error instanceof UsageError) return;
  if (verbose && error instanceof Error && error.stack) world.stderr.write(`${visibleLines(error.stack)}\n`);
  else if (!known) world.stderr.write('  Run again with -v for the details.\n');
}
