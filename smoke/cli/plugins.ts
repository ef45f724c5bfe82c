// The plug-ins a command knows: built-in ones, those of the config file, and what its scenarios name by path or package.

import type { Settings } from '../config/settings.ts';
import { createPluginLoader, type PluginLoader, withoutOutside } from '../probes/outside/plugin-loader.ts';
import type { Secrets } from '../run/ports.ts';
import { realClock } from './clock.ts';
import { isBelow } from './is-below.ts';
import { guardOutside, teller } from './outside-guard.ts';
import type { World } from './world.ts';

export type Plugins = PluginLoader & {
  /** For a scenario file that only a ledger names: code and programs of its own run only where it lies below this folder. */
  forRecalled(file: string): PluginLoader;
};

/** `mask`: for what code of a plug-in throws as it loads, and outside of any call. `secrets`: those that it masks once they are asked for. */
export function pluginsOf(
  settings: Settings,
  world: World,
  mask: (text: string) => string = asItIs,
  secrets?: Pick<Secrets, 'get'>,
): Plugins {
  const { plugins } = settings;
  const { cwd } = world;
  const onOutside = (): Promise<void> => guardOutside(world, mask);
  const loads = createPluginLoader({ plugins, cwd, clock: realClock, onOutside, tell: teller(world, mask) });
  const loader: PluginLoader = {
    ...loads,
    plugin: (name, folder) =>
      loads.plugin(name, folder).catch(async (error: unknown) => {
        throw await concealed(error, mask);
      }),
    reading(scenario) {
      for (const [, name = ''] of scenario.matchAll(/\bsecret\.(\w+)/g)) ask(name, secrets);
    },
  };
  const fenced = withoutOutside(loader, Object.keys(plugins));
  return { ...loader, forRecalled: (file) => (isBelow(file, cwd) ? loader : fenced) };
}

function ask(name: string, secrets: Pick<Secrets, 'get'> | undefined): void {
  try {
    secrets?.get(name);
  } catch {
    // One that cannot be read, or may not be so short, is told where it is used.
  }
}

/** What it threw may hold a secret that it was about to use: an address, a key. */
async function concealed(error: unknown, mask: (text: string) => string): Promise<unknown> {
  // It loads with the first module of others.
  const { OutsideFault } = await import('../probes/outside/outside-module.ts');
  if (!(error instanceof OutsideFault)) return error;
  return new OutsideFault(mask(error.message), error.hint === undefined ? undefined : mask(error.hint), error.cause);
}

function asItIs(text: string): string {
  return text;
}
