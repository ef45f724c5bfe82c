// Finds and loads the config file: the one that is named, or the nearest on the way up to the root of the repository.

import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ConfigFile } from '../config/model.ts';
import { configChoice, type Flags } from '../config/settings.ts';
import { textOf } from '../core/text-of.ts';
import { formatProblem } from '../scenario/frame.ts';
import { configNames } from './find-scenarios.ts';
import { readNamed, readText } from './read-text.ts';
import { UsageError, type World } from './world.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined where there is none. Every problem of the file is shown on stderr before a UsageError is thrown. */
export async function findConfig(
  flags: Flags,
  env: Env,
  world: World,
  color: boolean,
): Promise<ConfigFile | undefined> {
  const choice = configChoice(flags, env);
  if (choice === 'none') return undefined;
  const absolute = choice === 'search' ? await nearest(world.cwd) : path.resolve(world.cwd, choice.file);
  if (absolute === undefined) return undefined;
  const relative = path.relative(world.cwd, absolute);
  const shown = relative.length < absolute.length ? relative : absolute;
  const text = await (choice === 'search' ? readText : readNamed)(absolute).catch((error: unknown) => {
    const by = choice === 'search' ? '' : `${choice.by}: `;
    throw new UsageError(`${by}${shown}: ${reasonOf(error)}`, '--no-config does without.');
  });
  const { loadConfig } = await import('../config/load.ts');
  const loaded = await loadConfig(text, shown, { baseDir: path.dirname(absolute), readFile: readText, env });
  if (loaded.ok) return loaded.config;
  for (const problem of loaded.problems)
    world.stderr.write(`${formatProblem(problem, loaded.sources.get(problem.place.file), { color })}\n`);
  const { length } = loaded.problems;
  throw new UsageError(`${length} problem${length === 1 ? '' : 's'} in the config file ${shown}; nothing was sent`);
}

/** From the folder upwards, no further than the repository it is in. */
async function nearest(from: string): Promise<string | undefined> {
  for (let folder = from; ; folder = path.dirname(folder)) {
    const found: string[] = [];
    for (const name of configNames) if (await isThere(path.join(folder, name))) found.push(path.join(folder, name));
    const [first, second] = found;
    if (first !== undefined && second !== undefined)
      throw new UsageError(
        `there are two config files: ${first} and ${second}`,
        'Remove one, or name one: --config FILE',
      );
    if (first !== undefined) return first;
    if (folder === path.dirname(folder) || (await isThere(path.join(folder, '.git')))) return undefined;
  }
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder, not a config file';
  return textOf(error);
}
