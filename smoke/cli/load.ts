// Loads every scenario a command was given, or tells every problem of every file at once.

import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { loadPlugin, pluginNames } from '../probes/registry.ts';
import { formatProblem } from '../scenario/frame.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Need, Scenario } from '../scenario/model.ts';
import type { Problem } from '../scenario/problems.ts';
import { type Found, findScenarios } from './find-scenarios.ts';
import { UsageError } from './world.ts';

export type LoadedFile = {
  file: Found;
  text: string;
  scenario?: Scenario;
  problems: readonly Problem[];
  warnings: readonly Problem[];
};

/** Larger files are refused before they are parsed; a scenario is a page or two. In bytes. */
const largestFile = 1024 * 1024;

export async function loadFiles(paths: readonly string[], cwd: string): Promise<LoadedFile[]> {
  const found = await findScenarios(paths, cwd);
  const loaded = await Promise.all(found.map(loadFile));
  return loaded.map(refuseTwin);
}

async function loadFile(file: Found): Promise<LoadedFile> {
  const text = await readText(file);
  const loaded = await loadScenario(text, file.shown, {
    plugin: loadPlugin,
    pluginNames,
    readFile: (inner) => readFile(inner, 'utf8'),
    baseDir: path.dirname(file.absolute),
  });
  if (loaded.ok) return { file, text, scenario: loaded.scenario, problems: [], warnings: loaded.warnings };
  return { file, text, problems: loaded.problems, warnings: [] };
}

async function readText(file: Found): Promise<string> {
  try {
    const handle = await open(file.absolute);
    try {
      const { size } = await handle.stat();
      // One byte over the limit is enough for the loader to say that the file is too large.
      const buffer = Buffer.alloc(Math.min(size, largestFile + 1));
      await handle.read(buffer, 0, buffer.length, 0);
      return buffer.toString('utf8');
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw new UsageError(`${file.shown}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Two scenarios of one name could not be told apart in a report. */
function refuseTwin(loaded: LoadedFile, index: number, all: readonly LoadedFile[]): LoadedFile {
  const { scenario } = loaded;
  const twin = all.slice(0, index).find((other) => scenario !== undefined && other.scenario?.name === scenario.name);
  if (scenario === undefined || twin === undefined) return loaded;
  const message = `the name ${scenario.name} is taken by ${twin.file.shown}`;
  const problem: Problem = {
    code: 'duplicate-key',
    message,
    place: scenario.place,
    hint: 'Give each scenario a name of its own.',
  };
  return { ...loaded, problems: [problem] };
}

/** Problems as text, each with its code frame. */
export function showProblems(files: readonly LoadedFile[], color: boolean): string {
  return files
    .flatMap((file) =>
      [...file.problems, ...file.warnings].map((problem) => formatProblem(problem, file.text, { color })),
    )
    .join('\n');
}

export function choose(files: readonly LoadedFile[], tags: readonly string[], grep: RegExp | undefined): LoadedFile[] {
  return files.filter(({ scenario }) => {
    if (scenario === undefined) return false;
    const tagged = tags.length === 0 || tags.some((tag) => scenario.tags.includes(tag));
    return tagged && (grep === undefined || grep.test(scenario.name));
  });
}

/** Names a run cannot do without, each once, with the first place that asks for it. */
export function missingNeeds(
  scenarios: readonly Scenario[],
  has: { env(name: string): boolean; secret(name: string): boolean; variable(name: string): boolean },
): { what: string; need: Need }[] {
  const missing = new Map<string, { what: string; need: Need }>();
  for (const { needs } of scenarios) {
    for (const need of needs.env)
      if (!has.env(need.name)) missing.set(`env.${need.name}`, { what: `env.${need.name}`, need });
    for (const need of needs.secrets)
      if (!has.secret(need.name)) missing.set(`secret.${need.name}`, { what: `secret.${need.name}`, need });
    for (const need of needs.vars)
      if (!has.variable(need.name)) missing.set(`vars.${need.name}`, { what: `vars.${need.name}`, need });
  }
  return [...missing.values()];
}
