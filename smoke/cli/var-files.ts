// --var-file: the variables of files, each with its place, so that a name nobody has can be told.

import path from 'node:path';
import type { VarFile } from '../config/var-file.ts';
import { textOf } from '../core/text-of.ts';
import { nearest } from '../scenario/did-you-mean.ts';
import { formatProblem } from '../scenario/frame.ts';
import type { Scenario } from '../scenario/model.ts';
import { made, type Problem } from '../scenario/problems.ts';
import { readNamed } from './read-text.ts';
import { UsageError, type World } from './world.ts';

/** `sources`: texts by file name. Later files stand before earlier ones. */
export type VarFiles = VarFile & { sources: ReadonlyMap<string, string> };

export async function readVarFiles(files: readonly string[], world: World, color: boolean): Promise<VarFiles> {
  const all = { vars: {}, places: new Map(), sources: new Map<string, string>() } satisfies VarFiles;
  const problems: Problem[] = [];
  if (files.length === 0) return all;
  const { loadVarFile } = await import('../config/var-file.ts');
  for (const file of files) {
    const text = await readNamed(path.resolve(world.cwd, file)).catch((error: unknown) => {
      throw new UsageError(`--var-file ${file}: ${textOf(error)}`);
    });
    all.sources.set(file, text);
    const loaded = loadVarFile(text, file);
    if (!loaded.ok) problems.push(...loaded.problems);
    else {
      Object.assign(all.vars, loaded.vars);
      for (const [name, place] of loaded.places) all.places.set(name, place);
    }
  }
  show(problems, 'error', all, world, color);
  return all;
}

/**
 * A file may serve many scenarios, so a name that none here has is only told; one that is nearly theirs is a mistyped
 * one, which would leave a default in force, and with it perhaps the wrong system.
 */
export function refuseMistyped(scenarios: readonly Scenario[], files: VarFiles, world: World, color: boolean): void {
  const known = new Set(scenarios.flatMap((scenario) => Object.keys(scenario.vars)));
  const unknown = [...files.places].filter(([name]) => !known.has(name));
  const problemOf = ([name, place]: (typeof unknown)[number]): Problem => {
    const meant = nearest(name, known);
    const hint = meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
    return made('undefined-name', `no scenario here has a variable ${JSON.stringify(name)}`, place, hint);
  };
  const problems = unknown.map(problemOf);
  const [mistyped, foreign] = [true, false].map((meant) =>
    problems.filter(({ hint }) => (hint !== undefined) === meant),
  );
  show(foreign ?? [], 'warning', files, world, color);
  show(mistyped ?? [], 'error', files, world, color);
}

function show(
  problems: readonly Problem[],
  level: 'error' | 'warning',
  { sources }: VarFiles,
  world: World,
  color: boolean,
): void {
  for (const problem of problems)
    world.stderr.write(`${formatProblem(problem, sources.get(problem.place.file), { color, level })}\n`);
  const { length } = problems;
  if (length > 0 && level === 'error')
    throw new UsageError(`${length} problem${length === 1 ? '' : 's'} in the files of --var-file; nothing was sent`);
}
