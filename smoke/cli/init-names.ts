// The names that scenarios have already: two of one name could not be told apart, so init gives none twice.

import path from 'node:path';
import { readDocument } from '../scenario/document.ts';
import { textAt } from '../scenario/plain.ts';
import { createReport } from '../scenario/problems.ts';
import { findScenarios } from './find-scenarios.ts';
import { readText } from './read-text.ts';
import { UsageError } from './world.ts';

/** Names, each with the file that has it. */
export type Taken = readonly { name: string; shown: string; absolute: string }[];

/** Of the scenarios that a command finds by itself, and of those beside the file that is to be written. */
export async function takenNames(
  output: string | undefined,
  standard: readonly string[] | undefined,
  cwd: string,
): Promise<Taken> {
  const beside = output === undefined || output === '-' ? [] : [path.join(path.dirname(output), '*.{yaml,yml}')];
  const found = await Promise.all([...(standard ?? ['scenarios']), ...beside].map((one) => scenariosAt(one, cwd)));
  const files = new Map(found.flat().map((file) => [file.absolute, file]));
  const named = await Promise.all(
    [...files.values()].map(async ({ shown, absolute }) => ({ name: await nameIn(absolute), shown, absolute })),
  );
  return named.flatMap(({ name, ...file }) => (name === undefined ? [] : [{ name, ...file }]));
}

/** The file that has the name, but for `own`, which is written over. */
export function takenBy(name: string, taken: Taken, own: string | undefined): string | undefined {
  return taken.find((one) => one.name === name && one.absolute !== own)?.shown;
}

export function freeName(name: string, taken: Taken, own: string | undefined): string {
  const free = (one: string): boolean => takenBy(one, taken, own) === undefined;
  if (free(name)) return name;
  let count = 2;
  while (!free(`${name}-${count}`)) count += 1;
  return `${name}-${count}`;
}

/** None where there is no such folder yet. */
async function scenariosAt(place: string, cwd: string): ReturnType<typeof findScenarios> {
  try {
    return await findScenarios([place], cwd);
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}

/** Of a file that is a scenario or a part of one; what cannot be read has no name. */
async function nameIn(file: string): Promise<string | undefined> {
  const text = await readText(file).catch(() => '');
  return textAt(readDocument(text, file, createReport()), 'name');
}
