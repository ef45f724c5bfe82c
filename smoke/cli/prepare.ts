// What nearly every command begins with: its settings, the mask and the secrets, and the plug-ins they name.

import type { ConfigFile } from '../config/model.ts';
import type { Flags } from '../config/settings.ts';
import type { Secrets } from '../run/ports.ts';
import { createMask, createSecrets } from './assemble.ts';
import { type Plugins, pluginsOf } from './plugins.ts';
import { type Read, readSettings } from './settings.ts';
import type { World } from './world.ts';

export type Prepared = Read & { mask: ReturnType<typeof createMask>; secrets: Secrets; plugins: Plugins };

/** `without`: keys of the config file that are not this command's affair. */
export async function prepare(
  flags: Flags,
  world: World,
  without: readonly (keyof ConfigFile)[] = ['reporters'],
): Promise<Prepared> {
  const read = await readSettings(flags, world, without);
  const mask = createMask();
  const secrets = createSecrets(read.env, mask);
  return { ...read, mask, secrets, plugins: pluginsOf(read.settings, world, mask.mask, secrets) };
}
