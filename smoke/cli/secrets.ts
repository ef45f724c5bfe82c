// Where `secret.NAME` comes from: SMOKETRAIL_SECRET_NAME, NAME, or the file named by NAME_FILE. Masked from the first use.

import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { textOf } from '../core/text-of.ts';
import type { Secrets } from '../run/ports.ts';
import type { Mask } from '../run/redact.ts';
import { refuseUnlikeFile } from './unlike-file.ts';
import { UsageError } from './world.ts';

type Env = Readonly<Record<string, string | undefined>>;

export function createSecrets(env: Env, mask: Mask): Secrets {
  const known = new Map<string, string | undefined>();
  return {
    get(name) {
      if (!known.has(name)) known.set(name, find(name, env, mask));
      return known.get(name);
    },
    add: (value, name) => mask.add(value, name),
  };
}

function find(name: string, env: Env, mask: Mask): string | undefined {
  const value = env[`SMOKETRAIL_SECRET_${name}`] ?? env[name] ?? fromFile(name, env);
  if (value === undefined || value === '') return undefined;
  const refusal = mask.add(value, name);
  if (refusal !== undefined) throw new UsageError(refusal);
  return value;
}

function fromFile(name: string, env: Env): string | undefined {
  const file = env[`SMOKETRAIL_SECRET_${name}_FILE`] ?? env[`${name}_FILE`];
  if (file === undefined || file === '') return undefined;
  try {
    refuseUnlikeFile(statSync(file), path.resolve(file));
    return readFileSync(file, 'utf8').replace(/\r?\n$/u, '');
  } catch (error) {
    throw new UsageError(`${name}_FILE: ${textOf(error)}`);
  }
}
