// Where a reporter writes: standard output, or a file that is opened before anything is sent.

import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { Clock } from '../probes/plugin.ts';
import type { Output } from '../reporter.ts';
import { makeFolder } from '../store/make-folder.ts';
import { RunnerError, type World } from './world.ts';

export type OpenOutput = { output: Output; close(): void };

export function openOutput(file: string | undefined, world: World, color: boolean | 'auto', clock: Clock): OpenOutput {
  const began = clock.now();
  const timed = {
    now: () => clock.now() - began,
    every: (ms: number, callback: () => void) => repeat(clock, ms, callback),
  };
  if (file !== undefined) return openFile(path.resolve(world.cwd, file), file, timed);
  const { stdout, env } = world;
  const tty = stdout.tty && env['TERM'] !== 'dumb' && !env['CI'];
  return {
    output: {
      write: stdout.write,
      tty,
      wraps: tty || stdout.appends === true,
      get columns() {
        return stdout.columns();
      },
      get rows() {
        return stdout.rows();
      },
      color: color === 'auto' ? stdout.tty && env['TERM'] !== 'dumb' : color,
      ...timed,
    },
    close: () => undefined,
  };
}

function openFile(absolute: string, shown: string, timed: Pick<Output, 'now' | 'every'>): OpenOutput {
  let handle: number;
  try {
    makeFolder(path.dirname(absolute));
    handle = openSync(absolute, 'w');
  } catch (error) {
    throw new RunnerError(
      `cannot write ${shown}: ${error instanceof Error ? error.message : String(error)}`,
      'Nothing was sent.',
      error,
    );
  }
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
  };
  return { output: { write, tty: false, columns: 120, color: false, ...timed }, close: () => closeSync(handle) };
}

/** For what several programs write to one after the other, as a pipeline's summary is. */
export function appendText(file: string, text: string): void {
  appendFileSync(file, text);
}

function repeat(clock: Clock, ms: number, callback: () => void): { stop(): void } {
  const stop = new AbortController();
  const tick = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await clock.wait(ms, stop.signal);
      callback();
    }
  };
  tick().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return { stop: () => stop.abort(new Error('the display stopped')) };
}
