// Takes a plug-in out of a module of somebody else: the named export `plugin`, checked and guarded.

import { textOf } from '../../core/text-of.ts';
import type { Plugin } from '../plugin.ts';
import { pluginNames } from '../registry.ts';
import { guarded } from './guarded-plugin.ts';
import { exportedNames, loadOutside, OutsideFault, type OutsideModule, type Whereabouts } from './outside-module.ts';
import { isPath } from './outside-name.ts';
import { isPlugin, pluginFault } from './plugin-shape.ts';

/** Code that is not to be loaded on the word of a ledger alone. */
export class Untrusted extends OutsideFault {
  constructor(name: string, hint: string) {
    super(`${name} is code, and only a ledger names this scenario`, hint);
    this.name = 'Untrusted';
  }
}

/** Undefined where it is a package that is not installed and may be nothing but a mistyped name. */
export async function loadOutsidePlugin(name: string, where: Whereabouts): Promise<Plugin | undefined> {
  const found = await loadOutside(name, where);
  if (found === undefined) {
    if (isPath(name) || where.folders.length < 2) return undefined;
    throw new OutsideFault('no such package is installed here', `npm install ${name}, in the scenario's project.`);
  }
  try {
    return pluginIn(found.exports);
  } catch (error) {
    throw error instanceof OutsideFault
      ? error
      : new OutsideFault(`its \`plugin\` cannot be read: ${textOf(error)}`, undefined, error);
  }
}

function pluginIn(exports: OutsideModule['exports']): Plugin {
  const { plugin } = exports;
  if (plugin === undefined) throw nothingFit(exports);
  if (!isPlugin(plugin, pluginNames)) {
    const hint = 'Write it as `export const plugin: Plugin<…> = { … }`, with the type of the package smoketrail.';
    throw new OutsideFault(`its \`plugin\` ${pluginFault(plugin, pluginNames)}`, hint);
  }
  return guarded(plugin);
}

function nothingFit(exports: OutsideModule['exports']): OutsideFault {
  const names = exportedNames(exports);
  const has = names.length === 0 ? 'nothing' : names.slice(0, 8).join(', ');
  const hint = names.includes('reporter')
    ? 'It is a reporter: give it to --reporter.'
    : 'A plug-in is the named export `plugin`: `export const plugin: Plugin<…> = { … }`.';
  return new OutsideFault(`it exports ${has}, and no \`plugin\``, hint);
}
