// Whether the program of a `command` is there, without starting it.

import { access, constants } from 'node:fs/promises';
import { delimiter, resolve } from 'node:path';
import { maskedLine } from '../masked-start.ts';
import { Blind, type Host } from '../plugin.ts';

/** Throws a Blind where it cannot be found. A line for the shell names its programs where only the shell can tell. */
export async function findProgram(options: Readonly<Record<string, unknown>>, host: Host): Promise<void> {
  const { argv, cwd } = options;
  const program: unknown = Array.isArray(argv) ? argv[0] : undefined;
  // On Windows, endings decide what can be started.
  if (typeof program !== 'string' || program === '' || delimiter === ';') return;
  const folder = resolve(host.baseDir, typeof cwd === 'string' ? cwd : '.');
  const places = program.includes('/') ? [folder] : (host.env['PATH'] ?? '/usr/bin:/bin').split(delimiter);
  for (const place of places) if (await canStart(resolve(folder, place, program))) return;
  const shown = maskedLine(program, 80, host.mask);
  throw new Blind('driver-missing', `${shown} is not installed, or not on the PATH`, {
    hint: `Install ${shown}, or name it by its path.`,
  });
}

async function canStart(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
