// Paths, folders and quoted globs on the command line → scenario files.

import { glob, stat } from 'node:fs/promises';
import path from 'node:path';
import { UsageError } from './world.ts';

export type Found = {
  /** As the person would write it: relative to the current folder where it lies below. */
  shown: string;
  absolute: string;
};

const scenarioFile = /\.ya?ml$/u;
const defaultFolder = 'scenarios';

/** Folders are searched for *.yaml and *.yml, hidden ones and node_modules left out. Sorted, each file once. */
export async function findScenarios(paths: readonly string[], cwd: string): Promise<Found[]> {
  const asked = paths.length > 0 ? paths : [await defaultPath(cwd)];
  const files = new Set<string>();
  for (const given of asked) for (const file of await filesOf(given, cwd)) files.add(file);
  return [...files].sort().map((absolute) => ({ absolute, shown: shownAs(absolute, cwd) }));
}

async function defaultPath(cwd: string): Promise<string> {
  if (await kindOf(path.join(cwd, defaultFolder))) return defaultFolder;
  throw new UsageError(
    'no scenario was named, and there is no folder scenarios here',
    'Name a file, a folder or a quoted glob: smoketrail run my-scenarios/',
  );
}

async function filesOf(given: string, cwd: string): Promise<string[]> {
  const absolute = path.resolve(cwd, given);
  const kind = await kindOf(absolute);
  if (kind === 'file') return [absolute];
  const pattern = kind === 'folder' ? '**/*.{yaml,yml}' : given;
  const base = kind === 'folder' ? absolute : cwd;
  if (kind === undefined && !/[*?[{]/u.test(given)) {
    throw new UsageError(`${given}: there is no such file or folder`, `Looked in ${cwd}.`);
  }
  const files: string[] = [];
  const exclude = (name: string): boolean => {
    const last = path.basename(name);
    return last === 'node_modules' || (last.startsWith('.') && last !== '.' && last !== '..');
  };
  for await (const match of glob(pattern, { cwd: base, exclude })) {
    if (scenarioFile.test(match)) files.push(path.resolve(base, match));
  }
  if (files.length > 0) return files;
  const what = kind === 'folder' ? 'holds no scenario' : 'matches no scenario';
  throw new UsageError(`${given} ${what}`, 'A scenario is a file that ends in .yaml or .yml.');
}

async function kindOf(absolute: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(absolute)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${absolute}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function shownAs(absolute: string, cwd: string): string {
  const relative = path.relative(cwd, absolute);
  return relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative;
}
