// `npm test`: sets missing parts up where it can, then checks the types, the style, and runs every test.
// With arguments it runs only those test files: `npm test -- 'test/core/**/*.test.ts'`.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, isThere, parts } from './parts.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const inCi = process.env['CI'] === 'true' || process.env['CI'] === '1';
const failures: string[] = [];
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** No test may take longer, so that a hanging one fails by name and not by the pipeline's patience. */
const testTimeout = 10 * 60_000;

const scratch = mkdtempSync(join(tmpdir(), 'smoketrail-test-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
// Hundreds of processes load the same sources: kept as compiled, they cost each less than half the time.
const env = { NODE_COMPILE_CACHE: join(scratch, 'compiled'), ...process.env };

say(`node ${process.versions.node} (${process.execPath})`);
const missing = install(
  parts.filter((part) => !isThere(part)),
  say,
);
for (const part of parts) say(`${missing.includes(part) ? 'missing' : 'found'}  ${part.name}: ${part.for}`);
const lacking = missing.filter(({ optional }) => optional !== true);
if (lacking.length > 0) {
  const names = lacking.map((part) => part.name).join(', ');
  say(`Tests that need ${names} are skipped. Debian: apt-get install ${lacking.flatMap((part) => part.apt).join(' ')}`);
  if (inCi) failures.push(`missing with CI=true: ${names}`);
}

const tool = (name: string): string => join(root, 'node_modules', '.bin', name);
await stage('types', [tool('tsc'), '-p', root]);
await stage('style', [tool('biome'), 'check', '--error-on-warnings', root]);

const wanted = process.argv.slice(2);
const files = globSync(wanted.length > 0 ? wanted : ['test/**/*.test.ts'], { cwd: root }).sort();
const results: string[] = [];
if (files.length === 0) failures.push(`no test file matches ${wanted.join(' ')}`);
// The keystones demand exact answers of a stack at work, so nothing else runs beside each of them.
const [alone, others] = [
  files.filter((file) => file.endsWith('keystone.test.ts')),
  files.filter((file) => !file.endsWith('keystone.test.ts')),
];
for (const file of alone) await tests(file, [file]);
// Two at a time: the tests start processes of their own.
await tests('tests', others);
for (const line of results.filter((result) => /^\s*ok \d+ .*# SKIP\b/.test(result)))
  say(`skipped: ${line.replace(/^\s*ok \d+ - /, '')}`);
if (files.length > 0 && total('pass') === 0) failures.push('no test passed, so nothing was tested');
for (const line of failures) say(`FAILED: ${line}`);
for (const name of ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo', 'duration_ms'])
  say(`# ${name} ${total(name)}`);
process.exitCode = failures.length === 0 ? 0 : 1;

async function tests(name: string, chosen: readonly string[]): Promise<void> {
  if (chosen.length === 0) return;
  const tap = join(scratch, 'results.tap');
  const reporters = ['--test-reporter=spec', '--test-reporter-destination=stdout'];
  reporters.push('--test-reporter=tap', `--test-reporter-destination=${tap}`);
  const how = ['--test', '--test-concurrency=2', `--test-timeout=${testTimeout}`];
  await stage(name, [...how, ...reporters, ...chosen]);
  results.push(...(await readFile(tap, 'utf8')).split('\n'));
}

/** What the closing lines of both stages add up to. */
function total(name: string): number {
  const counts = results.flatMap((line) =>
    line.startsWith(`# ${name} `) ? [Number(line.slice(name.length + 3))] : [],
  );
  return Math.round(counts.reduce((sum, count) => sum + count, 0));
}

/** Runs one stage with this runtime, so that `node` on the PATH does not matter. A failure is kept for the end. */
async function stage(name: string, args: readonly string[]): Promise<void> {
  say(`\n── ${name}`);
  const child = spawn(process.execPath, [...args], { cwd: root, env, stdio: 'inherit' });
  const [code, signal]: unknown[] = await once(child, 'exit');
  if (code !== 0) failures.push(`${name} (${signal === null ? `exit code ${String(code)}` : String(signal)})`);
}
