// The plug-ins, the reporter and their tests that the pages show: written into a project of their own, compiled and run.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { parse } from 'yaml';
import { startProgram } from '../system/program.ts';
import { commandLines, helpOf } from './command-lines.ts';
import { blocks, root } from './pages.ts';

const files = {
  'yaml plugin': 'dropped.yaml',
  'ts probe': 'probes/outbox.ts',
  'ts step': 'probes/drop.ts',
  'ts test': 'probes/outbox.test.ts',
  'ts send-test': 'probes/drop.test.ts',
  'ts reporter': 'reporters/chat.ts',
  'ts reporter-test': 'reporters/chat.test.ts',
} as const;

let folder = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-own-'));
  for (const [info, file] of Object.entries(files)) {
    const [block, ...others] = blocks(info);
    assert.ok(block !== undefined && others.length === 0, `one block of ${info} was expected`);
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), block.text);
  }
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await mkdir(join(folder, 'outbox'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(root, join(folder, 'node_modules', 'smoketrail'), 'dir');
  for (const name of ['valibot', '@types']) {
    await symlink(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'dir');
  }
});

after(() => rm(folder, { recursive: true, force: true }));

const run = (args: readonly string[]) => startProgram(args, { cwd: folder, env: {}, through: undefined }).ended;

test('they are as long as their headings say, or nearly', () => {
  for (const [info, most] of [
    ['ts probe', 33],
    ['ts step', 40],
    ['ts reporter', 30],
  ] as const) {
    const lines = blocks(info)[0]?.text.trimEnd().split('\n') ?? [];
    assert.ok(lines.length <= most, `${info} has ${lines.length} lines`);
    assert.ok(lines.every((line) => line.length <= 140));
  }
});

test('they compile with the strictest settings', async () => {
  const sources = Object.values(files).filter((file) => file.endsWith('.ts'));
  const config = {
    extends: join(root, 'tsconfig.json'),
    include: [],
    files: sources.map((file) => join(folder, file)),
  };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [compiler, '-p', folder], { cwd: folder, encoding: 'utf8' });
  assert.equal(stdout + stderr, '');
});

test('the scenario sends by the step, sees by the probe, cleans up, and the reporter tells it', async () => {
  const { code, stdout, stderr } = await run(['run', 'dropped.yaml', '--reporter', './reporters/chat.ts=chat.txt']);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /✓ dropped {2}smk-\w+ {2}arrived: intact at outbox/);
  assert.deepEqual(await readdir(join(folder, 'outbox')), []);
  assert.equal(await readFile(join(folder, 'chat.txt'), 'utf8'), 'exit 0: all passed\n');
});

test('a step that cannot write is refused, a folder that is gone is blind, and the reporter says who is suspected', async () => {
  await rm(join(folder, 'outbox'), { recursive: true });
  try {
    const args = ['run', 'dropped.yaml', '--deadline', '100ms', '--reporter', './reporters/chat.ts=chat.txt'];
    const { code, stdout } = await run(args);
    assert.equal(code, 1, stdout);
    assert.match(stdout, /refused: /);
    assert.match(stdout, /outbox cannot be listed/);
    assert.match(
      await readFile(join(folder, 'chat.txt'), 'utf8'),
      /^dropped smk-\w+: refused: .*\nexit 1: 1 \(1 refused\) of 1 failed\n$/,
    );
  } finally {
    await mkdir(join(folder, 'outbox'));
  }
});

test('their own tests pass, and only what the bench leaves out is skipped', () => {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ['--test', '--test-reporter=tap', files['ts test'], files['ts send-test'], files['ts reporter-test']];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8', env });
  assert.equal(status, 0, stdout);
  const total = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(stdout)?.[1]);
  assert.deepEqual([total('fail'), total('skipped')], [0, 6]);
  assert.ok(total('pass') > 25, stdout);
});

test('the line that runs them works in a checkout, whatever node is on the PATH', {
  skip: process.platform === 'win32' && 'there is no sh on Windows',
}, async () => {
  const line =
    blocks('sh')
      .find(({ text }) => text.includes('--test'))
      ?.text.trim() ?? '';
  const bin = join(folder, 'node_modules', '.bin');
  await mkdir(bin);
  await symlink(process.execPath, join(bin, 'node'));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout, stderr, status } = spawnSync('sh', ['-c', line], { cwd: folder, encoding: 'utf8', env });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /fail 0\n/);
});

test('the workflow’s step is YAML, and its command is one of the program', async () => {
  const [block] = blocks('yaml workflow');
  const [step] = parse(block?.text ?? '') as { run: string }[];
  const [words = []] = commandLines(step?.run.replace('npx ', '') ?? '');
  assert.equal(words[0], 'run');
  const { flags } = await helpOf('run');
  for (const flag of words.filter((word) => word.startsWith('--')))
    assert.ok(
      flags.some((one) => one.split(/,? /).includes(flag)),
      flag,
    );
});
