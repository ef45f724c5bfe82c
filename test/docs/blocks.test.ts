// Every fenced block and every link of the documentation is what it says: nothing in it goes unchecked.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { configKeys } from '../../smoke/config/json-schema.ts';
import { loadConfig } from '../../smoke/config/load.ts';
import { config } from '../../smoke/config/shape.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import { keysOf } from '../../smoke/scenario/shape-parts.ts';
import { smoketrail } from '../world.ts';
import { commandLines, misfit } from './command-lines.ts';
import { minimal } from './minimal.ts';
import { type Block, blocks, pages, root, spans } from './pages.ts';

const fragments = ['keys', 'route', 'hop', 'look'] as const;
const shells = ['sh', 'crontab'];
/** Held to what the program takes in pipelines.test.ts. */
const pipelines = ['yaml pipeline=github', 'yaml pipeline=gitlab', 'groovy'];
/** Those of plug-ins and reporters are run in test/docs/own.test.ts. */
const own = [
  'yaml plugin',
  'yaml workflow',
  'ts probe',
  'ts step',
  'ts test',
  'ts send-test',
  'ts reporter',
  'ts reporter-test',
];
/** The scenario that takes pieces of another file, and that file: run in tutorial.test.ts. */
const together = ['yaml file=shared/partner.yaml', 'yaml file=shared-arrival.yaml'];
const kinds = [
  ...shells,
  'yaml',
  'yaml config',
  ...own,
  ...pipelines,
  ...together,
  'ts script',
  'text screen',
  'text screen=look',
  'text screen=doctor',
  'text screen=releases',
  ...fragments.map((kind) => `yaml fragment=${kind}`),
];

test('every block is of a kind that is tested', () => {
  const all = pages.flatMap((page) => page.blocks);
  assert.ok(all.length > 12);
  assert.deepEqual(
    all.filter(({ info }) => !kinds.includes(info)).map(({ place, info }) => `${place}: ${info}`),
    [],
  );
});

for (const { place, text } of blocks('yaml')) {
  test(`the scenario at ${place} loads without a word`, async () => {
    const tools = { plugin: loadPlugin, pluginNames, readFile: async () => '' };
    const loaded = await loadScenario(text, place, tools);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('\n'));
    assert.deepEqual(loaded.warnings, []);
  });
}

for (const { place, text } of blocks('yaml config')) {
  test(`the config file at ${place} loads, and uses every key there is`, async () => {
    const tools = { baseDir: root, readFile: async () => '', env: {} };
    const loaded = await loadConfig(text, place, tools);
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('\n'));
    for (const key of keysOf(config)) assert.match(text, new RegExp(`^${key}:`, 'm'));
    for (const key of configKeys(['environments', 'x'])) assert.match(text, new RegExp(`^ {4}${key}:`, 'm'));
  });
}

for (const kind of fragments) {
  for (const { place, text } of blocks(`yaml fragment=${kind}`)) {
    test(`the piece at ${place} loads in a scenario`, async () => {
      await minimal({ [kind]: text });
    });
  }
}

for (const { place, text } of shells.flatMap(blocks)) {
  for (const [command = '', ...words] of commandLines(text)) {
    test(`${place}: smoketrail ${command} takes ${words.join(' ') || 'nothing more'}`, async () => {
      assert.equal(await misfit(command, words), undefined);
    });
  }
}

test('every npm script that the pages name is one', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object };
  const texts = pages.filter(({ name }) => name !== 'CHANGELOG.md').map(({ text }) => text);
  const named = texts.join('\n').matchAll(/\bnpm (?:--prefix \S+ )?(?:run (?:-s |--silent )?([\w-]+)|(start|test)\b)/g);
  const asked = new Set([...named].map(([, run, own]) => run ?? own ?? ''));
  assert.ok(asked.has('smoketrail') && asked.has('bench'));
  assert.deepEqual(
    [...asked].filter((name) => !Object.hasOwn(scripts, name)),
    [],
  );
});

test('the alias of the README, and that of help, call this program in any folder, and paths start there', {
  skip: noShell(),
}, async () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const { out } = await smoketrail(['--help'], { cwd: root });
  const ofHelp = /^ *(alias smoketrail=.*)$/m.exec(out)?.[1];
  const ofReadme = blocks('sh')
    .find(({ text }) => text.startsWith('alias '))
    ?.text.trim();
  assert.ok(ofHelp && ofReadme, out);
  const folder = realpathSync(await mkdtemp(join(tmpdir(), 'smoketrail alias-')));
  try {
    const env = { ...process.env, npm_config_update_notifier: 'false', ELSEWHERE: folder };
    for (const line of [ofReadme, ofHelp]) {
      const script = `${line}\ncd "$ELSEWHERE"\nsmoketrail --version\nsmoketrail run no-such.yaml 2>&1 || echo "code $?"\n`;
      const told = execFileSync('sh', ['-c', script], { cwd: root, env, encoding: 'utf8' });
      assert.equal(told.split('\n')[0], version);
      assert.match(told, /no such file or folder[\s\S]*code 2\n/);
      assert.ok(told.includes(`Looked in ${folder}.`), told);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

for (const block of blocks('ts script')) {
  test(`the function at ${block.place} compiles against the public types, and is one`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'smoketrail-docs-'));
    try {
      await compiles(block, folder);
      const exported = (await import(pathToFileURL(join(folder, 'block.ts')).href)) as Record<string, unknown>;
      assert.deepEqual(
        Object.values(exported).map((one) => typeof one),
        ['function'],
      );
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Its relative imports mean the folder of the page it stands on. */
async function compiles({ place, text }: Block, folder: string): Promise<void> {
  const from = join(root, dirname(place));
  const source = text
    .replace(/from '(\.[^']+)'/g, (_, path: string) => `from '${join(from, path)}'`)
    .replace("from 'smoketrail/browser'", `from '${join(root, 'smoke', 'browser.ts')}'`);
  await writeFile(join(folder, 'block.ts'), source);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  const config = { extends: join(root, 'tsconfig.json'), include: [], files: [join(folder, 'block.ts')] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const compiled = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' });
  assert.equal(compiled.stdout + compiled.stderr, '');
}

for (const { name, text } of pages) {
  test(`every link and every path that ${name} names leads somewhere`, () => {
    const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1] ?? '');
    for (const link of links.filter((one) => !one.startsWith('https://'))) {
      const [path = '', anchor] = link.split('#');
      const file = path === '' ? join(root, name) : join(root, dirname(name), path);
      assert.ok(existsSync(file), link);
      if (anchor !== undefined) assert.match(readFileSync(file, 'utf8'), new RegExp(`^#+ ${anchor}$`, 'im'), link);
    }
    const paths = spans(text).filter((span) => /^(?:smoke|scenarios|reporters|test)\/[\w./-]*$/.test(span));
    assert.deepEqual(
      paths.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
}

function noShell(): string | false {
  return process.platform === 'win32' ? 'there is no sh on Windows' : false;
}
