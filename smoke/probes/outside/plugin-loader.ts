// Finds the plug-in that a scenario names: a built-in one, one that the config file registers, a file, or a package.

import type { Clock, Plugin } from '../plugin.ts';
import { loadPlugin, pluginNames } from '../registry.ts';

export type PluginLoader = {
  /**
   * `folder`: that of the file the name stands in (the scenario's, or that of a piece), where paths start. Undefined
   * where nothing has that name. Throws an OutsideFault for a plug-in that is there and cannot be used.
   */
  plugin(name: string, folder: string): Promise<Plugin | undefined>;
  /** Told the text of a scenario before its plug-ins load: what they say as they fail must not show the secrets it names. */
  reading?(scenario: string): void;
  /** The names that need no path and no package, for "did you mean". */
  names: readonly string[];
  /** Why options of a built-in plug-in are not to be carried out, and what to do; absent where all may be. */
  distrust?(name: string, options: unknown): { message: string; hint: string } | undefined;
};

export type LoaderOptions = {
  /** Name → package name or absolute path, from the config file. */
  plugins: Readonly<Record<string, string>>;
  /** The working directory: packages are looked for from the folder of the file that names them, then from here. */
  cwd: string;
  clock: Clock;
  /** Called before code of somebody else is loaded. */
  onOutside?: () => Promise<void>;
  /** Called with a warning about it. */
  tell?: (what: string) => void;
};

export function createPluginLoader({ plugins, cwd, clock, onOutside, tell }: LoaderOptions): PluginLoader {
  const loaded = new Map<string, Promise<Plugin | undefined>>();

  /** A plug-in is one thing, however often it is asked for. */
  function once(name: string, folders: readonly string[]): Promise<Plugin | undefined> {
    const key = JSON.stringify([name, folders]);
    const loading = loaded.get(key) ?? outside(name, folders);
    loaded.set(key, loading);
    return loading;
  }

  async function outside(name: string, folders: readonly string[]): Promise<Plugin | undefined> {
    await onOutside?.();
    const { loadOutsidePlugin } = await import('./outside-plugin.ts');
    return loadOutsidePlugin(name, { folders, clock, tell });
  }

  async function registered(name: string, source: string): Promise<Plugin> {
    const { OutsideFault } = await import('./outside-module.ts');
    const plugin = await once(source, [cwd]);
    if (plugin !== undefined) return plugin;
    throw new OutsideFault(
      `the package ${source}, which the config file names for it, is not installed`,
      `npm install ${source}, or correct \`plugins: { ${name}: … }\`.`,
    );
  }

  async function taken(name: string): Promise<Error> {
    const { OutsideFault } = await import('./outside-module.ts');
    const hint = `Register yours under another name than \`${name}\`.`;
    return new OutsideFault('the config file registers another plug-in under the name of a built-in one', hint);
  }

  return {
    names: [...new Set([...pluginNames, ...Object.keys(plugins)])],
    async plugin(name, folder) {
      const builtIn = await loadPlugin(name);
      const source = Object.hasOwn(plugins, name) ? plugins[name] : undefined;
      if (builtIn !== undefined && source !== undefined) throw await taken(name);
      if (builtIn !== undefined) return builtIn;
      if (source !== undefined) return registered(name, source);
      const { isPath, isPluginPackage } = await import('./outside-name.ts');
      return isPath(name) || isPluginPackage(name) ? once(name, [folder, cwd]) : undefined;
    },
  };
}

const elsewhere = 'It lies outside of this folder: name the scenario file yourself, or run from its folder.';

/**
 * The same, for a scenario that nobody named: a ledger did, and it lies elsewhere. What such a file says may be somebody
 * else's, so it brings no code of its own and starts no program; what the config file registers stays.
 */
export function withoutOutside(loader: PluginLoader, registered: readonly string[]): PluginLoader {
  return {
    names: loader.names,
    async plugin(name, folder) {
      const { isPath, isPluginPackage } = await import('./outside-name.ts');
      const isOwn = !registered.includes(name) && (isPath(name) || isPluginPackage(name));
      if (!isOwn) return loader.plugin(name, folder);
      const { Untrusted } = await import('./outside-plugin.ts');
      throw new Untrusted(name, elsewhere);
    },
    distrust(name, options) {
      const what = name === 'command' ? 'starts a program' : undefined;
      const script = name === 'browser' && hasScript(options) ? 'runs a `script`' : undefined;
      const runs = what ?? script ?? (name === 'kubernetes-logs' && hasKubeconfig(options) ? logsIn : undefined);
      if (runs === undefined) return undefined;
      return { message: `\`${name}\` ${runs} here, and only a ledger names this scenario`, hint: elsewhere };
    },
  };
}

/** A kubeconfig may name a program that fetches a token. */
const logsIn = 'logs in by a `kubeconfig`, which may start a program,';

function hasKubeconfig(options: unknown): boolean {
  return typeof options === 'object' && options !== null && 'kubeconfig' in options;
}

function hasScript(options: unknown): boolean {
  if (typeof options !== 'object' || options === null) return false;
  return Object.entries(options).some(([key, inner]) => key === 'script' || hasScript(inner));
}
