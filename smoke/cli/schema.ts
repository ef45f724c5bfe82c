// smoketrail schema: the JSON Schema of a scenario, with the plug-ins that the config file registers, or of the config file
// itself; for editors.

import { OutsideFault } from '../probes/outside/outside-module.ts';
import type { Plugin } from '../probes/plugin.ts';
import { scenarioSchema } from '../scenario/json-schema.ts';
import { pluginsOf } from './plugins.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

/** `beyond`: arguments, of which it takes none. Elsewhere `--config` names a file. */
export async function schemaCommand(world: World, ofConfig: boolean, beyond: readonly string[]): Promise<number> {
  const [file] = beyond;
  if (file !== undefined)
    throw new UsageError(
      ofConfig
        ? `--config of schema takes no value: it prints the schema of config files, not that of ${file}`
        : `schema takes no arguments, and got ${file}`,
      'To count the plug-ins of a config file, name it in SMOKETRAIL_CONFIG, or run schema in its folder.',
    );
  if (ofConfig) {
    const { configSchema } = await import('../config/json-schema.ts');
    world.stdout.write(`${JSON.stringify(configSchema(), undefined, 2)}\n`);
    return 0;
  }
  const { settings } = await readSettings({}, world, ['ledger', 'reporters', 'timezone']);
  const { names, plugin } = pluginsOf(settings, world);
  const plugins = await Promise.all(names.map((name) => named(name, () => plugin(name, world.cwd))));
  const schema = await scenarioSchema(plugins.flatMap((one) => one ?? []));
  world.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}

/** In the schema a plug-in has the name that scenarios use. */
async function named(name: string, load: () => Promise<Plugin | undefined>): Promise<Plugin | undefined> {
  try {
    const plugin = await load();
    return plugin === undefined ? undefined : { ...plugin, name };
  } catch (error) {
    if (!(error instanceof OutsideFault)) throw error;
    throw new UsageError(`the plug-in ${name} cannot be loaded: ${error.message}`, error.hint);
  }
}
