// What `check` finds wrong with a config file beyond the file itself: plug-ins, reporters and paths that are not there,
// and variables that no scenario has.

import type { ConfigFile } from '../config/model.ts';
import { fileSignIn } from '../config/reporter-text.ts';
import { textOf } from '../core/text-of.ts';
import { nearest } from '../scenario/did-you-mean.ts';
import type { Scenario } from '../scenario/model.ts';
import { createReport, inOrder, type Problem, quoted, type Report } from '../scenario/problems.ts';
import { namesIn } from '../scenario/references.ts';
import { reporterOf } from './assemble.ts';
import { findScenarios } from './find-scenarios.ts';
import type { Plugins } from './plugins.ts';
import type { World } from './world.ts';

/** What the file names and a run would not find. */
export async function checkNamed(config: ConfigFile, plugins: Plugins, world: World): Promise<readonly Problem[]> {
  const report = createReport();
  const attempt = async (keys: readonly string[], said: string, load: () => Promise<unknown>): Promise<void> => {
    try {
      await load();
    } catch (error) {
      const hint = (error as { hint?: unknown }).hint;
      const place = config.placeOf(keys);
      report.problem('bad-value', `${said}${textOf(error)}`, place, typeof hint === 'string' ? hint : undefined);
    }
  };
  for (const name of Object.keys(config.plugins))
    await attempt(['plugins', name], `the plug-in ${quoted(name)} cannot be used: `, () =>
      plugins.plugin(name, world.cwd),
    );
  for (const [index, text] of (config.reporters ?? []).entries()) {
    const at = fileSignIn(text);
    await attempt(['reporters', String(index)], '', () => reporterOf(at < 0 ? text : text.slice(0, at), world));
  }
  refuseSharedOutput(config, report);
  for (const [index, each] of (config.scenarios ?? []).entries())
    await attempt(['scenarios', String(index)], '', () => findScenarios([each], world.cwd));
  return inOrder(report.problems);
}

/** Without a file a reporter writes to standard output, where only one may. */
function refuseSharedOutput({ reporters = [], placeOf }: ConfigFile, report: Report): void {
  const [, second] = [...reporters.keys()].filter((index) => fileSignIn(reporters[index] ?? '') < 0);
  if (second === undefined) return;
  const place = placeOf(['reporters', String(second)]);
  report.problem('bad-value', 'two reporters want standard output', place, 'Give all but one a file: junit=smoke.xml');
}

/**
 * Variables that no scenario has or uses, and environments that so change nothing. `all`: these are all scenarios there
 * are; else another may have them, and only those that look mistyped are told.
 */
export function checkVars(config: ConfigFile, scenarios: readonly Scenario[], all: boolean): readonly Problem[] {
  const report = createReport();
  const known = new Set(scenarios.flatMap(({ vars }) => Object.keys(vars)));
  const environments = Object.entries(config.environments);
  // One that only another variable of the file is made of is used as well.
  const trees = [config, ...environments.map(([, environment]) => environment)].map(({ vars }) => Object.values(vars));
  const used = namesIn(trees).vars;
  const warnOf = (vars: ConfigFile['vars'], keys: readonly string[]): void => {
    for (const name of Object.keys(vars)) {
      const meant = known.has(name) || used.has(name) ? name : nearest(name, known);
      if (meant === name || (meant === undefined && !all)) continue;
      const hint = meant === undefined ? 'Use it in a scenario, or remove it.' : `Did you mean \`${meant}\`?`;
      const message = `no scenario here has or uses a variable ${quoted(name)}`;
      report.warning('undefined-name', message, config.placeOf([...keys, 'vars', name]), hint);
    }
  };
  warnOf(config.vars, []);
  for (const [name, { vars, limits, hosts }] of environments) {
    const keys = ['environments', name];
    const before = report.warnings.length;
    warnOf(vars, keys);
    const isIdle = report.warnings.length - before === Object.keys(vars).length && Object.keys(vars).length > 0;
    if (!isIdle || Object.keys(limits).length > 0 || Object.keys(hosts).length > 0) continue;
    const message = `\`-e ${name}\` changes nothing: no scenario here uses what it sets`;
    report.warning('undefined-name', message, config.placeOf(keys));
  }
  return report.warnings;
}
