// The code cache of the program: kept from run to run, and never in the way.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const codeCache = new URL('../../smoke/package/code-cache.ts', import.meta.url).href;
let folder = '';
let program = '';
let cache = '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-code-cache-'));
  program = join(folder, 'program.js');
  await writeFile(
    join(folder, 'launch.mjs'),
    `import { compileProgram } from ${JSON.stringify(codeCache)};
const script = compileProgram(new URL('./program.js', import.meta.url), process.argv.slice(2));
script.runInThisContext()();
// V8 says of a cache that it was given whether it took it, and nothing where it was given none.
console.log(script.cachedDataRejected === undefined ? 'compiled' : script.cachedDataRejected ? 'rejected' : 'cached');
`,
  );
});

beforeEach(async () => {
  await writeFile(program, `(function () { function called() { return 1; } called(); })`);
  cache = await mkdtemp(join(folder, 'cache-'));
});

after(() => rm(folder, { recursive: true, force: true }));

async function launch(argv: readonly string[] = ['run'], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { env: { ...process.env, NODE_COMPILE_CACHE: cache, ...env } };
  const { stdout, stderr } = await run(process.execPath, [join(folder, 'launch.mjs'), ...argv], options);
  assert.equal(stderr, '');
  return stdout.trim();
}

async function keptFiles(): Promise<string[]> {
  const entries = await readdir(cache, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.name.startsWith('smoketrail-')).map((one) => join(one.parentPath, one.name));
}

async function keptFile(): Promise<string> {
  const [file, ...others] = await keptFiles();
  assert.ok(file);
  assert.deepEqual(others, []);
  return file;
}

test('a second run takes the cache that the first one kept, which nobody else can read', async () => {
  assert.equal(await launch(), 'compiled');
  assert.equal((await stat(await keptFile())).mode & 0o777, 0o600);
  assert.equal(await launch(), 'cached');
});

test('the cache holds functions that were called, not only those that V8 compiles at first', async () => {
  const body = 'let sum = 0; for (const n of [1, 2, 3]) sum += n * n; return `the sum is ${sum}`;';
  const functions = Array.from({ length: 50 }, (_, n) => `function f${n}() { ${body} }`).join('\n');
  const calls = Array.from({ length: 50 }, (_, n) => `f${n}();`).join(' ');
  await writeFile(program, `(function () { ${functions} if (process.argv.includes('call')) { ${calls} } })`);
  await launch(['idle']);
  const idle = (await stat(await keptFile())).size;
  await rm(await keptFile());
  await launch(['busy', 'call']);
  assert.ok((await stat(await keptFile())).size > idle + 50 * 100);
});

test('what the program imports later is found beside it, from the cache as well', async () => {
  await writeFile(join(folder, 'late.mjs'), 'process.exitCode = 4;');
  await writeFile(program, `(function () { import('./late.mjs'); })`);
  for (const how of ['compiled', 'cached']) {
    const ran: unknown = await launch().catch((error: unknown) => error);
    assert.ok(ran instanceof Error && 'code' in ran && 'stdout' in ran, how);
    assert.deepEqual([ran.code, ran.stdout], [4, `${how}\n`]);
  }
});

test('each command keeps a cache of its own, help is one of them, and no argument becomes a path', async () => {
  for (const argv of [['run', 'a.yaml'], ['check'], ['run', '--help'], ['../../x'], []]) await launch(argv);
  const names = (await keptFiles()).map((file) => file.slice(file.lastIndexOf('-') + 1)).sort();
  assert.deepEqual(names, ['check', 'help', 'other', 'run']);
});

test('a damaged cache is not given to V8, which would run it, and is replaced', async () => {
  await launch();
  const file = await keptFile();
  const whole = await readFile(file);
  for (const at of [64, Math.trunc(whole.length / 2), whole.length - 1]) {
    const damaged = Buffer.from(whole);
    damaged[at] = (damaged[at] ?? 0) ^ 0x55;
    await writeFile(file, damaged);
    assert.equal(await launch(), 'compiled');
  }
  for (const length of [0, 3, 4, 100]) {
    await writeFile(file, whole.subarray(0, length));
    assert.equal(await launch(), 'compiled');
  }
  assert.equal(await launch(), 'cached');
});

test('the cache of a program that was changed since, be it to one of the same length, is not taken', async () => {
  await launch();
  await writeFile(program, `(function () { function called() { return 2; } called(); })`);
  await utimes(program, new Date(), new Date(Date.now() + 5_000));
  assert.equal(await launch(), 'compiled');
});

test('a cache that is a day old is taken and renewed', async () => {
  await launch();
  const file = await keptFile();
  const yesterday = new Date(Date.now() - 25 * 60 * 60 * 1000);
  await utimes(file, yesterday, yesterday);
  assert.equal(await launch(), 'cached');
  assert.ok((await stat(file)).mtimeMs > yesterday.getTime() + 60_000);
});

test('a run that ended in a usage error or a defect of the runner keeps nothing', async () => {
  await writeFile(program, '(function () { process.exitCode = 2; })');
  await assert.rejects(launch(), { code: 2 });
  assert.deepEqual(await keptFiles(), []);
});

test('the variable that switches the compile cache of Node off switches this one off', async () => {
  assert.equal(await launch(['run'], { NODE_DISABLE_COMPILE_CACHE: '1' }), 'compiled');
  assert.deepEqual(await keptFiles(), []);
});

test('a folder in which nothing can be kept is no hindrance', async () => {
  await launch();
  const file = await keptFile();
  await rm(file);
  // A folder in the place of the file: even root cannot rename a file over it.
  await mkdir(file);
  assert.equal(await launch(), 'compiled');
  assert.deepEqual(await keptFiles(), [file]);
});

test('a cache of another user is not taken', {
  skip: process.getuid?.() !== 0 && 'only root can give a file away',
}, async () => {
  await launch();
  const file = await keptFile();
  await chown(file, 65534, 65534);
  assert.equal(await launch(), 'compiled');
});
