#!/usr/bin/env node
// The program's entry, and the only file that touches `process` on behalf of the runner.

import { hostname } from 'node:os';
import { runProgram } from './cli/program.ts';
import { RunnerError, type Sink, UsageError, type World } from './cli/world.ts';
import { visibleLines } from './core/escape.ts';

function sink(stream: NodeJS.WriteStream): Sink {
  return {
    write: (text) => void stream.write(text),
    tty: stream.isTTY === true,
    columns: () => stream.columns ?? 80,
    rows: () => stream.rows ?? 24,
  };
}

const world: World = {
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  stdout: sink(process.stdout),
  stderr: sink(process.stderr),
  host: hostname(),
  onSignal(callback) {
    const handlers = (['SIGINT', 'SIGTERM'] as const).map((signal) => [signal, () => callback(signal)] as const);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    return () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
  },
};

// A reader that went away (`| head`) is no failure of the run.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 3;
  });
}

// A process that finds nothing left to wait for ends, and must not pass for a success then. (No top-level await, which
// would see to this, in a program that is bundled into a script.)
process.exitCode = 3;
const unended = (): void => world.stderr.write('smoketrail: the command ended before its work did; this is a defect\n');
process.once('exit', unended);

runProgram(world).then(end, (error: unknown) => {
  explain(error);
  end(error instanceof UsageError ? 2 : 3);
});

function end(code: number): void {
  process.exitCode = code;
  process.off('exit', unended);
}

function explain(error: unknown): void {
  const verbose = world.argv.includes('-v') || world.argv.includes('--verbose');
  const message = error instanceof Error ? error.message : String(error);
  world.stderr.write(`smoketrail: ${visibleLines(message)}\n`);
  const known = error instanceof UsageError || error instanceof RunnerError;
  if (known && error.hint) world.stderr.write(`  ${visibleLines(error.hint)}\n`);
  if (error instanceof UsageError) return;
  if (verbose && error instanceof Error && error.stack) world.stderr.write(`${visibleLines(error.stack)}\n`);
  else if (!known) world.stderr.write('  Run again with -v for the details.\n');
}
