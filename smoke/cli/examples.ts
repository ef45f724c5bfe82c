// Where the example scenarios lie: at the same place relative to this file in a checkout and in the package.

import { fileURLToPath } from 'node:url';

export function exampleFile(name: string): string {
  return fileURLToPath(new URL(`../../scenarios/${name}`, import.meta.url));
}
