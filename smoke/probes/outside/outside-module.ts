// Loads a module of somebody else, by its path or as a package, and says in one line why it could not be loaded.

import { stat } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { textOf } from '../../core/text-of.ts';
import type { Clock } from '../plugin.ts';
import { packageSpecifier, placeOf, register } from './module-hooks.ts';
import { olderModule } from './older-module.ts';
import { isPath, isUrl } from './outside-name.ts';
import { atWork } from './outside-work.ts';
import { changedSince, snapshot } from './shared-prototypes.ts';

/** Somebody else's module cannot be used: what is wrong, and what to do about it. */
export class OutsideFault extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'OutsideFault';
    this.hint = hint;
  }
}

/** `folders`: where a path starts (the first), and where a package is looked for, in this order. All absolute. */
export type Whereabouts = {
  folders: readonly string[];
  clock: Clock;
  /** Told what the module did to what all code stands on. */
  tell?: ((what: string) => void) | undefined;
};

export type OutsideModule = { exports: Readonly<Record<string, unknown>>; place: string };

/** Milliseconds a module may take to load: one that awaits something for ever must not hold up the run. */
const longest = 30_000;

/** Undefined where it is a package that is not installed. Throws an OutsideFault where it cannot be loaded. */
export async function loadOutside(name: string, where: Whereabouts): Promise<OutsideModule | undefined> {
  if (isUrl(name)) throw new OutsideFault('code is never loaded from a URL', 'Name a file or an installed package.');
  const before = snapshot();
  const found = await (isPath(name) ? loadFile(name, where) : loadPackage(name, where));
  const changed = found === undefined ? [] : changedSince(before);
  if (changed.length > 0)
    where.tell?.(
      `while ${name} was loaded, ${changed.join(' and ')} changed: what fails oddly from now on may be its doing`,
    );
  return found;
}

async function loadFile(name: string, { folders: [folder = '.'], clock }: Whereabouts): Promise<OutsideModule> {
  const path = resolve(folder, name);
  const kind = await kindOf(path);
  if (kind === 'nothing') throw new OutsideFault('there is no such file', `Looked for ${path}.`);
  if (kind === 'folder') throw new OutsideFault('it is a folder', 'Name the file that exports it.');
  register();
  return { exports: await imported(pathToFileURL(path).href, path, clock), place: path };
}

async function loadPackage(name: string, { folders, clock }: Whereabouts): Promise<OutsideModule | undefined> {
  if (isBuiltin(name)) return undefined;
  for (const folder of folders) {
    const specifier = packageSpecifier(name, pathToFileURL(`${folder}${sep}`).href);
    try {
      const exports = await imported(specifier, name, clock);
      return { exports, place: placeOf(specifier) ?? name };
    } catch (error) {
      const cause = error instanceof OutsideFault ? error.cause : undefined;
      if (placeOf(specifier) !== undefined || codeOf(cause) !== 'ERR_MODULE_NOT_FOUND') throw error;
    }
  }
  return undefined;
}

async function imported(specifier: string, shown: string, clock: Clock): Promise<OutsideModule['exports']> {
  const over = new AbortController();
  const late = clock.wait(longest, over.signal).then(() => {
    throw new OutsideFault(`it had not loaded after ${longest / 1000} s`, 'Does it await something at its top level?');
  });
  late.catch(() => undefined);
  try {
    return (await Promise.race([
      atWork(`the module ${shown}`, () => import(specifier)),
      late,
    ])) as OutsideModule['exports'];
  } catch (error) {
    throw error instanceof OutsideFault ? error : loadFault(error, shown);
  } finally {
    over.abort();
  }
}

/** The names that its author gave: Node adds two of its own to a module of the older kind. */
export function exportedNames(exports: OutsideModule['exports']): readonly string[] {
  const names = Object.keys(exports);
  return names.includes('module.exports') ? names.filter((name) => !/^(?:default|module\.exports)$/.test(name)) : names;
}

function loadFault(error: unknown, shown: string): OutsideFault {
  const said = (textOf(error).split('\n')[0] ?? '').slice(0, 500);
  const place = placeIn(error, shown);
  const at = place === undefined ? '' : ` (${place})`;
  const older = olderModule(error);
  if (older !== undefined) return new OutsideFault(older.message, older.hint, error);
  switch (codeOf(error)) {
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return new OutsideFault('Node runs no TypeScript below node_modules', 'The package must ship JavaScript.', error);
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return new OutsideFault('it is no module', 'A plug-in or reporter is a .ts, .js, .mts or .mjs file.', error);
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
      return new OutsideFault(
        `${said}${at}`,
        'Node strips types and compiles nothing: no enums, no namespaces.',
        error,
      );
    case 'ERR_MODULE_NOT_FOUND':
    case 'MODULE_NOT_FOUND':
      return new OutsideFault(
        said,
        'Is everything installed that it imports? Imports of files need their ending.',
        error,
      );
    default:
      return error instanceof SyntaxError
        ? new OutsideFault(`it has a syntax error: ${said}${at}`, undefined, error)
        : new OutsideFault(`it failed while it loaded: ${said}${at}`, undefined, error);
  }
}

/** The first line of its own that the stack names: `mine.ts:3`. */
function placeIn(error: unknown, shown: string): string | undefined {
  const stack = error instanceof Error && typeof error.stack === 'string' ? error.stack.slice(0, 20_000) : '';
  for (const [, url = '', line] of stack.matchAll(/(file:\/\/[^\s()]+?):(\d+)/g)) {
    const path = URL.canParse(url) ? fileURLToPath(url) : '';
    if (path === shown) return `${basename(path)}:${line}`;
  }
  return undefined;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return typeof code === 'string' ? code : '';
}

async function kindOf(path: string): Promise<'file' | 'folder' | 'nothing'> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(cause))) return 'nothing';
    throw new OutsideFault(`it cannot be read: ${textOf(cause)}`, undefined, cause);
  }
}
