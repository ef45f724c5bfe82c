// Settings and environment of a command, as given by flags, environment and --env-file.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { type Flags, type Settings, settingsOf } from '../config/settings.ts';
import { UsageError, type World } from './world.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export function readSettings(flags: Flags, world: World): { settings: Settings; env: Env } {
  const env = environment(flags.envFile, world);
  const merged = settingsOf(flags, env);
  if (merged.ok) return { settings: merged.settings, env };
  throw new UsageError(merged.problems.map(({ name, message }) => `${name}: ${message}`).join('\n'));
}

/** What is set already wins over the file, as with Node's own --env-file. */
function environment(file: string | undefined, world: World): Env {
  if (file === undefined) return world.env;
  try {
    return { ...parseEnv(readFileSync(path.resolve(world.cwd, file), 'utf8')), ...world.env };
  } catch (error) {
    throw new UsageError(`--env-file ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
