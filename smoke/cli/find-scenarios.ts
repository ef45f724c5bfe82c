// Paths, folders and quoted globs on the command line → scenario files.

import { glob, stat } from 'node:fs/promises';
import path from 'node:path';
import { textOf } from '../core/text-of.ts';
import { UsageError } from './world.ts';

export type Found = {
  /** As the person would write it: relative to the current folder where it lies below. */
  shown: string;
  absolute: string;
  /** The file itself was named, and not a folder or a pattern. */
  named: boolean;
};

const scenarioFile = /\.ya?ml$/u;
const defaultFolder = 'scenarios';

/** The config file in a folder of scenarios is none of them. */
export const configNames: readonly string[] = ['smoketrail.yaml', 'smoketrail.yml'];

/** Folders are searched for *.yaml and *.yml, hidden ones and node_modules left out. Sorted, each file once. */
export async function findScenarios(
  paths: readonly string[],
  cwd: string,
  standard?: readonly string[],
): Promise<Found[]> {
  const asked = paths.length > 0 ? paths : (standard ?? [await defaultPath(cwd)]);
  const files = new Map<string, boolean>();
  for (const given of asked) {
    const found = await filesOf(given, cwd);
    for (const file of found.files) files.set(file, found.named || files.get(file) === true);
  }
  return [...files]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([absolute, named]) => ({ absolute, named, shown: shownAs(absolute, cwd) }));
}

async function defaultPath(cwd: string): Promise<string> {
  if (await kindOf(path.join(cwd, defaultFolder))) return defaultFolder;
  throw new UsageError(
    'no scenario was named, and there is no folder scenarios here',
    'Name a file, a folder or a quoted glob: smoketrail run my-scenarios/',
  );
}

async function filesOf(given: string, cwd: string): Promise<{ named: boolean; files: readonly string[] }> {
  const absolute = path.resolve(cwd, given);
  const kind = await kindOf(absolute);
  if (kind === 'file') return { named: true, files: [absolute] };
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
    if (scenarioFile.test(match) && !configNames.includes(path.basename(match))) files.push(path.resolve(base, match));
  }
  if (files.length > 0) return { named: false, files };
  const what = kind === 'folder' ? 'holds no scenario' : 'matches no scenario';
  throw new UsageError(`${given} ${what}`, 'A scenario is a file that ends in .yaml or .yml.');
}

async function kindOf(absolute: string): Promise<'file' | 'folder' | undefined> {
  try {
    return (await stat(absolute)).isDirectory() ? 'folder' : 'file';
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new UsageError(`${absolute}: ${textOf(error)}`);
  }
}

function shownAs(absolute: string, cwd: string): string {
  const relative = path.relative(cwd, absolute);
  return relative.startsWith('..') || path.isAbsolute(relative) ? absolute : relative;
}
