// Finds the files in which mails lie behind a path: a folder of .eml files, a maildir, one file, or what a glob matches.

import type { Stats } from 'node:fs';
import { glob, lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { Blind } from '../plugin.ts';

/**
 * `name`: in the reader's words. `modified` in milliseconds since 1970. `state` is another as soon as the file is another,
 * or was written to.
 */
export type MailFile = { path: string; name: string; modified: number; size: number; state: string };

export function stateOf({ ino, size, mtimeMs }: Pick<Stats, 'ino' | 'size' | 'mtimeMs'>): string {
  return `${ino} ${size} ${mtimeMs}`;
}

/** `unread`: what is there in the place of a mail and cannot be looked at, and why. */
export type MailFiles = { files: readonly MailFile[]; unread: readonly string[] };

const most = 20_000;
const atOnce = 32;

/** @throws Blind where the path is not there or cannot be listed. */
export async function mailFiles(path: string, baseDir: string, signal: AbortSignal): Promise<MailFiles> {
  const full = isAbsolute(path) ? path : resolve(baseDir, path);
  const paths = /[*?[{]/.test(path) ? await globbed(full, path) : await pathsAt(full, path);
  if (paths.length > most) {
    throw new Blind('gave-up', `${path} holds more than ${most} files`, { hint: 'Narrow it with a glob.' });
  }
  const files: MailFile[] = [];
  const unread: string[] = [];
  for (let at = 0; at < paths.length; at += atOnce) {
    signal.throwIfAborted();
    const some = paths.slice(at, at + atOnce);
    for (const [index, stats] of (await Promise.all(some.map(statOf))).entries()) {
      const file = some[index] ?? '';
      const why = whyUnread(stats, file);
      if (why !== undefined) unread.push(`${basename(file)} ${why}`);
      else if (typeof stats === 'object' && stats.isFile())
        files.push({
          path: file,
          name: basename(file),
          modified: stats.mtimeMs,
          size: stats.size,
          state: stateOf(stats),
        });
    }
  }
  return { files, unread };
}

/** A mail may be moved or deleted at any time; a named pipe would hold up the reader for ever. */
function whyUnread(stats: Stats | 'unread' | 'dangling' | undefined, path: string): string | undefined {
  if (stats === 'unread') return 'cannot be read';
  if (stats === 'dangling') return 'is a link to a file that is not there';
  if (stats === undefined || stats.isFile()) return undefined;
  if (!stats.isDirectory()) return 'is no file but a pipe, a socket or a device';
  return /\.eml$/i.test(path) ? 'is a folder' : undefined;
}

async function pathsAt(full: string, path: string): Promise<string[]> {
  const found = await stat(full).catch((error: unknown) => failed(error, path));
  if (!found.isDirectory()) {
    const why = whyUnread(found, full);
    if (why !== undefined) throw new Blind('wrong-answer', `${path} ${why}`);
    return [full];
  }
  const names = await namesIn(full, path);
  // `new` before `cur`: a mail that a mail program moves meanwhile is seen twice rather than not at all.
  if (names.includes('new') && names.includes('cur')) return maildir(full, path);
  const mails = names.filter((name) => /\.eml$/i.test(name));
  if (mails.length === 0 && names.length > 0) {
    throw new Blind('wrong-answer', `${path} holds ${names.length} files, and none ends in .eml`, {
      hint: 'Name the files with a glob, as in mail/*.txt, or the maildir above new and cur.',
    });
  }
  return mails.map((name) => join(full, name));
}

async function maildir(full: string, path: string): Promise<string[]> {
  const fresh = await namesIn(join(full, 'new'), path);
  const seen = await namesIn(join(full, 'cur'), path);
  const unique = (name: string): string => name.split(':', 1)[0] ?? name;
  const moved = new Set(seen.map(unique));
  return [
    ...fresh.filter((name) => !moved.has(unique(name))).map((name) => join(full, 'new', name)),
    ...seen.map((name) => join(full, 'cur', name)),
  ];
}

async function globbed(full: string, path: string): Promise<string[]> {
  const fixed = full.slice(0, full.search(/[*?[{]/));
  // A glob passes over what it may not read, which would look like "nothing there".
  await namesIn(fixed.endsWith('/') ? fixed : dirname(fixed), path);
  const found: string[] = [];
  for await (const match of glob(full)) if (!basename(match).startsWith('.')) found.push(match);
  return found.sort();
}

/** What is being written has a hidden name at many programs, and no mail is hidden. */
async function namesIn(folder: string, path: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => failed(error, path));
  return names.filter((name) => !name.startsWith('.')).sort();
}

async function statOf(path: string): Promise<Stats | 'unread' | 'dangling' | undefined> {
  return stat(path).catch(async (error: unknown) => {
    if (codeOf(error) !== 'ENOENT') return 'unread';
    const link = await lstat(path).catch(() => undefined);
    return link?.isSymbolicLink() === true ? 'dangling' : undefined;
  });
}

function failed(cause: unknown, path: string): never {
  const code = codeOf(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    throw new Blind('error', `${path} is not there`, {
      cause,
      hint: 'Relative paths start at the folder of the scenario file.',
    });
  }
  const kind = code === 'EACCES' || code === 'EPERM' ? 'permission' : 'error';
  throw new Blind(kind, `${path} cannot be read (${code})`, {
    cause,
    hint: 'The runner needs to read the mails and to list their folder.',
  });
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
