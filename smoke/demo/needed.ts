// Loads a package that the demo needs for one of its queues only: people who want that queue install it themselves.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Something is not installed here. `hint` says what to install. */
export class MissingPart extends Error {
  readonly hint: string;
  constructor(message: string, hint: string) {
    super(message);
    this.name = 'MissingPart';
    this.hint = hint;
  }
}

/** Where a package lies: beside this program, or in the project that it was started in. Undefined where it is in neither. */
export function findPackage(name: string): string | undefined {
  const places = [import.meta.url, pathToFileURL(join(process.cwd(), 'package.json'))];
  for (const place of places) {
    try {
      return createRequire(place).resolve(name);
    } catch {
      // Not there, or without an entry for require(): then it is in neither place for us.
    }
  }
  return undefined;
}

export async function needed(name: string): Promise<unknown> {
  const file = findPackage(name);
  if (file === undefined) throw missingPackage(name);
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  // A CommonJS package comes as the default of its namespace.
  return module.default ?? module;
}

export function missingPackage(name: string): MissingPart {
  return new MissingPart(
    `The package ${name}, which this queue of the demo needs, is not installed.`,
    `npm install ${name}`,
  );
}
