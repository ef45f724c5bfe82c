// Where the example scenarios lie: at the same place relative to this file in a checkout and in the package.

import path from 'node:path';
import { fileURLToPath } from 'node:url';

export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../scenarios/${name}`, import.meta.url));
}

/** As somebody in the folder `cwd` would write it. */
export function shownExample(name: string, cwd: string): string {
  const file = exampleFile(name);
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') ? file : relative;
}
