// The composition root: where the parts of a run are put together. The only file that knows the reporters.

import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { customAlphabet } from 'nanoid';
import type { Settings } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import type { RunEvent } from '../core/events.ts';
import { textOf } from '../core/text-of.ts';
import { createCookies } from '../probes/http/cookies.ts';
import { createOnce } from '../probes/once.ts';
import type { PluginLoader } from '../probes/outside/plugin-loader.ts';
import type { Clock } from '../probes/plugin.ts';
import type { Reporter, ReporterFactory } from '../reporter.ts';
import { createBudget } from '../run/budget.ts';
import { createDispatch, type Dispatch } from '../run/dispatch.ts';
import type { Keeping } from '../run/keeping.ts';
import type { Ports } from '../run/ports.ts';
import { createMask, type Mask } from '../run/redact.ts';
import type { Witness } from '../run/witness.ts';
import { inflate } from '../select/inflate.ts';
import { attachmentFolder } from '../store/attachments.ts';
import { version } from '../version.ts';
import { realClock } from './clock.ts';
import { appendText, type OpenOutput, openOutput } from './output.ts';
import { newRunId } from './run-id.ts';
import { createSecrets } from './secrets.ts';
import { RunnerError, UsageError, type World } from './world.ts';

export type Reporters = { all: { name: string; reporter: Reporter }[]; outputs: OpenOutput[] };

/** Opens every reporter's output before anything is sent. The terminal speaks unless a reporter takes standard output. */
export async function openReporters(
  settings: Settings,
  world: World,
  mask: (text: string) => string = asItIs,
): Promise<Reporters> {
  const asked = [...settings.reporters];
  if (asked.every(({ path }) => path !== undefined)) asked.unshift({ name: 'terminal' });
  if (asked.filter(({ path }) => path === undefined).length > 1) {
    throw new UsageError('two reporters want standard output', 'Give all but one a file: --reporter junit=smoke.xml');
  }
  const loaded: { name: string; path: string | undefined; factory: ReporterFactory }[] = [];
  for (const { name, path } of asked) loaded.push({ name, path, factory: await reporterOf(name, world, mask) });
  // Opening a file empties it, so every name must be right before the first is opened.
  const reporters: Reporters = { all: [], outputs: [] };
  const { color, configFile } = settings;
  const root = configFile === undefined ? undefined : path.resolve(world.cwd, path.dirname(configFile));
  for (const { name, path, factory } of loaded) {
    const output = openOutput(path, world, { color, root }, realClock);
    reporters.outputs.push(output);
    const options = { verbose: settings.verbose, env: world.env, cwd: world.cwd, append: appendText };
    reporters.all.push({ name, reporter: factory(output.output, options) });
  }
  return reporters;
}

/** A built-in one, or one of somebody else. Throws a UsageError where it is not there. */
export async function reporterOf(
  name: string,
  world: World,
  mask: (text: string) => string = asItIs,
): Promise<ReporterFactory> {
  const { loadReporter, reporterNames } = await import('../../reporters/index.ts');
  const builtIn = await loadReporter(name);
  if (builtIn !== undefined) return builtIn;
  const outside = await (await import('./outside-reporter.ts')).outsideReporter(name, world, mask);
  if (outside !== undefined) return outside;
  throw new UsageError(
    `there is no reporter ${JSON.stringify(name)}`,
    `There are: ${reporterNames.join(', ')}; and those of a file (./mine.ts) or an installed package.`,
  );
}

function asItIs(text: string): string {
  return text;
}

export async function loadReporterNames(): Promise<readonly string[]> {
  return (await import('../../reporters/index.ts')).reporterNames;
}

export type Assembled = { ports: Ports; dispatch: Dispatch; mask: Mask; failed: () => boolean };

export type Parts = {
  settings: Settings;
  world: World;
  env: Readonly<Record<string, string | undefined>>;
  reporters: Reporters;
  keeping: Keeping;
  mask: Mask;
  secrets: Ports['secrets'];
  plugins: PluginLoader;
  /** In place of the real one, where time stands still now and then. */
  clock?: Clock;
  witness?: Witness;
  /** Of a command that assembles several times: what a host allows is allowed to all of it together. */
  budget?: Ports['budget'];
  /** Names the folder of its attachments; default: a name of its own. */
  run?: string;
};

export function assemble(parts: Parts): Assembled {
  const { settings, world, env, reporters, keeping, mask, secrets, plugins, budget, run } = parts;
  const { clock = realClock, witness } = parts;
  const broken = new Set<string>();
  const dispatch = createDispatch({
    reporters: reporters.all,
    mask: mask.mask,
    clock: realClock,
    onFailure: (name, error) => {
      broken.add(name);
      const said = visible(mask.mask(textOf(error)));
      world.stderr.write(`smoketrail: the reporter ${name} failed: ${said}\n`);
    },
  });
  const ports: Ports = {
    clock,
    random: { fraction: Math.random, draw: (alphabet, length) => customAlphabet(alphabet, length)(), uuid: randomUUID },
    emit: dispatch.emit,
    secrets,
    budget: budget ?? createBudget({ clock: realClock, hosts: settings.hosts }),
    plugin: plugins.plugin,
    cookies: () => createCookies({ learned: (value, name) => void mask.add(value, name) }),
    keeping,
    env,
    vars: settings.vars,
    ...(settings.environment !== undefined && { environment: settings.environment }),
    // Asked only where a date is computed: loading the zones takes longer than a small run.
    get timezone() {
      return settings.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
    },
    userAgent: `smoketrail/${version}`,
    insecure: settings.insecure,
    inflate,
    mask: mask.mask,
    once: createOnce(),
    attachments: attachmentFolder({
      dir: path.resolve(world.cwd, settings.attachments ?? path.join(path.dirname(settings.ledger), 'attachments')),
      run: run ?? newRunId(realClock.wall()),
      cwd: world.cwd,
    }),
    browser: settings.browser,
    host: world.host,
    ...(witness && { witness }),
  };
  return { ports, dispatch, mask, failed: () => broken.size > 0 || world.strayed?.() === true };
}

/** Feeds a recorded stream to reporters, for `report`. */
export async function replay(events: readonly RunEvent[], { all, outputs }: Reporters): Promise<void> {
  for (const { name, reporter } of all) {
    try {
      for (const event of events) await reporter.on(event);
      await reporter.close?.();
    } catch (cause) {
      const why = textOf(cause);
      throw new RunnerError(`the reporter ${name} failed: ${why}`, 'Are these events of this version?', cause);
    }
  }
  for (const output of outputs) output.close();
}

export { createMask, createSecrets };
