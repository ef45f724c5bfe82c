// Loads every scenario a command was given, or tells every problem of every file at once.

import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PluginLoader } from '../probes/plugin-loader.ts';
import { formatProblem } from '../scenario/frame.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/model.ts';
import { type Given, type Unmet, unmetNeeds } from '../scenario/needs.ts';
import type { Problem } from '../scenario/problems.ts';
import { type Found, findScenarios } from './find-scenarios.ts';
import { UsageError } from './world.ts';

export type LoadedFile = {
  file: Found;
  /** Texts by file name, as problems name them: the scenario's own and those it reads. */
  sources: ReadonlyMap<string, string>;
  scenario?: Scenario;
  problems: readonly Problem[];
  warnings: readonly Problem[];
};

/** Larger files are refused before they are parsed; a scenario is a page or two. In bytes. */
const largestFile = 1024 * 1024;

export async function loadFiles(paths: readonly string[], cwd: string, plugins: PluginLoader): Promise<LoadedFile[]> {
  const found = await findScenarios(paths, cwd);
  const loaded = await Promise.all(found.map((file) => loadFile(file, plugins)));
  return loaded.map(refuseTwin);
}

async function loadFile(file: Found, { plugin, names }: PluginLoader): Promise<LoadedFile> {
  const text = await readText(file);
  const loaded = await loadScenario(text, file.shown, {
    plugin,
    pluginNames: names,
    readFile: (inner) => readFile(inner, 'utf8'),
    baseDir: path.dirname(file.absolute),
  });
  const { sources } = loaded;
  if (loaded.ok) return { file, sources, scenario: loaded.scenario, problems: [], warnings: loaded.warnings };
  return { file, sources, problems: loaded.problems, warnings: [] };
}

async function readText(file: Found): Promise<string> {
  try {
    const handle = await open(file.absolute);
    try {
      const stats = await handle.stat();
      // One byte over the limit is enough for the loader to say that the file is too large. A pipe tells no size.
      const buffer = Buffer.alloc(Math.min(stats.isFile() ? stats.size : Number.POSITIVE_INFINITY, largestFile + 1));
      let length = 0;
      for (let read = -1; read !== 0 && length < buffer.length; length += read)
        read = (await handle.read(buffer, length, buffer.length - length)).bytesRead;
      return buffer.toString('utf8', 0, length);
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
  const { scenario: _, ...rest } = loaded;
  return { ...rest, problems: [problem] };
}

/** Problems as text, each with its code frame. */
export function showProblems(files: readonly LoadedFile[], color: boolean): string {
  return files
    .flatMap(({ problems, warnings, sources }) => [
      ...problems.map((problem) => formatProblem(problem, sources.get(problem.place.file), { color })),
      ...warnings.map((warning) =>
        formatProblem(warning, sources.get(warning.place.file), { color, level: 'warning' }),
      ),
    ])
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
export function missingNeeds(scenarios: readonly Scenario[], given: Given): Unmet[] {
  const missing = new Map<string, Unmet>();
  for (const unmet of scenarios.flatMap(({ needs }) => unmetNeeds(needs, given))) {
    const key = `${unmet.space}.${unmet.name}`;
    if (!missing.has(key)) missing.set(key, unmet);
  }
  return [...missing.values()];
}
