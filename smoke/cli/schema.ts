// smoketrail schema: the JSON Schema of a scenario, for editors, with the plug-ins that the config file registers.

import { OutsideFault } from '../probes/outside-module.ts';
import type { Plugin } from '../probes/plugin.ts';
import { scenarioSchema } from '../scenario/json-schema.ts';
import { pluginsOf } from './plugins.ts';
import { readSettings } from './settings.ts';
import { UsageError, type World } from './world.ts';

export async function schemaCommand(world: World): Promise<number> {
  const { settings } = readSettings({}, world);
  const { names, plugin } = pluginsOf(settings, world);
  const plugins = await Promise.all(names.map((name) => named(name, () => plugin(name, world.cwd))));
  const schema = scenarioSchema(plugins.flatMap((one) => one ?? []));
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
