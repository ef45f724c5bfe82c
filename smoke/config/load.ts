// Loads a config file: text in, its settings or every problem of it out. Reads nothing but what its variables name.

import { isAbsolute, resolve as resolvePath } from 'node:path';
import type { Context, LoadTools } from '../scenario/build-context.ts';
import { limitsAt } from '../scenario/build-limits.ts';
import { durationAt } from '../scenario/build-times.ts';
import { readFileCalls, treeOf } from '../scenario/build-tree.ts';
import { readDocument } from '../scenario/document.ts';
import { nameFault } from '../scenario/expression.ts';
import { checkShape } from '../scenario/findings.ts';
import type { MapNode, Node } from '../scenario/node.ts';
import { child, entriesAt, locate } from '../scenario/plain.ts';
import { createReport, inOrder, type Problem, quoted } from '../scenario/problems.ts';
import { isReadable } from '../scenario/readable.ts';
import type { Tree } from '../scenario/template.ts';
import { zoneFault } from '../scenario/zoned-date.ts';
import { hostsAt } from './hosts.ts';
import type { ConfigFile, Environment } from './model.ts';
import { fileSignIn } from './reporter-text.ts';
import { config as configShape } from './shape.ts';
import { type Texts, textReader } from './texts.ts';

export type ConfigTools = Pick<LoadTools, 'readFile'> & {
  /** Folder of the file: relative paths in it start here. */
  baseDir: string;
  env: Readonly<Record<string, string | undefined>>;
};

export type LoadedConfig = { sources: ReadonlyMap<string, string> } & (
  | { ok: true; config: ConfigFile }
  | { ok: false; problems: readonly Problem[] }
);

/** `file` names the file in problems. */
export async function loadConfig(text: string, file: string, tools: ConfigTools): Promise<LoadedConfig> {
  const report = createReport();
  const context: Context = {
    report,
    tools: { readFile: tools.readFile, plugin: async () => undefined, pluginNames: [] },
    baseDir: tools.baseDir,
    folders: new Map(),
    used: new Set(),
    sessions: [],
    selectors: [],
    files: [],
    sources: new Map([[file, text]]),
  };
  const config = isReadable(text, file, 'config file', report) ? await read(text, file, tools, context) : undefined;
  const { sources } = context;
  if (config === undefined || report.problems.length > 0)
    return { ok: false, problems: inOrder(report.problems), sources };
  return { ok: true, config, sources };
}

async function read(text: string, file: string, tools: ConfigTools, context: Context): Promise<ConfigFile | undefined> {
  const { report } = context;
  const root = readDocument(text, file, report, 'config file');
  if (root === undefined) return undefined;
  if (root.kind !== 'map') {
    report.problem('wrong-type', 'a config file is a mapping of keys to values', root.span, 'vars: { web: … }');
    return undefined;
  }
  const keysAt = async (path: readonly string[]): Promise<readonly string[]> =>
    (await import('./json-schema.ts')).configKeys(path);
  await checkShape(configShape, { node: root, keysAt, literal: true }, report);
  const own = environmentOf(root, context);
  const environments = environmentsOf(root, context);
  const texts = textReader(tools.env, context);
  const paths = (path: string): string => resolvePath(tools.baseDir, path);
  const at = (key: string): string | undefined => texts.read(child(root, key), key)?.[0];
  const timezone = at('timezone');
  const ledger = at('ledger');
  const reporters = texts.read(child(root, 'reporters'), 'reporters');
  const scenarios = texts.read(child(root, 'scenarios'), 'scenarios');
  checkZone(root, timezone, context);
  await readFileCalls(context);
  return {
    file,
    sources: context.sources,
    ...own,
    environments,
    plugins: pluginsOf(root, texts, tools.baseDir, context),
    ...(timezone !== undefined && { timezone }),
    ...(ledger !== undefined && { ledger: paths(ledger) }),
    ...(reporters && { reporters: reporters.map((reporter) => withPaths(reporter, paths)) }),
    ...(scenarios && { scenarios: scenarios.map(paths) }),
    ...plainOf(root),
    missing: texts.missing,
    placeOf: (path) => placeOf(root, path),
  };
}

/** Of a key, or of an item of a list. */
function placeOf(root: MapNode, path: readonly string[]): Problem['place'] {
  const { key, node, parent } = locate(root, path);
  return key ?? (node ?? parent).span;
}

type Plain = Pick<ConfigFile, 'jobs' | 'repeat' | 'bail' | 'deadline' | 'grace' | 'inconclusive'>;

function plainOf(root: MapNode): Plain {
  const value = (key: string): unknown => {
    const found = child(root, key);
    return found?.kind === 'scalar' ? found.value : undefined;
  };
  const [jobs, repeat, bail] = [value('jobs'), value('repeat'), value('bail')];
  const inconclusive = value('inconclusive');
  const deadline = durationAt(root, 'deadline');
  const grace = durationAt(root, 'grace');
  return {
    ...(typeof jobs === 'number' && { jobs }),
    ...(typeof repeat === 'number' && { repeat }),
    ...(typeof bail === 'boolean' && { bail }),
    ...(deadline !== undefined && { deadline }),
    ...(grace !== undefined && { grace }),
    ...((inconclusive === 'pass' || inconclusive === 'fail') && { inconclusive }),
  };
}

function environmentsOf(root: MapNode, context: Context): Record<string, Environment> {
  const environments: [string, Environment][] = [];
  for (const { key, keySpan, node } of entriesAt(root, 'environments')) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(key)) {
      const hint = 'Write letters, digits, `-`, `_` and `.`.';
      context.report.problem('forbidden-name', `${quoted(key)} cannot name an environment`, keySpan, hint);
    }
    environments.push([key, environmentOf(node, context)]);
  }
  return Object.fromEntries(environments);
}

function environmentOf(node: Node, context: Context): Environment {
  return { vars: varsOf(node, context), limits: limitsAt(node), hosts: hostsAt(node, context.report) };
}

function varsOf(node: Node, context: Context): Record<string, Tree> {
  const vars: [string, Tree][] = [];
  for (const { key, keySpan, node: value } of entriesAt(node, 'vars')) {
    const fault = nameFault(key);
    if (fault === undefined) vars.push([key, treeOf(value, context)]);
    else context.report.problem('forbidden-name', `${quoted(key)} cannot name a variable: ${fault}`, keySpan);
  }
  return Object.fromEntries(vars);
}

function pluginsOf(root: MapNode, texts: Texts, baseDir: string, { report }: Context): Record<string, string> {
  const plugins: [string, string][] = [];
  for (const { key, keySpan, node } of entriesAt(root, 'plugins')) {
    if (!/^[a-z][a-z0-9-]{0,63}$/.test(key))
      report.problem(
        'forbidden-name',
        `${quoted(key)} cannot name a plug-in`,
        keySpan,
        'Write lower-case letters, digits and hyphens.',
      );
    const [from] = texts.read(node, `plugins.${key}`) ?? [];
    if (from !== undefined) plugins.push([key, isPath(from) ? resolvePath(baseDir, from) : from]);
  }
  return Object.fromEntries(plugins);
}

function checkZone(root: MapNode, timezone: string | undefined, { report }: Context): void {
  const fault = timezone === undefined ? undefined : zoneFault(timezone);
  if (fault !== undefined) report.problem('bad-value', fault, child(root, 'timezone')?.span ?? root.span);
}

/** `./chat.ts=chat.txt` with the paths of its module and its file. */
function withPaths(reporter: string, paths: (path: string) => string): string {
  const at = fileSignIn(reporter);
  if (at === 0 || at === reporter.length - 1) return reporter;
  const name = at < 0 ? reporter : reporter.slice(0, at);
  const own = isPath(name) ? paths(name) : name;
  return at < 0 ? own : `${own}=${paths(reporter.slice(at + 1))}`;
}

/** Anything else is a name, or a package. */
function isPath(text: string): boolean {
  return /^\.{1,2}[/\\]/.test(text) || isAbsolute(text);
}
