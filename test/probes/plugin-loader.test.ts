// Plug-ins of third parties as the config file registers them, with validators of several makers.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isPackage, isPath, isPluginPackage, isUrl } from '../../smoke/probes/outside/outside-name.ts';
import { createPluginLoader, type PluginLoader, withoutOutside } from '../../smoke/probes/outside/plugin-loader.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { scenarioSchema } from '../../smoke/scenario/json-schema.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import { root } from '../docs/pages.ts';
import { testHost } from '../host.ts';

let folder = '';

const source = (options: string): string => `
import * as v from 'valibot';
import { z } from 'zod';
export const plugin = {
  name: 'mine', summary: 'Reads a shelf', connects: [], options: ${options},
  open: async () => ({ read: async () => { throw 'nothing'; } }),
};`;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-loader-'));
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['valibot', 'zod'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  await writeFile(
    join(folder, 'valibot.ts'),
    source("v.objectWithRest({ shelf: v.string() }, v.never('unknown key'))"),
  );
  await writeFile(
    join(folder, 'zod.ts'),
    source('z.strictObject({ shelf: z.string(), deep: z.strictObject({ at: z.number() }).optional() })'),
  );
});
after(() => rm(folder, { recursive: true, force: true }));

function loader(plugins: Readonly<Record<string, string>>): PluginLoader {
  return createPluginLoader({ plugins, cwd: folder, clock: testHost().clock });
}

async function problemsOf(plugins: PluginLoader, look: string): Promise<string[]> {
  const text = `name: x
send: { http: { url: 'http://127.0.0.1:1/', text: '\${{ marker }}' } }
route:
  - hop: shelf
    look:
      ${look}
`;
  const tools = { plugin: plugins.plugin, pluginNames: plugins.names, readFile: async () => '', baseDir: folder };
  const loaded = await loadScenario(text, 'x.yaml', tools);
  return loaded.ok
    ? []
    : loaded.problems.map(
        ({ message, hint, place }) => `${place.line}:${place.column} ${message}${hint ? ` | ${hint}` : ''}`,
      );
}

for (const maker of ['valibot', 'zod']) {
  test(`options described with ${maker} are checked at their place, with the nearest key`, async () => {
    const plugins = loader({ mine: join(folder, `${maker}.ts`) });
    assert.deepEqual(plugins.names.slice(-1), ['mine']);
    assert.deepEqual(await problemsOf(plugins, "mine: { shelf: 'a', field: $.note }"), []);
    assert.deepEqual(await problemsOf(plugins, 'mine: { shelf: 7 }'), ['6:22 `shelf` must be a text']);
    assert.deepEqual(await problemsOf(plugins, "mine: { shlef: 'a' }"), [
      '6:15 unknown key `shlef` in `mine` | Did you mean `shelf`?',
    ]);
    assert.equal((await problemsOf(plugins, 'mine: {}')).length, 1);
    assert.deepEqual(
      await problemsOf(plugins, "mine: { shelf: '${{ env.SHELF }}' }"),
      [],
      'a template may stand for a value',
    );
  });
}

test('zod’s unknown keys deep inside are told at each of them', async () => {
  const plugins = loader({ mine: join(folder, 'zod.ts') });
  assert.deepEqual(await problemsOf(plugins, "mine: { shelf: 'a', deep: { at: 1, on: 2, off: 3 } }"), [
    '6:42 unknown key `on` in `deep` | Known here: at.',
    '6:49 unknown key `off` in `deep` | Known here: at.',
  ]);
});

test('a mistyped name of a registered plug-in has the registered one suggested', async () => {
  const [said = ''] = await problemsOf(loader({ shelves: join(folder, 'zod.ts') }), 'shelfs: { shelf: a }');
  assert.match(said, /no plug-in is called `shelfs` \| Did you mean `shelves`\?/);
});

test('the schema for editors has the options, under the name that scenarios use', async () => {
  const { plugin } = loader({ shelf: join(folder, 'zod.ts') });
  const found = await plugin('shelf', folder);
  assert.ok(found);
  const schema = scenarioSchema([{ ...found, name: 'shelf' } satisfies Plugin]) as unknown as {
    $defs: Record<string, { properties: Record<string, { $ref?: string; description?: string }> }>;
  };
  assert.equal(schema.$defs['look']?.properties['shelf']?.description, 'Reads a shelf');
  assert.deepEqual(Object.keys(schema.$defs['shelf.look']?.properties ?? {}).slice(0, 2), ['shelf', 'deep']);
});

test('what the config file registers wrongly is told as such', async () => {
  const { plugin } = loader({
    gone: './gone.ts',
    none: 'smoketrail-none',
    http: join(folder, 'zod.ts'),
    far: 'https://127.0.0.1/x.ts',
  });
  await assert.rejects(plugin('gone', folder), /there is no such file/);
  await assert.rejects(
    plugin('none', folder),
    /the package smoketrail-none, which the config file names for it, is not installed/,
  );
  await assert.rejects(plugin('http', folder), /registers another plug-in under the name of a built-in one/);
  await assert.rejects(plugin('far', folder), /never loaded from a URL/);
  assert.equal(await plugin('constructor', folder), undefined);
});

test('a plug-in asked for twice is loaded once', async () => {
  const { plugin } = loader({});
  assert.equal(await plugin('./zod.ts', folder), await plugin('./zod.ts', folder));
});

test('paths, packages and URLs are told apart', () => {
  for (const path of ['./a.ts', '../a.ts', '/a.ts', 'C:\\a.ts', 'c:/a.ts', '.\\a.ts'])
    assert.ok(isPath(path) && !isUrl(path), path);
  for (const url of ['https://x/y.ts', 'data:text/javascript,1', 'node:fs', 'file:///a.ts'])
    assert.ok(isUrl(url) && !isPath(url), url);
  for (const name of ['smoketrail-x', '@scope/x', '@scope/x/probe']) assert.ok(isPluginPackage(name), name);
  for (const name of ['htpp', 'yaml', 'lodash/fp']) assert.ok(isPackage(name) && !isPluginPackage(name), name);
  for (const name of ['@scope', '@/x', 'a//b', '..', 'Über', 'a b', '']) assert.ok(!isPackage(name), name);
});

test('a scenario that nobody named starts no program, nor one by a kubeconfig of its own', () => {
  const { distrust } = withoutOutside(loader({}), []);
  assert.match(distrust?.('command', { argv: ['true'] })?.message ?? '', /starts a program/);
  assert.match(distrust?.('kubernetes-logs', { selector: 'a=b', kubeconfig: './k' })?.message ?? '', /kubeconfig/);
  assert.equal(distrust?.('kubernetes-logs', { selector: 'a=b' }), undefined);
  assert.equal(distrust?.('journald', { unit: 'a' }), undefined);
});
