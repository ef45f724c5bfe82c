// Runs a program to its end, bounded in output and time, and leaves nothing of it behind.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute, resolve } from 'node:path';
import { maskedPart, maskMargin } from '../masked-start.ts';
import type { Host } from '../plugin.ts';
import type { CommandOptions } from './command-options.ts';
import { endGroup, groupLives, groups, tieGroup } from './process-group.ts';

/** `stderr` is masked, and only its beginning. `too-late`: it was stopped before the program was started. */
export type Ran =
  | { kind: 'not-started'; code: string; error: Error }
  | { kind: 'too-late' }
  | { kind: 'ended'; exit: number | null; signal: string | null; stdout: string; stderr: string; bytes: number }
  | { kind: 'stopped'; why: 'aborted' | 'too-long'; stderr: string; bytes: number };

const OUTPUT_CAP = 8 * 1024 * 1024;
const ERROR_CAP = 4096;
/** Milliseconds the output may stay open after the program ended (a child of its own may hold it). */
const DRAIN = 200;

export async function runCommand(options: CommandOptions, host: Host, signal: AbortSignal): Promise<Ran> {
  // Even a program that is ended at once may have acted before.
  if (signal.aborted) return { kind: 'too-late' };
  const child = start(options, host);
  const started = await once(child, 'spawn').then(
    () => undefined,
    (error: unknown) => error as NodeJS.ErrnoException,
  );
  const { pid } = child;
  if (started !== undefined || pid === undefined) {
    const error = started ?? new Error('the program got no process');
    return { kind: 'not-started', code: started?.code ?? 'unknown', error };
  }
  const untie = tieGroup(pid);
  try {
    return await finish(child, pid, options, host, signal);
  } finally {
    untie();
  }
}

function start(options: CommandOptions, host: Host): ChildProcess {
  const [program = '/bin/sh', ...rest] = options.argv ?? ['/bin/sh', '-c', options.shell ?? ''];
  const cwd = options.cwd === undefined || isAbsolute(options.cwd) ? options.cwd : resolve(host.baseDir, options.cwd);
  const extra = Object.entries(options.env ?? {}).map(([name, value]) => [name, String(value)]);
  return spawn(program, rest, {
    cwd: cwd ?? host.baseDir,
    env: { ...host.env, ...Object.fromEntries(extra) },
    // A group of its own, so that all of it can be ended at once.
    detached: groups,
    stdio: 'pipe',
    windowsHide: true,
  });
}

async function finish(
  child: ChildProcess,
  pid: number,
  options: CommandOptions,
  host: Host,
  signal: AbortSignal,
): Promise<Ran> {
  const output = gather(child, OUTPUT_CAP);
  const errors = gather(child, ERROR_CAP + maskMargin, 'stderr');
  let code: number | null | undefined;
  let by: string | null = null;
  const exited = new Promise<void>((done) => {
    child.once('exit', (exit, signalName) => {
      code = exit;
      by = signalName;
      done();
    });
  });
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  feed(child, options.stdin);

  const stop = new AbortController();
  const aborted = (): void => stop.abort('aborted');
  signal.addEventListener('abort', aborted, { once: true });
  if (signal.aborted) aborted();
  output.full.then(
    () => stop.abort('too-long'),
    () => undefined,
  );
  const stopped = new Promise<void>((done) => {
    if (stop.signal.aborted) done();
    stop.signal.addEventListener('abort', () => done(), { once: true });
  });
  const settled = new AbortController();
  try {
    await Promise.race([exited, stopped]);
    // What the program started may hold its output open for ever.
    if (!stop.signal.aborted) await Promise.race([closed, stopped, drained(host, settled.signal)]);
  } finally {
    signal.removeEventListener('abort', aborted);
    settled.abort();
    if (code === undefined || groupLives(pid)) await endGroup(pid, host.clock, () => code !== undefined);
    await exited;
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
  const [stderr] = maskedPart(errors.text(), ERROR_CAP, host.mask, errors.bytes() <= ERROR_CAP + maskMargin);
  const bytes = output.bytes();
  if (stop.signal.aborted) return { kind: 'stopped', why: stop.signal.reason as 'aborted' | 'too-long', stderr, bytes };
  return { kind: 'ended', exit: code ?? null, signal: by, stdout: output.text(), stderr, bytes };
}

/** A wait that nobody needs any more is ended, not left to keep the runner alive. */
async function drained(host: Host, settled: AbortSignal): Promise<void> {
  await host.clock.wait(DRAIN, settled).catch(() => undefined);
}

/** A program may end without reading its input, which is no fault of it. */
function feed(child: ChildProcess, text: string | undefined): void {
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(text ?? '');
}

type Gathered = { text(): string; bytes(): number; full: Promise<void> };

function gather(child: ChildProcess, cap: number, which: 'stdout' | 'stderr' = 'stdout'): Gathered {
  const chunks: Buffer[] = [];
  let size = 0;
  const full = new Promise<void>((done) => {
    child[which]?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= cap) chunks.push(chunk);
      else if (which === 'stderr' && size - chunk.length < cap)
        chunks.push(chunk.subarray(0, cap - size + chunk.length));
      if (size > cap) done();
    });
    child[which]?.on('error', () => undefined);
  });
  return { text: () => Buffer.concat(chunks).toString('utf8'), bytes: () => size, full };
}
