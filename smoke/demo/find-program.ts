// Finds a program: on the PATH, or where systems keep it beside that.

import { accessSync, constants, globSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** `beside`: patterns of further folders, the last match first. */
export function findProgram(name: string, beside: readonly string[] = []): string | undefined {
  const more = beside.flatMap((pattern) => globSync(pattern).toSorted().toReversed());
  return [...more, ...(process.env['PATH'] ?? '').split(delimiter)]
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
