// The project's source files, as the architecture tests see them.

import { globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Import, importsOf } from './imports.ts';
import { type Outside, outsideOf } from './outside.ts';
import { tokensOf } from './tokens.ts';

export const root: string = fileURLToPath(new URL('../..', import.meta.url));

export type SourceFile = {
  /** Relative to the root: `smoke/core/look.ts`. */
  path: string;
  source: string;
  /** Imports of the project's own files, by their path. */
  own: readonly Import[];
  /** Imports of packages and of Node's modules. */
  foreign: readonly Import[];
  outside: ReadonlySet<Outside>;
};

export const files: readonly SourceFile[] = globSync(['smoke/**/*.ts', 'reporters/**/*.ts'], { cwd: root })
  .map((path) => path.replaceAll('\\', '/'))
  .sort()
  .map((path) => {
    const source = readFileSync(join(root, path), 'utf8');
    const tokens = tokensOf(source);
    const imports = importsOf(tokens);
    const own = imports
      .filter(({ of }) => of.startsWith('.'))
      .map((one) => ({ ...one, of: posix.join(posix.dirname(path), one.of) }));
    const foreign = imports.filter(({ of }) => !of.startsWith('.'));
    return { path, source, own, foreign, outside: outsideOf(tokens) };
  });

/** `smoke/core/look.ts` → `core`, `smoke/main.ts` → `main`, `reporters/json.ts` → `reporters`. */
export function layerOf(path: string): string {
  const [top = '', second = ''] = path.split('/');
  return top === 'smoke' ? second.replace(/\.ts$/, '') : top;
}
