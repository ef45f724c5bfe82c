// The types of the public entries: declarations of smoke/index.ts, smoke/testing.ts, smoke/browser.ts and of all they name.

import { execFile } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** Writes `smoke/index.d.ts`, `smoke/testing.d.ts`, `smoke/browser.d.ts` and what they need below `outdir`. Throws with the compiler's words. */
export async function writeDeclarations(root: string, outdir: string): Promise<void> {
  const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const options = ['--ignoreConfig', '--declaration', '--emitDeclarationOnly', '--outDir', outdir, '--rootDir', root];
  const language = [
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--types',
    'node',
    '--strict',
    '--exactOptionalPropertyTypes',
  ];
  const syntax = ['--allowImportingTsExtensions', '--verbatimModuleSyntax', '--skipLibCheck'];
  const entries = ['index.ts', 'testing.ts', 'browser.ts'].map((name) => join(root, 'smoke', name));
  const args = [compiler, ...options, ...language, ...syntax, ...entries];
  try {
    await promisify(execFile)(process.execPath, args, { cwd: root });
  } catch (error) {
    const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : '';
    throw new Error(`the public types could not be written:\n${said}`, { cause: error });
  }
  for (const file of await readdir(outdir, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue;
    const path = join(outdir, file);
    // The package holds no .ts files, so the declarations name the .js ones, whose types stand beside them.
    await writeFile(path, (await readFile(path, 'utf8')).replace(/(['"])(\.{1,2}\/[^'"\n]+)\.ts\1/g, '$1$2.js$1'));
  }
}
