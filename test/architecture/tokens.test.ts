// The scanner that the architecture tests rely on: nothing that only looks like code may fool it.

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { test } from 'node:test';
import { build, type OnResolveArgs, type OnResolveResult } from 'esbuild';
import { importsOf } from './imports.ts';
import { outsideOf } from './outside.ts';
import { files, root } from './project.ts';
import { tokensOf } from './tokens.ts';

const imports = (source: string): string[] => importsOf(tokensOf(source)).map(({ of, how }) => `${how} ${of}`);
const outside = (source: string): string[] => [...outsideOf(tokensOf(source))].sort();

test('every form of import is found, with its kind', () => {
  const source = `#!/usr/bin/env node
import './a.ts';
import b from './b.ts';
import type { C } from './c.ts';
import { type D } from './d.ts';
import * as e from './e.ts';
import json from './f.json' with { type: 'json' };
export { g } from './g.ts';
export type { H } from './h.ts';
export * from './i.ts';
export * as j from './j.ts';
const k = await import('./k.ts');
type L = typeof import('./l.ts');
import type, { m } from './m.ts';
import { from, type } from './n.ts';`;
  assert.deepEqual(imports(source), [
    ...['plain ./a.ts', 'plain ./b.ts', 'type ./c.ts', 'plain ./d.ts', 'plain ./e.ts', 'plain ./f.json'],
    ...['plain ./g.ts', 'type ./h.ts', 'plain ./i.ts', 'plain ./j.ts', 'lazy ./k.ts', 'type ./l.ts'],
    ...['plain ./m.ts', 'plain ./n.ts'],
  ]);
});

test('what stands in comments, texts, templates and regular expressions is no code', () => {
  const source = `// import 'a'; process.exit()
/* import 'b'; console.log() */
const c = "import 'c'; process"; const d = 'it\\'s process';
const e = \`import 'e'; process \${"}"} console\`;
const f = /import 'f'; "/; const g = [/[/'"]process/, 4 / 2]; const h = x / process2 / 2;
const from = { import: 1, export: 2, process: 3 }; from.import; from.process; type T = { console?: string };
export const text: string = from + 'x'; export type Y = 'y';`;
  assert.deepEqual(imports(source), []);
  assert.deepEqual(outside(source), []);
});

test('code inside a template is code', () => {
  assert.deepEqual(outside('const a = `x ${`y ${process.pid} z`} w ${console.log({ a: `}` })}`;'), [
    'console',
    'process',
  ]);
  assert.deepEqual(outside('const a = `${1}` / 2; const b = process / 3;'), ['process']);
});

test('each way to a clock, a timer, randomness, the console and the process is found', () => {
  for (const source of ['Date.now()', 'new Date()', 'new Date', 'Date()', 'performance.now()'])
    assert.deepEqual(outside(source), ['clock'], source);
  for (const source of [
    'Math.random()',
    'crypto.randomUUID()',
    "import { randomBytes } from 'node:crypto'",
    "import { customAlphabet } from 'nanoid'",
  ])
    assert.deepEqual(outside(source), ['random'], source);
  for (const source of [
    'setTimeout(f, 1)',
    'AbortSignal.timeout(5)',
    "import { setTimeout as s } from 'node:timers/promises'",
  ])
    assert.deepEqual(outside(source), ['timers'], source);
  for (const source of [
    'process.env',
    "import process from 'node:process'",
    'globalThis.x',
    'const { env } = process;',
  ])
    assert.deepEqual(outside(source), ['process'], source);
  assert.deepEqual(outside('console.log(1)'), ['console']);
});

test('a date made from a value, and a name that only resembles one, are nothing of the kind', () => {
  for (const source of [
    'new Date(0)',
    'Date.parse(x)',
    'clock.now()',
    'x.random()',
    "import type { Process } from 'node:process'",
    'a.process.b',
    'createHash',
  ])
    assert.deepEqual(outside(source), [], source);
});

test('the scanner finds in every source file exactly the imports that esbuild finds', async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files.map(({ path }) => path),
    bundle: true,
    format: 'esm',
    outdir: 'never-written',
    write: false,
    metafile: true,
    logLevel: 'silent',
    plugins: [{ name: 'as-written', setup: ({ onResolve }) => onResolve({ filter: /^/ }, asWritten) }],
  });
  for (const { path, own, foreign } of files) {
    const seen = [...own, ...foreign].filter(({ how }) => how !== 'type').map(({ of, how }) => `${how} ${of}`);
    const known = metafile.inputs[path]?.imports.map((one) => {
      const of = one.path.startsWith('.') ? posix.join(posix.dirname(path), one.path) : one.path;
      return `${one.kind === 'dynamic-import' ? 'lazy' : 'plain'} ${of}`;
    });
    assert.deepEqual([...new Set(seen)].sort(), [...new Set(known)].sort(), path);
  }
});

/** Leaves every import outside, so that each file is seen on its own. */
function asWritten({ path, kind }: OnResolveArgs): OnResolveResult | undefined {
  return kind === 'entry-point' ? undefined : { path, external: true };
}
