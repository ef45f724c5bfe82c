// The rules of the architecture, held by machine: directions, cycles, the doors to the outside, file sizes.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { files, layerOf, root } from './architecture/project.ts';
import { allowed, apart, levels, siblings } from './architecture/rules.ts';

const levelOf = (layer: string): number => levels.findIndex((level) => level.includes(layer));

/** Imports that cross from one layer to another, as `from → to`. */
const crossings = files.flatMap(({ path, own }) =>
  own
    .filter(({ of }) => of !== 'package.json' && layerOf(of) !== layerOf(path))
    .map((one) => ({ ...one, path, from: layerOf(path), to: layerOf(one.of) })),
);

test('every source file belongs to a layer', () => {
  const strays = files.filter(({ path }) => levelOf(layerOf(path)) < 0 && !Object.hasOwn(apart, layerOf(path)));
  assert.deepEqual(
    strays.map(({ path }) => path),
    [],
  );
});

test('imports go from a layer to those below it, to its listed siblings, or into the layer itself', () => {
  const wrong = crossings.filter(({ from, to, path, of }) => {
    if (Object.hasOwn(apart, from)) return !apart[from]?.includes(to);
    if (to === 'reporters') return path !== 'smoke/cli/assemble.ts';
    // Started by its command, and by nothing else.
    if (to === 'demo') return from !== 'cli';
    if (levelOf(to) === levelOf(from)) return !Object.hasOwn(siblings, `${from} → ${to}`);
    return levelOf(to) < 0 || levelOf(to) > levelOf(from) || of.startsWith('..');
  });
  assert.deepEqual(
    wrong.map(({ path, line, of }) => `${path}:${line} imports ${of}`),
    [],
  );
});

test('every exception in the lists of imports is needed', () => {
  const used = new Set(crossings.map(({ from, to }) => `${from} → ${to}`));
  assert.deepEqual(
    Object.keys(siblings).filter((edge) => !used.has(edge)),
    [],
  );
});

test('the core imports nothing from outside itself, packages and node included', () => {
  const foreign = files
    .filter(({ path }) => layerOf(path) === 'core')
    .flatMap(({ path, foreign }) => foreign.map(({ of }) => `${path}: ${of}`));
  assert.deepEqual(foreign, []);
});

test('the demo loads nothing but node, OpenTelemetry where it is to make spans, and of the packages for its queues only the types', () => {
  const foreign = files
    .filter(({ path }) => layerOf(path) === 'demo')
    .flatMap(({ path, foreign }) => foreign.filter(({ how }) => how !== 'type').map(({ of }) => `${path}: ${of}`));
  const spans = 'smoke/demo/tracing-export.ts: @opentelemetry/';
  assert.deepEqual(
    foreign.filter((one) => !one.includes(': node:') && !one.startsWith(spans)),
    [],
  );
});

test('the reporters are loaded by the composition root only, and lazily', () => {
  const loads = crossings.filter(({ to, from }) => to === 'reporters' && from !== 'reporters');
  assert.ok(loads.length > 0);
  assert.deepEqual(
    loads.filter(({ how }) => how === 'plain').map(({ path, line }) => `${path}:${line}`),
    [],
  );
});

test('no file imports itself through others', () => {
  const importsByPath = new Map(files.map(({ path, own }) => [path, own.map(({ of }) => of)]));
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    else if (!done.has(path)) {
      for (const of of importsByPath.get(path) ?? []) visit(of, [...trail, path]);
      done.add(path);
    }
  };
  for (const { path } of files) visit(path, []);
  assert.deepEqual(cycles, []);
});

test('only the files named for it touch the process, the clock, randomness, timers and the console', () => {
  const wrong = files.flatMap(({ path, outside }) => {
    const may = entryFor(path)?.may ?? [];
    return [...outside].filter((one) => !may.includes(one)).map((one) => `${path} touches ${one}`);
  });
  assert.deepEqual(wrong, []);
});

test('every permission to touch the outside is used and has a reason', () => {
  const unused = allowed.flatMap(({ path, may, why }) => {
    assert.ok(why.length > 10, `${path} needs a reason`);
    const touched = new Set(
      files.filter((file) => entryFor(file.path)?.path === path).flatMap((file) => [...file.outside]),
    );
    return may.filter((one) => !touched.has(one)).map((one) => `${path} does not touch ${one} any more`);
  });
  assert.deepEqual(unused, []);
});

/** The entry of the file itself goes before that of a folder it lies in. */
function entryFor(path: string): (typeof allowed)[number] | undefined {
  return (
    allowed.find((one) => one.path === path) ??
    allowed.find((one) => one.path.endsWith('/') && path.startsWith(one.path))
  );
}

const largest = 300;

test('a file of more than 300 lines says at its top why', () => {
  const all = globSync(['smoke/**/*.{ts,js}', 'reporters/**/*.ts', 'test/**/*.ts'], { cwd: root });
  const wrong = all.flatMap((path) => {
    const lines = readFileSync(join(root, path), 'utf8').split('\n');
    const says = lines.slice(0, 10).some((line) => /^\/\/ .*over 300 lines because /i.test(line));
    const isLong = lines.length - 1 > largest;
    if (isLong && !says) return [`${path} has ${lines.length - 1} lines; "// Over 300 lines because …" is missing`];
    return says && !isLong ? [`${path} has only ${lines.length - 1} lines, and explains why it has more`] : [];
  });
  assert.deepEqual(wrong, []);
});

test('a file begins with a comment that says what it is for', () => {
  const silent = files.filter(({ source }) => !/^(?:#!.*\n)?\/\/ \S/.test(source));
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  );
});
