// Over 300 lines because every kind of rotation is a case of its own, and all share one folder and one way to arm.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import * as v from 'valibot';
import type { Reading } from '../../smoke/core/look.ts';
import { log } from '../../smoke/probes/logs/log.ts';
import type { LogOptions } from '../../smoke/probes/logs/log-options.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';

let folder = '';
let file = '';
const opened: Probe<LogOptions>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoketrail-log-'));
  file = join(folder, 'worker.log');
  await writeFile(file, 'old 1\nold 2\n');
});
afterEach(async () => {
  for (const probe of opened.splice(0)) await probe.close?.();
  await rm(folder, { recursive: true });
});

async function arm(
  path = 'worker.log',
  more: Partial<LogOptions> = {},
): Promise<{ read(since?: Date): Promise<Reading>; texts(): Promise<string[]> }> {
  const probe = await log.open?.({ path, ...more }, testHost({ baseDir: folder }));
  assert.ok(probe !== undefined);
  opened.push(probe);
  const read = (since = new Date()): Promise<Reading> => probe.read({ path, ...more }, lookContext({ since }));
  return { read, texts: async () => (await read()).candidates.map((line) => line.text()) };
}

async function blind(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Blind, `nothing blind was thrown but ${String(error)}`);
  return error.fault.kind;
}

async function openFiles(): Promise<string[]> {
  const { readlink } = await import('node:fs/promises');
  const links = (await readdir('/proc/self/fd')).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => ''));
  return (await Promise.all(links)).filter((path) => path.startsWith(folder));
}

test('only lines from after arming are read, and each reading holds all of them', async () => {
  const probe = await arm();
  const none = await probe.read();
  assert.deepEqual([none.candidates.length, none.whole], [0, true]);
  assert.match(none.searched, /^0 lines of worker.log since \d\d:\d\d:\d\d UTC$/);
  await appendFile(file, '{"time":"2026-01-02T03:04:05Z","id":9007199254740993}\nplain\r\n');
  await probe.read();
  await appendFile(file, 'third\n');
  const { candidates, whole } = await probe.read();
  assert.deepEqual(
    candidates.map((line) => [line.source, line.text()]),
    [
      ['worker.log:3', '{"time":"2026-01-02T03:04:05Z","id":9007199254740993}'],
      ['worker.log:4', 'plain'],
      ['worker.log:5', 'third'],
    ],
  );
  assert.deepEqual(candidates[0]?.select('$.id'), { fits: true, values: ['9007199254740993'] });
  assert.equal(candidates[0]?.at, '2026-01-02T03:04:05Z');
  assert.deepEqual(candidates[1]?.select('$.id'), { fits: true, values: [] });
  assert.equal(whole, true);
});

test('JSONPath does not fit a log of nothing but plain lines', async () => {
  const probe = await arm();
  await appendFile(file, 'plain\n');
  const { candidates } = await probe.read();
  assert.equal(candidates[0]?.select('$.id').fits, false);
});

test('an unfinished line is held back, read when it has stopped growing, and never twice', async () => {
  const probe = await arm();
  await appendFile(file, 'whole\nhal');
  const first = await probe.read();
  assert.deepEqual([first.candidates.length, first.whole], [1, false]);
  assert.match(first.searched, /last line .* still being written/);
  await appendFile(file, 'f a li');
  assert.equal((await probe.read()).candidates.length, 1);
  const settled = await probe.read();
  assert.deepEqual([settled.candidates.map((line) => line.text()), settled.whole], [['whole', 'half a li'], true]);
  await appendFile(file, 'ne\n');
  assert.deepEqual(await probe.texts(), ['whole', 'half a line']);
  assert.deepEqual(await probe.texts(), ['whole', 'half a line']);
});

test('a line that is half written when the probe is armed is read whole', async () => {
  await appendFile(file, '{"id":');
  const probe = await arm();
  await appendFile(file, '1}\n');
  assert.deepEqual(await probe.texts(), ['{"id":1}']);
});

test('characters are never torn, wherever a chunk or a write ends', async () => {
  const probe = await arm();
  const line = 'é€😀'.repeat(60_000);
  const bytes = Buffer.from(`${line}\n${line}\n`);
  await appendFile(file, bytes.subarray(0, 100_001));
  await probe.read();
  await appendFile(file, bytes.subarray(100_001));
  assert.ok((await probe.texts()).every((text) => text === line));
  assert.equal((await probe.read()).candidates.length, 2);
});

test('another encoding is read as what it is', async () => {
  const probe = await arm('worker.log', { encoding: 'latin1' });
  await appendFile(file, Buffer.from('caf\xe9\n', 'latin1'));
  assert.deepEqual(await probe.texts(), ['café']);
});

test('rotation by renaming loses and repeats no line', async () => {
  const probe = await arm();
  await appendFile(file, 'a\n');
  await probe.read();
  await appendFile(file, 'b\n');
  await rename(file, `${file}.1`);
  await writeFile(file, 'c\n');
  assert.deepEqual((await probe.texts()).sort(), ['a', 'b', 'c']);
  // A process that still holds the renamed file goes on writing to it.
  await appendFile(`${file}.1`, 'd\n');
  assert.deepEqual((await probe.texts()).sort(), ['a', 'b', 'c', 'd']);
});

test('two rotations between two looks leave no gap, also when the first file is packed or deleted', async () => {
  const probe = await arm();
  await appendFile(file, 'a\n');
  await rename(file, `${file}.1`);
  await writeFile(file, 'b\n');
  await rename(`${file}.1`, `${file}.2`);
  await rename(file, `${file}.1`);
  await writeFile(file, 'c\n');
  await writeFile(`${file}.3.gz`, gzipSync('not read\n'));
  await rm(`${file}.2`);
  const reading = await probe.read();
  assert.deepEqual(reading.candidates.map((line) => line.text()).sort(), ['a', 'b', 'c']);
  assert.equal(reading.whole, true);
});

test('rotation by copying and emptying loses and repeats no line', async () => {
  const probe = await arm();
  await appendFile(file, 'a\n');
  await probe.read();
  await appendFile(file, 'b\n');
  await copyFile(file, `${file}.1`);
  // Between the two halves: the copy holds nothing that the original does not.
  assert.deepEqual(await probe.texts(), ['a', 'b']);
  await appendFile(file, 'c, lost by the tool itself\n');
  await copyFile(file, `${file}.1`);
  await truncate(file);
  await appendFile(file, 'd\n');
  const reading = await probe.read();
  assert.deepEqual(reading.candidates.map((line) => line.text()).sort(), ['a', 'b', 'c, lost by the tool itself', 'd']);
  assert.equal(reading.whole, true);
});

test('a file emptied without a copy proves no absence any more', async () => {
  const probe = await arm();
  await appendFile(file, 'a\n');
  await probe.read();
  await appendFile(file, 'lost\n');
  await truncate(file);
  await appendFile(file, 'this one is longer than all that stood in the file before it was emptied\n');
  const reading = await probe.read();
  assert.deepEqual(
    reading.candidates.map((line) => line.text().slice(0, 8)),
    ['a', 'this one'],
  );
  assert.equal(reading.whole, false);
  assert.match(reading.searched, /was emptied between two looks/);
});

test('a folder is followed with the files that appear in it, packed and hidden ones left out', async () => {
  const logs = join(folder, 'logs');
  await mkdir(logs);
  await writeFile(join(logs, 'worker-2026-01-01.log'), '=== log ===\nold\n');
  const probe = await arm('logs');
  await appendFile(join(logs, 'worker-2026-01-01.log'), 'a\n');
  await writeFile(join(logs, 'worker-2026-01-02.log'), '=== log ===\nb\n');
  await writeFile(join(logs, 'x.log.gz'), gzipSync('no\n'));
  await writeFile(join(logs, '.hidden'), 'no\n');
  await mkdir(join(logs, 'sub'));
  const { candidates } = await probe.read();
  assert.deepEqual(
    candidates.map((line) => [line.source, line.text()]),
    [
      ['worker-2026-01-01.log:3', 'a'],
      ['worker-2026-01-02.log:1', '=== log ==='],
      ['worker-2026-01-02.log:2', 'b'],
    ],
  );
});

test('a glob reads what it matches and nothing else', async () => {
  const probe = await arm('worker-*.log');
  await writeFile(join(folder, 'worker-1.log'), 'a\n');
  await writeFile(join(folder, 'other.log'), 'no\n');
  assert.deepEqual(await probe.texts(), ['a']);
});

test('a file that is not there is blind, and is read from its start once it is', async () => {
  const probe = await arm('late.log');
  assert.equal(await blind(probe.read()), 'error');
  await writeFile(join(folder, 'late.log'), 'first\n');
  assert.deepEqual(await probe.texts(), ['first']);
  const nowhere = await arm('no/such/folder/x.log');
  assert.equal(await blind(nowhere.read()), 'error');
  const empty = await arm('nothing-*.log');
  assert.equal(await blind(empty.read()), 'error');
});

test('a file or folder without permission is blind', {
  skip: process.platform === 'win32' ? 'no such permissions' : false,
}, async () => {
  const root = process.geteuid?.() === 0;
  const probe = await arm('late.log');
  await chmod(file, 0o000);
  await chmod(folder, 0o755);
  // Root may read everything, so it steps down for a moment.
  if (root) process.seteuid?.(65534);
  try {
    assert.equal(await blind(arm()), 'permission');
    if (root) process.seteuid?.(0);
    await chmod(folder, 0o000);
    if (root) process.seteuid?.(65534);
    assert.equal(await blind(probe.read()), 'permission');
    assert.equal(await blind(arm('worker-*.log')), 'permission');
  } finally {
    if (root) process.seteuid?.(0);
    await chmod(folder, 0o700);
  }
});

test('what is no file is never opened', async () => {
  await rm(file);
  const made = spawn('mkfifo', [file]);
  await once(made, 'exit');
  const probe = await arm();
  assert.equal(await blind(probe.read()), 'error');
});

test('a look at an aborted signal reads nothing', async () => {
  const probe = await log.open?.({ path: file }, testHost());
  assert.ok(probe !== undefined);
  opened.push(probe);
  await assert.rejects(probe.read({ path: file }, lookContext({ signal: AbortSignal.abort() })), {
    name: 'AbortError',
  });
});

test('looks made at once take no lines from each other', async () => {
  const probe = await arm();
  await appendFile(file, 'a\nb\n');
  const readings = await Promise.all([probe.read(), probe.read(), probe.read()]);
  assert.deepEqual(
    readings.map((reading) => reading.candidates.length),
    [2, 2, 2],
  );
});

test('more than 8 MB at once are read in more than one look, and said to be', async () => {
  const probe = await arm();
  await appendFile(file, `${'x'.repeat(1023)}\n`.repeat(9 * 1024));
  const first = await probe.read();
  assert.equal(first.whole, false);
  assert.match(first.searched, /grew by more than 8 MB/);
  const second = await probe.read();
  assert.deepEqual([second.candidates.length, second.whole], [9 * 1024, true]);
});

test('a run opens its probes a little after it took the moment before its send, and reads nothing back', async () => {
  const began = Date.now() - 5_000;
  const probe = await arm();
  const { candidates, searched } = await probe.read(new Date(began - 300));
  assert.deepEqual(candidates, []);
  assert.match(searched, /^0 lines of worker\.log since/);
  assert.ok(!searched.includes(new Date(began).toISOString().slice(11, 19)), searched);
});

test('a send older than the probe has the lines from before it read back', async () => {
  await appendFile(file, 'half');
  await writeFile(`${file}.1`, 'oldest\n');
  await utimes(`${file}.1`, 1, 1);
  await writeFile(`${file}.2`, 'older\n');
  const probe = await arm();
  await appendFile(file, ' a line\n');
  const texts = (reading: Reading): string[] => reading.candidates.map((line) => line.text()).sort();
  assert.deepEqual(texts(await probe.read(new Date(Date.now() - 1000))), ['half a line']);
  assert.deepEqual(texts(await probe.read(new Date(Date.now() - 60_000))), ['half a line', 'old 1', 'old 2', 'older']);
  const all = await probe.read(new Date(0));
  assert.deepEqual(texts(all), ['half a line', 'old 1', 'old 2', 'older', 'oldest']);
  assert.equal(all.whole, true);
  assert.deepEqual(texts(await probe.read()), ['half a line']);
});

test('reading back is bounded, begins with a whole line, and says so', async () => {
  await writeFile(file, `${'y'.repeat(1023)}\n`.repeat(9 * 1024));
  const probe = await arm();
  const back = await probe.read(new Date(0));
  assert.equal(back.whole, false);
  assert.match(back.searched, /only the latest 8 MB/);
  assert.ok(back.candidates.every((line) => line.text().length === 1023));
  assert.ok(back.candidates.length > 8000);
});

test('ten looks change neither the bytes nor the times of the files', async () => {
  const before = await stat(file);
  const bytes = await readFile(file);
  const probe = await arm();
  for (let count = 0; count < 10; count++) await probe.read(new Date(0));
  const now = await stat(file);
  assert.deepEqual([now.mtimeMs, now.ctimeMs, now.ino], [before.mtimeMs, before.ctimeMs, before.ino]);
  assert.ok(bytes.equals(await readFile(file)));
  assert.deepEqual(await readdir(folder), ['worker.log']);
});

test('closing lets go of every file, and a closed probe is blind', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async () => {
  const probe = await log.open?.({ path: file }, testHost());
  assert.ok(probe !== undefined);
  await rename(file, `${file}.1`);
  await writeFile(file, 'new\n');
  await probe.read({ path: file }, lookContext());
  assert.equal((await openFiles()).length, 2);
  await probe.close?.();
  assert.deepEqual(await openFiles(), []);
  assert.equal(await blind(probe.read({ path: file }, lookContext())), 'error');
});

test('beside a process that writes and rotates as fast as it can, every line is read exactly once', async () => {
  const program = `
    const fs = require('node:fs');
    const [path] = process.argv.slice(1);
    let fd = fs.openSync(path, 'a');
    for (let line = 0; line < 3000; line++) {
      const text = JSON.stringify({ line, note: 'é'.repeat(line % 50) }) + '\\n';
      const bytes = Buffer.from(text);
      fs.writeSync(fd, bytes, 0, 5);
      fs.writeSync(fd, bytes, 5);
      if (line % 500 === 499) {
        fs.closeSync(fd);
        for (let n = 8; n >= 1; n--) if (fs.existsSync(path + '.' + n)) fs.renameSync(path + '.' + n, path + '.' + (n + 1));
        fs.renameSync(path, path + '.1');
        fd = fs.openSync(path, 'a');
      }
    }
  `;
  const probe = await arm();
  const writer = spawn(process.execPath, ['-e', program, file], { stdio: 'inherit' });
  let running = true;
  const exited = once(writer, 'exit').then(() => (running = false));
  // Between two renames the file itself may be missing for a moment; what was armed is still followed.
  while (running) await probe.read();
  await exited;
  const { candidates, whole } = await probe.read();
  const numbers = candidates.flatMap((line) => {
    const picked = line.select('$.line');
    return picked.fits ? picked.values.map(Number) : [];
  });
  assert.equal(whole, true);
  assert.deepEqual(
    numbers.sort((a, b) => a - b),
    Array.from({ length: 3000 }, (_, index) => index),
  );
});

test('options are validated whole, and an unknown key is refused', () => {
  const schema = log.options as v.GenericSchema;
  assert.ok(v.safeParse(schema, { path: 'x', format: 'json', encoding: 'latin1' }).success);
  for (const bad of [{}, { path: '' }, { path: 'x', encoding: 'utf-99' }, { path: 'x', pth: 1 }]) {
    assert.equal(v.safeParse(schema, bad).success, false);
  }
});
