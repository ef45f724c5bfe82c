// smoketrail check: every problem of every file, with a code frame; needs no secrets and sends nothing.

import type { Flags } from '../config/settings.ts';
import { routeText } from '../core/route.ts';
import type { Scenario } from '../scenario/model.ts';
import { loadFiles, missingNeeds, showProblems } from './load.ts';
import { pluginsOf } from './plugins.ts';
import { pageFor } from './rows.ts';
import { configLine, readSettings } from './settings.ts';
import { refuseMistyped } from './var-files.ts';
import type { World } from './world.ts';

export async function checkCommand(paths: readonly string[], flags: Flags, world: World): Promise<number> {
  const { settings, config, varFiles } = await readSettings(flags, world, ['ledger', 'reporters', 'timezone']);
  const files = await loadFiles(paths, { settings, plugins: pluginsOf(settings, world), cwd: world.cwd });
  const color = settings.color === 'auto' ? world.stdout.tty : settings.color;
  const page = pageFor(world, settings.color);
  if (config !== undefined) page.line(`· ${configLine(config, settings)}`);
  const problems = showProblems(files, color);
  if (problems !== '') world.stdout.write(`${problems}\n`);
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
  refuseMistyped(
    files.flatMap(({ scenario }) => scenario ?? []),
    varFiles,
    world,
    color,
  );
  const wrong = files.filter((file) => file.problems.length > 0).length;
  if (wrong > 0) page.line(`✗ ${wrong} of ${files.length} file${files.length === 1 ? '' : 's'} cannot be run`);
  return wrong > 0 ? 2 : 0;
}

function shownRoute({ route }: Scenario): string {
  return routeText(route.map(({ name, after }) => (after === undefined ? { hop: name } : { hop: name, after })));
}
