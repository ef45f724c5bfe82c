// `smoketrail demo` as a process, with its temporary files in a folder of the test's own, so that what is left can be told.

import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { eventually } from '../demo/on-stack.ts';
import { type Ended, type Program, type StartOptions, startProgram } from './program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export type Demo = Program & { folder: string; says(what: RegExp): Promise<string> };

/** Its temporary files go into a folder of the test's own, so that what is left can be told. */
export function startDemo(t: TestContext, ...args: readonly string[]): Demo {
  return demoThrough(t, undefined, args);
}

/** As people start it in a checkout: npm, a shell, and the program. */
export function startDemoByNpm(t: TestContext, ...args: readonly string[]): Demo {
  const npm = ['npm', '--prefix', root, 'run', '-s', 'smoketrail', '--'];
  return demoThrough(t, () => [...npm, 'demo', ...args], args);
}

function demoThrough(t: TestContext, through: StartOptions['through'], args: readonly string[]): Demo {
  const folder = mkdtempSync(path.join(tmpdir(), 'smoketrail-demo-test-'));
  const program = startProgram(['demo', ...args], { cwd: folder, env: { TMPDIR: folder }, through });
  t.after(async () => {
    await program.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const says = (what: RegExp): Promise<string> =>
    eventually(`it says ${what}`, () => {
      if (program.isOver()) assert.match(program.output(), what);
      return what.exec(program.output())?.[0];
    });
  return { ...program, folder, says };
}

/** Processes that were started with that folder in their environment. */
export function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'utf8').includes(folder);
    } catch {
      // It ended meanwhile, or is somebody else's.
      return false;
    }
  });
}

export async function endedClean(demo: Demo, code: number): Promise<Ended> {
  const end = await demo.ended;
  assert.equal(end.code, code, end.stdout + end.stderr);
  assert.equal(end.stderr, '');
  assertNothingLeft(demo);
  return end;
}

export function assertNothingLeft({ folder }: Demo): void {
  assert.deepEqual(readdirSync(folder), [], 'files were left behind');
  assert.deepEqual(processesOf(folder), [], 'processes were left behind');
}
