// Checks the options of a plug-in against its own schema once their templates have values.

import type { Plugin } from '../probes/plugin.ts';
import { findingsOf } from './issues.ts';
import { made, type Problem } from './problems.ts';
import type { At } from './tree.ts';

export type ValidOptions<O = unknown> = { ok: true; value: O } | { ok: false; problems: readonly Problem[] };

/** `place` is where the step or look stands. No message repeats a value: it may be a secret. */
export async function validateOptions<O>(plugin: Plugin<O>, value: unknown, place: At): Promise<ValidOptions<O>> {
  const result = await plugin.options['~standard'].validate(value);
  if (!result.issues) return { ok: true, value: result.value };
  const problems = findingsOf(result.issues).map(({ path, kind, message }) => {
    const name = [plugin.name, ...path].join('.');
    return made(kind, `${name}: ${message}`, place);
  });
  return { ok: false, problems };
}
