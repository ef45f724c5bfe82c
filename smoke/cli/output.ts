// Where a reporter writes: standard output, or a file that is opened before anything is sent.

import { appendFileSync, closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { textOf } from '../core/text-of.ts';
import type { Clock } from '../probes/plugin.ts';
import type { Output } from '../reporter.ts';
import { makeFolder } from '../store/make-folder.ts';
import { isBelow } from './is-below.ts';
import { RunnerError, type World } from './world.ts';

export type OpenOutput = { output: Output; close(): void };

export function openOutput(
  file: string | undefined,
  world: World,
  { color, root }: { color: boolean | 'auto'; root?: string | undefined },
  clock: Clock,
): OpenOutput {
  const began = clock.now();
  const timed = {
    now: () => clock.now() - began,
    every: (ms: number, callback: () => void) => repeat(clock, ms, callback),
  };
  if (file !== undefined) return openFile(path.resolve(world.cwd, file), file, [world.cwd, root ?? world.cwd], timed);
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

function openFile(
  absolute: string,
  shown: string,
  roots: readonly string[],
  timed: Pick<Output, 'now' | 'every'>,
): OpenOutput {
  const folder = path.dirname(absolute);
  let handle: number;
  try {
    // Elsewhere a mistyped path would leave folders behind in places that nobody looks at.
    if (roots.some((root) => isBelow(folder, root))) makeFolder(folder);
    handle = openSync(absolute, 'w');
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT';
    const hint = isGone ? ' Missing folders are made below the working directory and the config file only.' : '';
    throw new RunnerError(`cannot write ${shown}: ${textOf(error)}`, `Nothing was sent.${hint}`, error);
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
