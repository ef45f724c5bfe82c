// How people call this program where it runs: by its name once it is installed, through npm in a checkout.

import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { shellQuoted } from '../core/wording.ts';

/** A checkout runs TypeScript, the package JavaScript. */
const checkout: string | undefined = import.meta.url.endsWith('.ts')
  ? fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')
  : undefined;

type Env = Readonly<Record<string, string | undefined>>;

/** Makes commands that begin with `smoketrail` work in any folder; empty where they work anyway. */
export const aliasLine: string =
  checkout === undefined
    ? ''
    : `alias smoketrail=${shellQuoted(`npm --prefix ${shellQuoted(checkout)} run -s smoketrail --`)}`;

/** It was started through an npm script of this checkout. */
export function isNpmScript({ npm_lifecycle_event: script, npm_package_json: manifest }: Env): boolean {
  const isOwn = checkout !== undefined && manifest === path.join(checkout, 'package.json');
  return isOwn && (script === 'smoketrail' || script === 'start');
}

/**
 * The folder in which somebody called the npm script of this checkout, which npm itself leaves for the checkout's. It is
 * undefined where the program was started in any other way: what npm says of itself reaches every process below it.
 */
export function calledIn(env: Env, cwd: string): string | undefined {
  const { INIT_CWD: from, npm_lifecycle_event: script } = env;
  if (script !== 'smoketrail' || !isNpmScript(env)) return undefined;
  return cwd === checkout && from !== undefined && existsSync(from) ? from : undefined;
}
