// smoketrail check: every problem of every file, with a code frame; needs no secrets and sends nothing.

import type { Flags } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import { routeText } from '../core/route.ts';
import { formatProblem } from '../scenario/frame.ts';
import type { Scenario } from '../scenario/model.ts';
import type { Problem } from '../scenario/problems.ts';
import { createMask, createSecrets } from './assemble.ts';
import { checkNamed, checkVars } from './check-config.ts';
import { loadFiles, missingNeeds, showProblems } from './load.ts';
import { pluginsOf } from './plugins.ts';
import { pageFor } from './rows.ts';
import { configLine, readSettings } from './settings.ts';
import { refuseMistyped } from './var-files.ts';
import type { World } from './world.ts';

export async function checkCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, env, config, varFiles } = await readSettings(flags, world, ['ledger', 'reporters', 'timezone']);
  const color = settings.color === 'auto' ? world.stdout.tty : settings.color;
  const mask = createMask();
  const plugins = pluginsOf(settings, world, mask.mask, createSecrets(env, mask));
  const page = pageFor(world, settings.color);
  if (config !== undefined) page.line(`· ${configLine(config, settings)}`);
  const tell = (found: readonly Problem[], level: 'error' | 'warning'): void => {
    const { sources } = settings.given;
    for (const problem of found)
      world.stdout.write(`${formatProblem(problem, sources.get(problem.place.file), { color, level })}\n`);
  };
  const unmet = config === undefined ? [] : await checkNamed(config, plugins, world);
  tell(unmet, 'error');
  const files = await loadFiles(paths, { settings, plugins, cwd: world.cwd });
  const problems = showProblems(files, color);
  if (problems !== '') world.stdout.write(`${problems}\n`);
  const sound = files.flatMap(({ scenario }) => scenario ?? []);
  // What a broken scenario has or uses is not known.
  if (config !== undefined && sound.length === files.length)
    tell(checkVars(config, sound, paths.length === 0), 'warning');
  for (const { file, scenario } of files) {
    if (scenario === undefined) continue;
    const nothing = {
      env: () => undefined,
      secret: () => undefined,
      vars: (name: string) => Object.hasOwn(settings.vars, name),
    };
    const needs = missingNeeds([scenario], nothing).map(({ space, name }) => `${space}.${name}`);
    const asks = needs.length > 0 ? `; to run it needs ${needs.join(', ')}` : '';
    page.line(`✓ ${file.shown}  ${scenario.name}: ${shownRoute(scenario)}${asks}`);
  }
  refuseMistyped(sound, varFiles, world, color);
  const wrong = files.filter((file) => file.problems.length > 0).length;
  if (wrong > 0) page.line(`✗ ${wrong} of ${files.length} file${files.length === 1 ? '' : 's'} cannot be run`);
  if (config !== undefined && unmet.length > 0) page.line(`✗ ${visible(config.file)} names what a run would not find`);
  return wrong + unmet.length > 0 ? 2 : 0;
}

function shownRoute({ route }: Scenario): string {
  return routeText(route.map(({ name, after }) => (after === undefined ? { hop: name } : { hop: name, after })));
}
