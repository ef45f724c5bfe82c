// Loads every scenario a command was given, or tells every problem of every file at once.

import path from 'node:path';
import type { Settings } from '../config/settings.ts';
import { textOf } from '../core/text-of.ts';
import type { PluginLoader } from '../probes/outside/plugin-loader.ts';
import { formatProblem } from '../scenario/frame.ts';
import { type LoadTools, loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/model.ts';
import { type Given, type Unmet, unmetNeeds } from '../scenario/needs.ts';
import type { Problem } from '../scenario/problems.ts';
import { type Found, findScenarios } from './find-scenarios.ts';
import { readNamed, readText } from './read-text.ts';
import { UsageError } from './world.ts';

export type LoadedFile = {
  file: Found;
  /** Texts by file name, as problems name them: the scenario's own and those it reads. */
  sources: ReadonlyMap<string, string>;
  /** Absolute paths of the files that it takes pieces from. */
  used: ReadonlySet<string>;
  scenario?: Scenario;
  problems: readonly Problem[];
  warnings: readonly Problem[];
};

/** What scenarios are loaded with. */
export type Loading = {
  /** What the config file gives to scenarios, and where they are if no path is named. */
  settings: Pick<Settings, 'given' | 'scenarios'>;
  plugins: PluginLoader;
  cwd: string;
};

export async function loadFiles(paths: readonly string[], loading: Loading): Promise<LoadedFile[]> {
  const { settings, cwd } = loading;
  const found = await findScenarios(paths, cwd, settings.scenarios);
  const loaded = await Promise.all(found.map((file) => loadFile(file, loading)));
  // A file of pieces beside the scenarios that use it is none of them.
  const used = new Set(loaded.flatMap((one) => [...one.used]));
  return loaded
    .filter(({ file, scenario }) => file.named || scenario !== undefined || !used.has(file.absolute))
    .map(refuseTwin);
}

async function loadFile(file: Found, loading: Loading): Promise<LoadedFile> {
  const text = await contentOf(file);
  loading.plugins.reading?.(text);
  const loaded = await loadScenario(text, file.shown, toolsFor(file.absolute, loading));
  const { sources, used } = loaded;
  if (loaded.ok) return { file, sources, used, scenario: loaded.scenario, problems: [], warnings: loaded.warnings };
  return { file, sources, used, problems: loaded.problems, warnings: [] };
}

/** How a scenario at that absolute path gets what it names. */
export function toolsFor(file: string, { settings, plugins }: Pick<Loading, 'settings' | 'plugins'>): LoadTools {
  return {
    plugin: plugins.plugin,
    pluginNames: plugins.names,
    ...(plugins.distrust && { distrust: plugins.distrust }),
    readFile: readText,
    given: settings.given,
    baseDir: path.dirname(file),
  };
}

async function contentOf(file: Found): Promise<string> {
  try {
    return await (file.named ? readNamed : readText)(file.absolute);
  } catch (error) {
    throw new UsageError(`${file.shown}: ${textOf(error)}`);
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

/** Problems as text, each with its code frame. One in a file that several scenarios use is told once. */
export function showProblems(files: readonly LoadedFile[], color: boolean): string {
  const told = files.flatMap(({ problems, warnings, sources }) => [
    ...problems.map((problem) => formatProblem(problem, sources.get(problem.place.file), { color })),
    ...warnings.map((warning) => formatProblem(warning, sources.get(warning.place.file), { color, level: 'warning' })),
  ]);
  return [...new Set(told)].join('\n');
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
