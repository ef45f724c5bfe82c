// The notices of the packages whose code is in the bundle: their licences ask to be carried along.

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Described = { name: string; version: string; license?: string };

/** One text with name, version, licence and notice of each package. `folders` are relative to `root`. */
export async function licenceNotices(root: string, folders: readonly string[]): Promise<string> {
  const notices = await Promise.all(folders.map((folder) => notice(join(root, folder))));
  const head = 'smoketrail contains code of the following packages, under the licences given with each.\n';
  return [head, ...notices].join(`\n${'-'.repeat(80)}\n\n`);
}

async function notice(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Described;
  const files = (await readdir(folder)).filter((file) => /^(?:licen[cs]e|copying|notice)/i.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  if (texts.length === 0 && license === undefined)
    throw new Error(`${name} ${version} states no licence; it may not be bundled`);
  const text = texts.map((one) => one.trim()).join('\n\n') || 'The package carries no licence text of its own.';
  return `${name} ${version} (${license ?? 'see below'})\n\n${text}\n`;
}
