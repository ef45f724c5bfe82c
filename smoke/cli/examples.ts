// Where the example scenarios lie: beside the sources, or in the built package.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of an example scenario. The built package is flat, so its chunks lie one folder below it or beside it. */
export function exampleFile(name: string): string {
  const candidates = ['../../scenarios/', '../scenarios/', './scenarios/'].map((folder) =>
    fileURLToPath(new URL(folder + name, import.meta.url)),
  );
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) throw new Error(`the example ${name} is not beside this program`);
  return file;
}
