// The published package: built, packed and run away from the checkout.

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { entryPoints, target } from '../smoke/package/bundle.ts';
import { readManifest } from '../smoke/package/manifest.ts';
import { blocks } from './docs/pages.ts';
import { without } from './parts.ts';
import { serve } from './probes/local-server.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
let folder = '';
let unpacked = '';
let files: readonly string[] = [];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-package-'));
  const built = join(folder, 'built');
  await run(process.execPath, [join(root, 'smoke', 'package', 'build.ts'), built], { cwd: folder });
  await run('npm', ['pack', built, '--pack-destination', folder, '--ignore-scripts', '--silent'], { cwd: folder });
  const archive = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  assert.ok(archive);
  await run('tar', ['xzf', archive], { cwd: folder });
  unpacked = join(folder, 'package');
  // What npm would install beside it.
  await mkdir(join(folder, 'node_modules'));
  for (const name of ['playwright', 'playwright-core'])
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  const entries = await readdir(unpacked, { recursive: true, withFileTypes: true });
  files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
});

after(() => rm(folder, { recursive: true, force: true }));

test('the package runs without the checkout and says its version', async () => {
  const { version } = await readManifest(root);
  const { stdout, stderr } = await run(process.execPath, [join(unpacked, 'main.js'), '--version'], { cwd: folder });
  assert.equal(stdout.trim(), version);
  assert.equal(stderr, '');
});

test('every command of the package explains itself', async () => {
  for (const command of ['run', 'trace', 'check', 'report', 'sweep', 'schema', 'demo', 'capture']) {
    const { stdout } = await run(process.execPath, [join(unpacked, 'main.js'), command, '--help'], { cwd: folder });
    assert.match(stdout, new RegExp(`Usage: smoketrail ${command}`));
  }
});

test('the package loads its lazy parts: it checks its own example scenarios', async () => {
  await run(process.execPath, [join(unpacked, 'main.js'), 'check', join(unpacked, 'scenarios')], { cwd: folder });
});

test('the package names what a queue of the demo needs that did not come with it', async () => {
  for (const [queue, needed] of [
    ['bullmq', 'bullmq'],
    ['pg-boss', 'pg-boss'],
  ] as const) {
    const args = [join(unpacked, 'main.js'), 'demo', '--queue', queue];
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    assert.equal(status, 3, stderr);
    assert.match(stderr, new RegExp(`The package ${needed}, .* is not installed\\.\\n.*npm install ${needed}`));
  }
});

test('the package holds no TypeScript source, no runtime and no path of the machine it was built on', async () => {
  assert.ok(files.length > 10);
  for (const file of files) {
    assert.ok(!file.endsWith('.ts') || file.endsWith('.d.ts'), file);
    assert.ok(!file.slice(unpacked.length).includes('node_modules'), file);
    assert.ok((await stat(file)).size < 4_000_000, `${file} is larger than any file of ours`);
    const text = await readFile(file, 'utf8');
    assert.ok(!text.includes(root) && !text.includes(folder), `${file} names a folder of this machine`);
    assert.ok(!/[\\/]program-\w+\.js$/.test(file) || /^[\0-\x7f]+$/.test(text), `${file} is read as Latin-1`);
    assert.ok(!text.includes('@@package-root@@'), `${file} holds a mark that the build should have replaced`);
  }
});

test('the manifest asks for Node 22.18 and for nothing that is in the bundle', async () => {
  const manifest: unknown = JSON.parse(await readFile(join(unpacked, 'package.json'), 'utf8'));
  assert.ok(typeof manifest === 'object' && manifest !== null && 'engines' in manifest && 'dependencies' in manifest);
  assert.deepEqual(manifest.engines, { node: '>=22.18' });
  assert.equal(target, 'node22');
  // Drivers that only some scenarios use are no part of the file that every start loads.
  const loaded = Object.keys(manifest.dependencies ?? {}).toSorted();
  assert.deepEqual(loaded, [
    '@kubernetes/client-node',
    '@nats-io/jetstream',
    '@nats-io/transport-node',
    '@platformatic/kafka',
    'amqplib',
    'ioredis',
    'mysql2',
    'pg',
    'pg-cursor',
    'playwright',
    'protobufjs',
  ]);
  assert.ok(!('optionalDependencies' in manifest) && !('devDependencies' in manifest) && !('scripts' in manifest));
});

test('the programs, the texts and the notices of bundled packages are in the package', async () => {
  const expected = [...entryPoints.map((entry) => entry.replace(/\.ts$/, '.js')), 'main.js'];
  for (const name of [
    ...expected,
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'CONTRIBUTING.md',
    'smoke/probes/README.md',
    'smoke/probes/browser.md',
    'reporters/README.md',
    'smoke/index.d.ts',
    'smoke/testing.d.ts',
    'smoke/browser.d.ts',
  ])
    assert.ok(files.includes(join(unpacked, name)), name);
  const notices = await readFile(join(unpacked, 'THIRD-PARTY-LICENSES'), 'utf8');
  for (const name of ['got', 'yaml', 'valibot', 'commander', 'p-retry', 'nanoid', 'htmlparser2'])
    assert.match(notices, new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(`, 'm'));
  assert.match(notices, /Redistribution and use in source and binary forms/);
});

const scenario = `name: dropped
send:
  ./drop.ts: { file: 'outbox/\${{ marker }}.json', json: { note: 'Late. \${{ marker }}' } }
route:
  - hop: outbox
    look:
      ./outbox.ts: { folder: outbox, field: $.note }
clean:
  - command: { argv: [rm, -f, 'outbox/\${{ marker }}.json'] }
`;

/** A project that has what the pages show; `valibot` is the only package that they ask for. */
async function project(name: string): Promise<string> {
  const own = join(folder, name);
  await mkdir(join(own, 'outbox'), { recursive: true });
  await mkdir(join(own, 'node_modules'));
  await run('cp', ['-r', join(root, 'node_modules', 'valibot'), join(own, 'node_modules', 'valibot')]);
  const page = async (info: string, file: string): Promise<void> => {
    const [block] = blocks(info);
    await writeFile(join(own, file), block?.text ?? '');
  };
  await writeFile(join(own, 'package.json'), '{"type":"module"}');
  await writeFile(join(own, 'dropped.yaml'), scenario);
  await page('ts probe', 'outbox.ts');
  await page('ts step', 'drop.ts');
  await page('ts test', 'outbox.test.ts');
  await page('ts reporter', 'chat.ts');
  return own;
}

async function runs(main: string, own: string): Promise<void> {
  const args = [main, 'run', 'dropped.yaml', '--reporter', './chat.ts=chat.txt'];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: own });
  assert.match(stdout, /✓ dropped {2}smk-\w+ {2}arrived/);
  assert.equal(stderr, '');
  assert.equal(await readFile(join(own, 'chat.txt'), 'utf8'), 'exit 0: all passed\n');
}

test('plug-ins and a reporter in TypeScript run in a project that has the package, and so do their tests', async () => {
  const own = await project('installed');
  await run('cp', ['-r', unpacked, join(own, 'node_modules', 'smoketrail')]);
  await runs(join(own, 'node_modules', 'smoketrail', 'main.js'), own);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'outbox.test.ts'], {
    cwd: own,
    env,
  });
  assert.match(stdout, /^# pass 10$[\s\S]*^# fail 0$[\s\S]*^# skipped 4$/m);
});

test('they run as well where the package is installed for all projects, and this one has none', async () => {
  await runs(join(unpacked, 'main.js'), await project('global'));
});

test('a reporter and a probe of a third party compile against the public types', async () => {
  const consumer = join(folder, 'consumer');
  await mkdir(join(consumer, 'node_modules'), { recursive: true });
  await run('cp', ['-r', unpacked, join(consumer, 'node_modules', 'smoketrail')]);
  await writeFile(join(consumer, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(consumer, 'mine.ts'),
    `import { Blind, type Look, type Probe, type Reporter, type RunEvent } from 'smoketrail';
export const reporter: Reporter = { on(event: RunEvent) { if (event.type === 'verdict') event.headline.trim(); } };
export const probe: Probe<{ path: string }> = { read: async ({ path }) => { throw new Blind('refused', path); } };
// @ts-expect-error A look has no such kind.
export const look: Look = { kind: 'gone' };
`,
  );
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const options = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--types',
    '',
  ];
  const compiled = spawnSync(process.execPath, [compiler, ...options, 'mine.ts'], { cwd: consumer, encoding: 'utf8' });
  assert.equal(compiled.stdout + compiled.stderr, '');
  assert.equal(compiled.status, 0);

  // The types of Playwright are checked with its own needs.
  await writeFile(
    join(consumer, 'pay.ts'),
    `import type { BrowserScript } from 'smoketrail/browser';
export const pay: BrowserScript = async ({ page, values }) => ({ title: await page.title(), card: values['card'] });
// @ts-expect-error A page has no such function.
export const wrong: BrowserScript = async ({ page }) => page.pay();
`,
  );
  const args = [compiler, ...options, '--skipLibCheck', 'pay.ts'];
  const script = spawnSync(process.execPath, args, { cwd: consumer, encoding: 'utf8' });
  assert.equal(script.stdout + script.stderr, '');
});

test('the package runs a browser, with a function of the scenario’s author', {
  skip: without('chromium'),
}, async (t) => {
  let posted = '';
  const { url, seen } = await serve(t, (request, response) => {
    posted = seen.findLast(({ method }) => method === 'POST')?.body ?? posted;
    response.writeHead(200, { 'content-type': 'text/html' });
    if (request.method === 'POST' || request.url === '/list')
      response.end(`<p data-testid="note">${decodeURIComponent(posted.replace('note=', ''))}</p>`);
    else response.end('<form method="post"><label>Note <input name="note"></label><button>Book</button></form>');
  });
  const cwd = join(folder, 'browsing');
  await mkdir(cwd);
  await writeFile(
    join(cwd, 'book.ts'),
    `type Given = { page: { getByRole(role: string): { click(): Promise<void> } } };
export const book = async ({ page }: Given): Promise<void> => page.getByRole('button').click();`,
  );
  await writeFile(
    join(cwd, 'a.yaml'),
    `name: a
confirm: 0s
send:
  browser:
    - goto: ${url}
    - fill: { label: Note, value: '\${{ marker }}' }
    - script: ./book.ts
    - expect: { testid: note }
route:
  - hop: partner
    look:
      browser:
        - goto: ${url}/list
        - read: { testid: note }
`,
  );
  const { stdout } = await run(process.execPath, [join(unpacked, 'main.js'), 'run', 'a.yaml'], { cwd });
  assert.match(stdout, /arrived: intact at partner/);
  const failing = join(cwd, 'b.yaml');
  await writeFile(
    failing,
    (await readFile(join(cwd, 'a.yaml'), 'utf8'))
      .replace('name: a', 'name: b')
      .replace('expect: { testid: note }', 'expect: { testid: nothing, timeout: 100ms }'),
  );
  const failed = await run(process.execPath, [join(unpacked, 'main.js'), 'run', 'b.yaml'], { cwd });
  assert.match(failed.stdout, /Attached \s*\S+step-trace\.zip/);
});
