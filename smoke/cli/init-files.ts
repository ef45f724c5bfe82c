// What init reads and writes: a source within its bound, and the scenario, whole or not at all.

import { existsSync } from 'node:fs';
import { open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Settings } from '../config/settings.ts';
import { textOf } from '../core/text-of.ts';
import { formatProblem } from '../scenario/frame.ts';
import { loadScenario } from '../scenario/load.ts';
import { makeFolder } from '../store/make-folder.ts';
import { toolsFor } from './load.ts';
import { pluginsOf } from './plugins.ts';
import { RunnerError, UsageError, type World } from './world.ts';

/** A file's text; `-` reads standard input. Throws a UsageError where it is not there or larger than `most` bytes. */
export async function readSource(flag: string, given: string, most: number, world: World): Promise<string> {
  if (given.trim() === '') throw new UsageError(`${flag} is empty`, 'Name a file there, or - for standard input.');
  if (given === '-') return await readInput(flag, most, world);
  try {
    const handle = await open(path.resolve(world.cwd, given));
    try {
      const { size } = await handle.stat();
      if (size > most) throw tooLarge(flag, given, most);
      return await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : message;
    throw new UsageError(`${flag} ${given}: ${why}`, `Looked in ${world.cwd}.`);
  }
}

async function readInput(flag: string, most: number, world: World): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of world.stdin?.stream() ?? []) {
    const bytes = Buffer.from(chunk as Uint8Array | string);
    size += bytes.length;
    if (size > most) throw tooLarge(flag, 'standard input', most);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function tooLarge(flag: string, given: string, most: number): UsageError {
  return new UsageError(
    `${flag} ${given}: larger than ${most / 1024 / 1024} MB, the most that is read`,
    'Record again with only the request that creates the record.',
  );
}

/** The schema for editors, where somebody has put one beside the scenario or into the current folder. */
export function schemaBeside(file: string, cwd: string): string | undefined {
  const folder = path.dirname(path.resolve(cwd, file));
  const found = [folder, cwd].map((dir) => path.join(dir, 'scenario.schema.json')).find((one) => existsSync(one));
  if (found === undefined) return undefined;
  const relative = path.relative(folder, found).split(path.sep).join('/');
  return relative.startsWith('.') ? relative : `./${relative}`;
}

/** Throws where `check` would refuse it: rubbish is not written. */
export async function refuseUnloadable(text: string, file: string, settings: Settings, world: World): Promise<void> {
  const tools = toolsFor(path.resolve(world.cwd, file), { settings, plugins: pluginsOf(settings, world) });
  const loaded = await loadScenario(text, file === '-' ? 'scenario.yaml' : file, tools);
  if (loaded.ok) return;
  for (const problem of loaded.problems)
    world.stderr.write(`${formatProblem(problem, loaded.sources.get(problem.place.file), { color: false })}\n`);
  throw new UsageError(
    'no scenario that can be run comes out of this source, so nothing was written',
    'The problems above are in what would have been written.',
  );
}

/** Throws a UsageError where the file is there and `force` does not allow to write over it. */
export async function writeScenario(text: string, file: string, force: boolean, world: World): Promise<void> {
  if (file === '-') return world.stdout.write(text);
  const absolute = path.resolve(world.cwd, file);
  try {
    makeFolder(path.dirname(absolute));
    if (!force) return await writeFile(absolute, text, { flag: 'wx' });
    // Whole or not at all: the old file stays until the new one is there.
    const beside = `${absolute}.new`;
    await writeFile(beside, text);
    await rename(beside, absolute).catch(async (error: unknown) => {
      await rm(beside, { force: true });
      throw error;
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(file);
    throw new RunnerError(
      `cannot write ${file}: ${textOf(error)}`,
      '--output names another file; - is standard output.',
      error,
    );
  }
}

/** Told before anything is asked or read, too. */
export function refuseExisting(file: string, force: boolean, world: World): void {
  if (file !== '-' && !force && existsSync(path.resolve(world.cwd, file))) throw alreadyThere(file);
}

function alreadyThere(file: string): UsageError {
  return new UsageError(
    `${file} is there already, and is not written over`,
    '--force writes over it; --output names another file.',
  );
}
