// smoketrail schema: the JSON Schema of a scenario or of the config file, for editors.

import { loadPlugin, pluginNames } from '../probes/registry.ts';
import { scenarioSchema } from '../scenario/json-schema.ts';
import type { World } from './world.ts';

export async function schemaCommand(world: World, ofConfig: boolean): Promise<number> {
  if (ofConfig) {
    const { configSchema } = await import('../config/json-schema.ts');
    world.stdout.write(`${JSON.stringify(configSchema(), undefined, 2)}\n`);
    return 0;
  }
  const plugins = await Promise.all(pluginNames.map(loadPlugin));
  const schema = await scenarioSchema(plugins.flatMap((plugin) => (plugin === undefined ? [] : [plugin])));
  world.stdout.write(`${JSON.stringify(schema, undefined, 2)}\n`);
  return 0;
}
