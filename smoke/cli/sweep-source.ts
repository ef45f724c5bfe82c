// Where a sweep gets the scenario of a ledger's entry from, or why it cannot be had: each reason is told once, with all
// the records it concerns.

import { existsSync } from 'node:fs';
import type { Settings } from '../config/settings.ts';
import type { LedgerEntry } from '../core/ledger-entry.ts';
import { textOf } from '../core/text-of.ts';
import { namesForCleaning } from '../run/clean-needs.ts';
import type { Ports } from '../run/ports.ts';
import { valuesOf } from '../run/sweep.ts';
import type { Scenario } from '../scenario/model.ts';
import { unmetNeeds } from '../scenario/needs.ts';
import { type LoadedFile, loadFiles } from './load.ts';
import type { Plugins } from './plugins.ts';
import type { Env } from './settings.ts';
import { UsageError } from './world.ts';

/** Why entries stay in the ledger untouched, and what to do about it. */
export class Kept extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'Kept';
    this.hint = hint;
  }
}

export type Source = {
  /** True where the sweep is asked for this entry: it was asked for everything, its file, or where its scenario stands now. */
  wants(entry: LedgerEntry): boolean;
  /** Throws Kept. */
  scenarioOf(entry: LedgerEntry): Promise<Scenario>;
};

export type SourceOptions = {
  /** The files that were named on the command line; undefined for all. */
  named: readonly LoadedFile[] | undefined;
  cwd: string;
  env: Env;
  secrets: Ports['secrets'];
  settings: Settings;
  plugins: Plugins;
  /** The settings with that environment of the config file. Throws UsageError where there is none. */
  settingsIn(environment: string): Promise<Settings>;
};

export function sourceOf(options: SourceOptions): Source {
  const { named, cwd, env, secrets, settings, plugins, settingsIn } = options;
  const files = new Map<string, Promise<LoadedFile | Kept>>();
  const movedTo = ({ file, scenario }: LedgerEntry): LoadedFile | undefined =>
    existsSync(file) ? undefined : named?.find((one) => one.scenario?.name === scenario);

  const isNamed = (absolute: string): boolean => named?.some(({ file }) => file.absolute === absolute) === true;

  async function load(file: string, { scenario, environment }: LedgerEntry): Promise<LoadedFile | Kept> {
    if (!existsSync(file))
      return new Kept(
        `the scenario file ${file} is gone`,
        `Put it back, or say where ${scenario} stands now: smoketrail sweep FILE`,
      );
    try {
      const given = environment === undefined ? settings : await settingsIn(environment);
      const trusted = isNamed(file) ? plugins : plugins.forRecalled(file);
      const [loaded] = await loadFiles([file], { settings: given, plugins: trusted, cwd });
      if (loaded !== undefined) return loaded;
      return new Kept(`${file} holds no scenario`, 'Put the scenario back.');
    } catch (error) {
      if (error instanceof UsageError && environment !== undefined)
        return new Kept(
          `${scenario} ran in the environment ${environment}: ${error.message}`,
          'Sweep where the config file is that the run had, or name it: --config FILE.',
        );
      const why = textOf(error);
      return new Kept(`the scenario file cannot be read: ${why}`, 'Make it readable, and sweep again.');
    }
  }

  async function fileOf(entry: LedgerEntry): Promise<LoadedFile> {
    const moved = movedTo(entry);
    if (moved !== undefined) return moved;
    const key = JSON.stringify([entry.file, entry.environment]);
    const loading = files.get(key) ?? load(entry.file, entry);
    files.set(key, loading);
    const loaded = await loading;
    if (loaded instanceof Kept) throw loaded;
    return loaded;
  }

  function refuseMissing(scenario: Scenario, entry: LedgerEntry): void {
    const names = namesForCleaning(scenario);
    const before = valuesOf(entry);
    const { needs } = scenario;
    const used = {
      env: needs.env.filter(({ name }) => names.env.has(name)),
      secrets: needs.secrets.filter(({ name }) => names.secrets.has(name)),
      vars: needs.vars.filter(({ name }) => names.vars.has(name)),
    };
    const missing = unmetNeeds(used, {
      env: (name) => (Object.hasOwn(before.env, name) ? before.env[name] : env[name]),
      secret: secrets.get,
      vars: (name) => Object.hasOwn(settings.vars, name) || Object.hasOwn(before.vars, name),
    });
    if (missing.length === 0) return;
    const what = missing.map(({ space, name }) => `${space}.${name}`).join(', ');
    throw new Kept(
      `${scenario.name} cannot be cleaned without ${what}`,
      'Set it in the environment, in a file given with --env-file, or (a variable) with --var, and sweep again.',
    );
  }

  return {
    wants: (entry) => named === undefined || isNamed(entry.file) || movedTo(entry) !== undefined,
    scenarioOf: async (entry) => {
      const { file, scenario, problems } = await fileOf(entry);
      const untrusted = problems.find(({ code }) => code === 'untrusted-plugin');
      if (untrusted !== undefined)
        throw new Kept(
          `${file.shown} brings code of its own, and lies outside of this folder: ${untrusted.message}`,
          `If you trust it, name it: smoketrail sweep ${file.shown}`,
        );
      if (scenario === undefined)
        throw new Kept(
          `${file.shown} has problems`,
          `smoketrail check ${file.shown} shows them; mend it, and sweep again.`,
        );
      if (scenario.name !== entry.scenario)
        throw new Kept(
          `${file.shown} now holds ${scenario.name}, not ${entry.scenario}`,
          `Say where ${entry.scenario} stands now: smoketrail sweep FILE`,
        );
      if (scenario.clean.length === 0)
        throw new Kept(`${scenario.name} has no clean steps any more`, 'Put them back, or remove the record by hand.');
      try {
        refuseMissing(scenario, entry);
      } catch (error) {
        // A secret that is too short, or whose file cannot be read.
        if (error instanceof UsageError) throw new Kept(error.message, error.hint ?? 'Mend it, and sweep again.');
        throw error;
      }
      return scenario;
    },
  };
}
