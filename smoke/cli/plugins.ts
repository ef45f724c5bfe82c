// The plug-ins a command knows: built-in ones, those of the config file, and what its scenarios name by path or package.

import type { Settings } from '../config/settings.ts';
import { createPluginLoader, type PluginLoader, withoutOutside } from '../probes/plugin-loader.ts';
import { realClock } from './clock.ts';
import { isBelow } from './is-below.ts';
import { guardOutside, teller } from './outside-guard.ts';
import type { World } from './world.ts';

export type Plugins = PluginLoader & {
  /** For a scenario file that only a ledger names: code and programs of its own run only where it lies below this folder. */
  forRecalled(file: string): PluginLoader;
};

/** `mask`: for what code of a plug-in throws outside of any call. */
export function pluginsOf(settings: Settings, world: World, mask: (text: string) => string = asItIs): Plugins {
  const { plugins } = settings;
  const { cwd } = world;
  const onOutside = (): Promise<void> => guardOutside(world, mask);
  const loader = createPluginLoader({ plugins, cwd, clock: realClock, onOutside, tell: teller(world, mask) });
  const fenced = withoutOutside(loader, Object.keys(plugins));
  return { ...loader, forRecalled: (file) => (isBelow(file, cwd) ? loader : fenced) };
}

function asItIs(text: string): string {
  return text;
}
