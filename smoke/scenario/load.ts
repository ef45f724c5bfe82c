// Loads a scenario file: text in, a Scenario or every problem of the file out. Reads nothing but what the file names.

import { dirname, resolve as resolvePath } from 'node:path';
import type { Context, LoadTools } from './build-context.ts';
import { buildScenario } from './build-scenario.ts';
import { checkTimes } from './build-times.ts';
import { readFileCalls } from './build-tree.ts';
import { checkLeftovers } from './check-leftovers.ts';
import { checkConnections, checkKeeps, checkNames, checkTraceAlias } from './check-names.ts';
import { checkRoute } from './check-route.ts';
import { checkSelectors } from './check-selectors.ts';
import { checkEchoes, checkLandmarks, checkLooks, checkMarker, checkReleases } from './check-sense.ts';
import { checkSessions } from './check-sessions.ts';
import { readDocument } from './document.ts';
import { checkShape } from './findings.ts';
import { withGivenVars } from './given-vars.ts';
import type { Scenario } from './model.ts';
import { needsOf } from './needs.ts';
import type { MapNode, Node } from './node.ts';
import { withPieces } from './pieces.ts';
import { child } from './plain.ts';
import { createReport, inOrder, type Problem } from './problems.ts';
import { isReadable } from './readable.ts';
import { scenario as scenarioShape } from './shape.ts';
import { keysOf } from './shape-parts.ts';

export type { GivenVars, LoadTools } from './build-context.ts';

/** `sources`: the texts of the files that problems may stand in, by their name, for code frames. */
/** `used`: absolute paths of the files that pieces were taken from. */
export type Loaded = { sources: ReadonlyMap<string, string>; used: ReadonlySet<string> } & (
  | { ok: true; scenario: Scenario; warnings: readonly Problem[] }
  | { ok: false; problems: readonly Problem[] }
);

/** `file` names the file in problems; relative paths start from its folder unless `tools.baseDir` says otherwise. */
export async function loadScenario(text: string, file: string, tools: LoadTools): Promise<Loaded> {
  const report = createReport();
  const context: Context = {
    report,
    tools,
    baseDir: resolvePath(tools.baseDir ?? dirname(file)),
    selectors: [],
    sessions: [],
    files: [],
    folders: new Map(),
    used: new Set(),
    sources: new Map([...(tools.given?.sources ?? []), [file, text]]),
  };
  const scenario = isReadable(text, file, 'scenario', report) ? await load(text, file, context) : undefined;
  const { sources, used } = context;
  if (scenario === undefined || report.problems.length > 0)
    return { ok: false, problems: inOrder(report.problems), sources, used };
  return { ok: true, scenario, warnings: inOrder(report.warnings), sources, used };
}

async function load(text: string, file: string, context: Context): Promise<Scenario | undefined> {
  const { report, tools } = context;
  const written = readDocument(text, file, report);
  if (written === undefined) return undefined;
  const root = written.kind === 'map' ? await withPieces(written, context) : written;
  if (root === undefined) return undefined;
  if (root.kind !== 'map') {
    report.problem('wrong-type', 'a scenario is a mapping of keys to values', root.span, 'It begins with `name: …`.');
    return undefined;
  }
  await checkShape(scenarioShape, { node: root, keysAt, literal: true }, report);
  checkTimes(root, context);
  const { scenario: own, sound } = await buildScenario(root, context);
  const scenario = withGivenVars(own, tools.given?.vars ?? {});
  await readFileCalls(context);
  const extra = report.problems.length === 0 ? new Set<string>() : keptAnywhere(root);
  checkNames(scenario, { extra, unchosen: tools.given?.unchosen ?? new Map() }, report);
  checkTraceAlias(scenario, report);
  checkKeeps(scenario, report);
  checkSessions(scenario, root, report);
  await checkConnections(scenario, tools.plugin, report);
  if (sound) checkMarker(scenario, root, report);
  checkRoute(scenario, root, report);
  checkReleases(scenario, root, report);
  checkLooks(scenario, tools.pluginNames, report);
  checkEchoes(scenario, report);
  checkLandmarks(scenario, report);
  checkLeftovers(scenario, root, report);
  await checkSelectors(context.selectors, report);
  return { ...scenario, needs: needsOf(scenario) };
}

async function keysAt(path: readonly string[]): Promise<readonly string[]> {
  if (path.length === 0) return keysOf(scenarioShape);
  const { languageKeys } = await import('./json-schema.ts');
  return languageKeys(path);
}

/** Aliases of steps that could not be built, so that one wrong step does not undefine its aliases everywhere. */
function keptAnywhere(root: MapNode): Set<string> {
  const kept = new Set<string>();
  const collect = (step: Node | undefined): void => {
    for (const { node } of step?.kind === 'map' ? step.entries.values() : []) {
      const keep = child(node, 'keep');
      if (keep?.kind === 'map') for (const name of keep.entries.keys()) kept.add(name);
    }
  };
  for (const key of ['send', 'find', 'clean', 'leftovers', 'route']) {
    const steps = child(root, key);
    for (const step of steps?.kind === 'list' ? steps.items : [steps])
      collect(key === 'route' ? child(step, 'look') : step);
  }
  return kept;
}
