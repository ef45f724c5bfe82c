// What the actions need of this machine, sought before the first of them: a missing file must not end a booking halfway.

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Action } from './browser-action.ts';
import { BrowserFault } from './browser-fault.ts';
import { type BrowserScript, fileOf, loadScript, type Scripts } from './browser-script.ts';
import type { Visit } from './browser-visit.ts';

/** Loads the scripts. Throws a BrowserFault for a file that is not there. */
export async function prepare(visit: Visit): Promise<Scripts> {
  const scripts = new Map<string, BrowserScript>();
  for (const { script, upload } of visit.options.steps) {
    if (script !== undefined) scripts.set(fileOf(script), await loadScript(fileOf(script), visit));
    for (const file of upload === undefined ? [] : filesOf(upload, visit)) {
      await access(file).catch((cause: unknown) => {
        const message = `upload: ${visit.host.mask(file)} cannot be read`;
        const hint = 'Paths start from the folder of the scenario file.';
        throw new BrowserFault('error', message, { hint, cause, unsent: true });
      });
    }
  }
  return scripts;
}

export function filesOf({ file }: NonNullable<Action['upload']>, { host }: Visit): string[] {
  return [file].flat().map((one) => resolve(host.baseDir, one));
}
