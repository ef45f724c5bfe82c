// Settings and environment of a command, as given by flags, environment, --env-file, the config file and --var-file.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { ConfigFile } from '../config/model.ts';
import { colorOf, type Flags, type Settings, settingsOf } from '../config/settings.ts';
import { visible } from '../core/escape.ts';
import { textOf } from '../core/text-of.ts';
import { findConfig } from './find-config.ts';
import { refuseUnlikeFile } from './unlike-file.ts';
import { readVarFiles, type VarFiles } from './var-files.ts';
import { UsageError, type World } from './world.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export type Read = {
  settings: Settings;
  env: Env;
  /** All of it, what `without` leaves out included; undefined where none was found. */
  config: ConfigFile | undefined;
  varFiles: VarFiles;
};

/** `without`: keys of the config file that are not this command's affair. */
export async function readSettings(
  flags: Flags,
  world: World,
  without: readonly (keyof ConfigFile)[] = [],
): Promise<Read> {
  const env = environment(flags.envFile, world);
  const told = colorOf(flags.color, env);
  const color = told === 'auto' ? world.stderr.tty : told;
  const found = await findConfig(flags, env, world, color);
  const varFiles = await readVarFiles(flags.varFile ?? [], world, color);
  const config = found && (leaveOut(found, without) as ConfigFile);
  const merged = settingsOf(flags, env, { config, vars: varFiles.vars });
  if (!merged.ok) {
    const { problems } = merged;
    const hint = problems.find((problem) => problem.hint !== undefined)?.hint;
    throw new UsageError(problems.map(({ name, message }) => `${name}: ${message}`).join('\n'), hint);
  }
  const { settings } = merged;
  if (config !== undefined) {
    refuseMissing(config, without, flags, env);
    if (settings.verbose) world.stderr.write(`smoketrail: ${configLine(config, settings)}\n`);
  }
  return { settings, env, config: found, varFiles };
}

/** Says which config file was read, and what was chosen in it. */
export function configLine({ file, environments }: ConfigFile, { environment }: Settings): string {
  const names = Object.keys(environments);
  const chosen = environment === undefined ? '' : `, environment ${environment}`;
  const others = environment === undefined && names.length > 0 ? `; -e chooses one of ${names.join(', ')}` : '';
  return `the config file is ${visible(file)}${chosen}${others}`;
}

function leaveOut(config: ConfigFile, keys: readonly string[]): Partial<ConfigFile> {
  return Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
}

/** A setting without its value would silently be the default: another ledger, no report. */
function refuseMissing(config: ConfigFile, without: readonly string[], flags: Flags, env: Env): void {
  const overridden = (key: string): boolean =>
    (key === 'ledger' && Boolean(flags.ledger ?? env['SMOKETRAIL_LEDGER'])) ||
    (key === 'reporters' && Boolean(flags.reporter ?? env['SMOKETRAIL_REPORTER']));
  const missing = config.missing.find(({ key }) => !without.includes(key) && !overridden(key));
  if (missing === undefined) return;
  throw new UsageError(
    `${config.file}: ${missing.key} needs ${missing.name}, which has no value; nothing was sent`,
    'Set it in the environment or in a file given with --env-file, or give a default: ${{ env.X ?? … }}.',
  );
}

/** What is set already wins over the file, as with Node's own --env-file. */
function environment(file: string | undefined, world: World): Env {
  if (file === undefined) return world.env;
  try {
    const absolute = path.resolve(world.cwd, file);
    refuseUnlikeFile(statSync(absolute), absolute);
    return { ...parseEnv(readFileSync(absolute, 'utf8')), ...world.env };
  } catch (error) {
    throw new UsageError(`--env-file ${file}: ${textOf(error)}`);
  }
}
