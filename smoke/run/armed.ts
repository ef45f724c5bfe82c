// Opens (arms) the probes of a run before anything is sent, one for each distinct connection.

import { Blind, type Host, type Plugin, type Probe } from '../probes/plugin.ts';
import type { LookSpec } from '../scenario/model.ts';
import { resolve, type Tree } from '../scenario/template.ts';
import { maskCredentials } from './header-secrets.ts';
import type { Journey } from './journey.ts';
import type { Timer } from './look-timer.ts';
import type { Ports } from './ports.ts';
import { stableJson } from './stable-json.ts';

/** An opened probe, or why it could not be opened: that hop is blind, and the others go on. */
export type Armed = { plugin: Plugin; key: string; probe?: Probe; failure?: unknown };

export type Armoury = {
  /** Opens the probe of a look, or hands out the one opened before for the same connection. */
  arm(spec: LookSpec, journey: Journey): Promise<Armed>;
  /** `hurry`: see `Probe`. */
  close(hurry?: AbortSignal): Promise<void>;
};

export function createArmoury(ports: Ports, timer: Timer): Armoury {
  const opened = new Map<string, Promise<Armed>>();

  async function open(plugin: Plugin, key: string, options: Record<string, unknown>, baseDir: string): Promise<Armed> {
    if (plugin.open === undefined) {
      const message = `${plugin.name} can send, but it cannot look`;
      return { plugin, key, failure: new Blind('not-observable', message) };
    }
    try {
      return { plugin, key, probe: await plugin.open(options, hostFor(baseDir, ports, timer)) };
    } catch (failure) {
      return { plugin, key, failure };
    }
  }

  return {
    async arm(spec, journey) {
      const { baseDir = journey.scenario.baseDir } = spec;
      const plugin = await ports.plugin(spec.plugin, baseDir);
      if (plugin === undefined) throw new Error(`no plug-in is called ${spec.plugin}`);
      const options = connectOptions(plugin, spec.options, journey);
      // What it says when it cannot be opened may repeat them.
      maskCredentials(options, journey.marker.text, ports);
      // By the name that the scenario gives it: two plug-ins of third parties may call themselves alike.
      const key = stableJson([spec.plugin, baseDir, options]);
      let armed = opened.get(key);
      if (armed === undefined) {
        armed = open(plugin, key, options, baseDir);
        opened.set(key, armed);
      }
      return armed;
    },
    async close(hurry) {
      const all = await Promise.all(opened.values());
      await Promise.allSettled(all.map((armed) => armed.probe?.close?.(hurry)));
    },
  };
}

function connectOptions(plugin: Plugin, tree: Tree, journey: Journey): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const name of plugin.connects as readonly string[]) {
    const option = optionOf(tree, name);
    if (option === undefined) continue;
    const resolved = resolve(option, journey.scope);
    if (resolved.ok) options[name] = resolved.value;
  }
  return options;
}

function optionOf(tree: Tree, name: string): Tree | undefined {
  if (typeof tree !== 'object' || tree === null || Array.isArray(tree) || !Object.hasOwn(tree, name)) return undefined;
  return (tree as { readonly [key: string]: Tree })[name];
}

export function hostFor(baseDir: string, ports: Ports, timer: Timer): Host {
  return {
    clock: ports.clock,
    budget: (origin, signal) => timer.paused(signal, (onPause) => ports.budget.take(origin, signal, onPause)),
    pause: (origin, ms) => ports.budget.pause(origin, ms),
    userAgent: ports.userAgent,
    insecure: ports.insecure,
    baseDir,
    env: ports.env,
    mask: ports.mask,
    learn: (secret, name) => void ports.secrets.add(secret, name),
    once: ports.once,
    attach: (owner, name, write) => ports.attachments.add(owner.id, name, write),
    browser: ports.browser,
  };
}
