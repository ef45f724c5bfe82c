// Finds the log files behind a path: the file with its rotated siblings, the files of a folder, or what a glob matches.

import { glob, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { Blind } from '../plugin.ts';

export type LogFile = { path: string /** Only a rotated sibling of the file that was asked for. */; sibling: boolean };

const PACKED = /\.(?:gz|bz2|xz|zst|zip|lz4)$/i;

/** @throws Blind where the folder cannot be read. Names come sorted; packed files are left out. */
export async function logFiles(path: string, baseDir: string): Promise<LogFile[]> {
  const full = isAbsolute(path) ? path : resolve(baseDir, path);
  if (/[*?[{]/.test(path)) return globbed(full, path);
  const found = await stat(full).catch((error: unknown) => failed(error, path));
  if (found?.isDirectory() === true) {
    const names = await namesIn(full, path);
    return names.map((name) => ({ path: join(full, name), sibling: false }));
  }
  const siblings = (await namesIn(dirname(full), path)).filter((name) => isRotated(name, basename(full)));
  return [
    ...(found === undefined ? [] : [{ path: full, sibling: false }]),
    ...siblings.map((name) => ({ path: join(dirname(full), name), sibling: true })),
  ];
}

/** `worker.log.1`, `worker.log-20260102`, `worker-2026-01-02.log`: the names that rotation gives. */
function isRotated(name: string, original: string): boolean {
  if (name === original) return false;
  if (name.startsWith(original)) return /^[.-](?:\d[\d.T_:-]*|old|bak|prev)$/.test(name.slice(original.length));
  const dot = original.lastIndexOf('.');
  if (dot <= 0) return false;
  const [stem, ending] = [original.slice(0, dot), original.slice(dot)];
  return (
    name.startsWith(stem) && name.endsWith(ending) && /^[.-]\d[\d.T_:-]*$/.test(name.slice(stem.length, -ending.length))
  );
}

async function globbed(full: string, path: string): Promise<LogFile[]> {
  const fixed = full.slice(0, full.search(/[*?[{]/));
  // A glob passes over what it may not read, which would look like "nothing there".
  await namesIn(fixed.endsWith('/') ? fixed : dirname(fixed), path);
  const found: string[] = [];
  for await (const match of glob(full)) if (!PACKED.test(match)) found.push(match);
  return found.sort().map((match) => ({ path: match, sibling: false }));
}

async function namesIn(folder: string, path: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => failed(error, path));
  if (names === undefined) {
    throw new Blind('error', `the folder of ${path} is not there`, {
      hint: 'Relative paths start at the folder of the scenario file.',
    });
  }
  return names.filter((name) => !name.startsWith('.') && !PACKED.test(name)).sort();
}

/** Missing is undefined; anything else that keeps us from reading is said at once. */
function failed(cause: unknown, path: string): undefined {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'error';
  throw new Blind(kind, `${path} cannot be read (${code})`, {
    cause,
    hint: 'The runner needs to read the file and to list its folder.',
  });
}
