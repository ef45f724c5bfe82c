// The ledger of one run on a real disk.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger, type RunLedger, takeOver } from '../../smoke/store/ledger-file.ts';
import { recall } from '../../smoke/store/ledger-history.ts';
import { openEntries } from '../../smoke/store/ledger-read.ts';
import { folder, record } from './ledger-record.ts';

const clock = { wall: (): Date => new Date() };
const open = (dir: string, run = 'run1', mask?: (text: string) => string): Promise<RunLedger> =>
  openLedger({ dir, run, host: 'here', clock, ...(mask === undefined ? {} : { mask }) });
const sweeper = (dir: string, run = 'run1'): Promise<RunLedger | undefined> =>
  takeOver({ dir, run, host: 'here', by: 'sweep1', clock });

/** Leaves a ledger as a killed run would: its lock is free, its file stays. */
async function leave(dir: string, ...markers: readonly string[]): Promise<void> {
  const ledger = await open(dir);
  for (const marker of markers) await ledger.created(record(marker));
  await ledger.close();
}

test('a record is in the file when created resolves', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  t.after(() => ledger.close());
  await ledger.created(record('smk-a'));
  const text = await readFile(ledger.file, 'utf8');
  assert.match(text, /"type":"run","run":"run1","host":"here"/);
  assert.match(text, /"type":"created","scenario":"booking-note".*"marker":"smk-a".*\n$/);
});

test('a run that creates nothing leaves nothing', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  assert.deepEqual(await ledger.close(), { open: 0 });
  assert.deepEqual(await readdir(dir), []);
});

test('a run with nothing open leaves only the history, from which its aliases are recalled', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  await ledger.created(record('smk-a'));
  await ledger.alias('smk-a', 'booking', '8841');
  await ledger.computed('smk-a', { "date('+1d')": '2026-11-21' });
  await ledger.sent('smk-a', 'done');
  await ledger.verdict('smk-a', 'arrived');
  await ledger.cleaned('smk-a', { ok: true, destinationLacks: true });
  assert.deepEqual(await ledger.close(), { open: 0 });
  assert.deepEqual((await readdir(dir)).sort(), ['history.lock', 'history.ndjson']);
  const remembered = await recall(dir, 'smk-a');
  assert.deepEqual(remembered?.aliases, [['booking', '8841']]);
  assert.deepEqual(remembered?.computed, [["date('+1d')", '2026-11-21']]);
  assert.equal(await recall(dir, 'smk-b'), undefined);
});

test('a run with something open leaves its ledger for a sweeper, which finds what was learned', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  await ledger.created(record('smk-a'));
  await ledger.created(record('smk-b'));
  await ledger.alias('smk-a', 'booking', '8841');
  await ledger.computed('smk-a', new Map([['int(1, 4)', 3]]));
  await ledger.closed('smk-b');
  assert.deepEqual(await ledger.close(), { open: 1 });
  assert.equal((await recall(dir, 'smk-a'))?.aliases[0]?.[1], '8841');
  const { entries, living, finished } = await openEntries(dir, new Date(), 'here');
  assert.deepEqual([living, finished], [[], []]);
  assert.deepEqual(
    entries.map((entry) => [entry.marker, entry.state, entry.run, entry.destination]),
    [['smk-a', 'open', 'run1', 'partner']],
  );
  assert.equal(entries[0]?.computed.get('int(1, 4)'), 3);
});

test('a secret is never written: of an alias the name stays, a computed value goes, a path is refused', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir, 'run1', (text) => text.replaceAll('hunter22', '***'));
  await ledger.created(record('smk-a'));
  await ledger.alias('smk-a', 'token', undefined);
  await ledger.alias('smk-a', 'session', 'id=hunter22');
  await ledger.computed('smk-a', { 'base64(secret.X)': 'hunter22', 'uuid()': 'u1' });
  await assert.rejects(ledger.created(record('smk-b', { file: '/hunter22/x.yaml' })), /would hold a secret.*\*\*\*/);
  await ledger.close();
  const text = await readFile(ledger.file, 'utf8');
  assert.ok(!text.includes('hunter22'));
  const [entry] = (await openEntries(dir, new Date(), 'here')).entries;
  assert.deepEqual([...(entry?.withheld ?? [])], ['token', 'session']);
  assert.deepEqual([...(entry?.computed ?? [])], [['uuid()', 'u1']]);
});

test('a torn last line is ignored, and what a sweeper adds after it is read', async (t) => {
  const dir = await folder(t);
  await leave(dir, 'smk-a');
  await appendFile(join(dir, 'run1.ndjson'), '{"type":"created","scenario":"boo');
  assert.equal((await openEntries(dir, new Date(), 'here')).entries.length, 1);
  const taken = await sweeper(dir);
  await taken?.cleaned('smk-a', { ok: true, destinationLacks: true });
  await taken?.close();
  assert.equal((await openEntries(dir, new Date(), 'here')).entries[0]?.state, 'lingering');
});

test('a damaged line in the middle is reported and hides no other entry', async (t) => {
  const dir = await folder(t);
  await leave(dir, 'smk-a', 'smk-b');
  const file = join(dir, 'run1.ndjson');
  const lines = (await readFile(file, 'utf8')).split('\n');
  lines[1] = lines[1]?.slice(0, 40) ?? '';
  await writeFile(file, lines.join('\n'));
  const { entries, problems } = await openEntries(dir, new Date(), 'here');
  assert.deepEqual(
    entries.map((entry) => entry.marker),
    ['smk-b'],
  );
  assert.match(problems.join(), /run1\.ndjson has 1 damaged line/);
});

test('a ledger that cannot be read is reported and hides no other', async (t) => {
  const dir = await folder(t);
  await leave(dir, 'smk-a');
  await mkdir(join(dir, 'broken.ndjson'));
  await writeFile(join(dir, 'odd.ndjson'), '');
  await writeFile(join(dir, 'odd.lock'), 'not a lock of ours'.repeat(100));
  const { entries, problems } = await openEntries(dir, new Date(), 'here');
  assert.deepEqual(
    entries.map((entry) => entry.marker),
    ['smk-a'],
  );
  assert.equal(problems.length, 2);
  assert.match(problems[0] ?? '', /cannot read the ledger .*broken\.ndjson/);
  assert.match(problems[1] ?? '', /cannot lock .*odd\.lock.*not a database/);
});

test('a burst of records is written whole and in order', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  const markers = Array.from({ length: 500 }, (_, index) => `smk-${index}`);
  await Promise.all(markers.map((marker) => ledger.created(record(marker))));
  await ledger.close();
  const { entries, problems } = await openEntries(dir, new Date(), 'here');
  assert.deepEqual(
    entries.map((entry) => entry.marker),
    markers,
  );
  assert.deepEqual(problems, []);
});

test('a folder that cannot be written stops the run with the path in the error', async (t) => {
  const dir = await folder(t);
  await writeFile(join(dir, 'file'), '');
  await assert.rejects(open(join(dir, 'file', 'ledger')), /cannot make the ledger folder .*file.ledger/);
  const ledger = await open(dir);
  t.after(() => ledger.close());
  await mkdir(ledger.file);
  await assert.rejects(
    ledger.created(record('smk-a')),
    /cannot write to the ledger .*run1\.ndjson.*nothing may be sent/,
  );
});

test('a folder without permission to write stops the run', {
  skip: process.getuid?.() === 0 ? 'root may write everywhere' : false,
}, async (t) => {
  const dir = await folder(t);
  await chmod(dir, 0o500);
  await assert.rejects(open(dir), /cannot lock .*run1\.lock/);
});

const small = spawnSync('mount', ['--version']).status === 0 && process.getuid?.() === 0;

test('a full disk rejects the record, and the same ledger goes on when there is room again', {
  skip: small ? false : 'needs root and mount for a small file system',
}, async (t) => {
  const dir = await folder(t);
  const disk = join(dir, 'disk');
  await mkdir(disk);
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  if (mounted.status !== 0) return t.skip('this machine does not let root mount a tmpfs');
  try {
    const ledger = await open(disk);
    await ledger.created(record('smk-a'));
    await writeFile(join(disk, 'filler'), Buffer.alloc(65_536)).catch(ignoreFull);
    const long = 'x'.repeat(20_000);
    await assert.rejects(ledger.created(record('smk-b', { scenario: long })), /run1\.ndjson.*ENOSPC/);
    assert.equal(await ledger.beat(), 'held');
    await rm(join(disk, 'filler'));
    await ledger.created(record('smk-c'));
    await ledger.close();
    const { entries } = await openEntries(disk, new Date(), 'here');
    assert.deepEqual(
      entries.map((entry) => entry.marker),
      ['smk-a', 'smk-c'],
    );
  } finally {
    spawnSync('umount', [disk]);
  }
});

function ignoreFull(error: unknown): void {
  assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOSPC');
}

test('a run finds out at its next beat, and at its next record, that its ledger was taken over', async (t) => {
  const dir = await folder(t);
  const ledger = await open(dir);
  await ledger.created(record('smk-a'));
  assert.equal(await ledger.beat(), 'held');
  await appendFile(ledger.file, '{"type":"taken","by":"sweep9","host":"there","at":"2026-11-20T12:00:00.000Z"}\n');
  await assert.rejects(ledger.created(record('smk-b')), /taken over/);
  assert.equal(await ledger.beat(), 'lost');
  await assert.rejects(ledger.closed('smk-a'), /taken over/);
  await ledger.close();
  // What was lost is the sweeper's: the run removes nothing.
  assert.ok((await readdir(dir)).includes('run1.ndjson'));
});

test('a ledger that is taken over in the very moment of a write is lost, wherever the line came to stand', async (t) => {
  const dir = await folder(t);
  const taken = '{"type":"taken","by":"sweep9","host":"there","at":"2026-11-20T12:00:00.000Z"}\n';
  for (let n = 0; n < 40; n += 1) {
    const ledger = await open(dir, `run${n}`);
    await ledger.created(record('smk-a'));
    const writes = ['booking', 'job', 'reservation'].map((name) => ledger.alias('smk-a', name, name.repeat(n)));
    await Promise.allSettled([...writes, appendFile(ledger.file, taken)]);
    assert.equal(await ledger.beat(), 'lost', await readFile(ledger.file, 'utf8'));
    await ledger.close();
  }
});

test('a ledger that vanished or was replaced is an error to its run, and not taken for a sweeper’s work', async (t) => {
  const dir = await folder(t);
  const gone = await open(dir, 'gone');
  await gone.created(record('smk-a'));
  await rm(gone.file);
  await assert.rejects(gone.beat(), /it was removed or replaced while the run was at work/);
  await gone.close();
  const replaced = await open(dir, 'replaced');
  await replaced.created(record('smk-a'));
  await writeFile(`${replaced.file}.copy`, await readFile(replaced.file));
  await rename(`${replaced.file}.copy`, replaced.file);
  await assert.rejects(replaced.beat(), /it was removed or replaced while the run was at work/);
  await replaced.close();
});

test('a run on another host is alive while its heartbeat is younger than a minute', async (t) => {
  const dir = await folder(t);
  const ledger = await openLedger({ dir, run: 'run1', host: 'there', clock });
  await ledger.created(record('smk-a'));
  const { mtimeMs: beat } = await stat(join(dir, 'run1.beat'));
  const copy = join(dir, 'copy');
  await mkdir(copy);
  // Seen through a network file system that does not carry locks: the same files, the lock free.
  for (const name of ['run1.ndjson', 'run1.beat']) {
    assert.equal(spawnSync('cp', ['-p', join(dir, name), copy]).status, 0);
  }
  await ledger.close();
  const at = async (ms: number, host: string): Promise<number> =>
    (await openEntries(copy, new Date(beat + ms), host)).living.length;
  assert.equal(await at(59_000, 'here'), 1);
  assert.equal(await at(-3_600_000, 'here'), 1);
  assert.equal(await at(61_000, 'here'), 0);
  assert.equal(await at(1_000, 'there'), 0);
});

test('the last sweep closes the ledger and tidies its files away', async (t) => {
  const dir = await folder(t);
  await leave(dir, 'smk-a');
  const taken = await sweeper(dir);
  assert.equal(await sweeper(dir), undefined);
  assert.deepEqual((await openEntries(dir, new Date(), 'here')).living, ['run1']);
  await taken?.alias('smk-a', 'booking', '8841');
  await taken?.cleaned('smk-a', { ok: true, destinationLacks: true, arrived: true });
  assert.deepEqual(await taken?.close(), { open: 0 });
  assert.deepEqual((await readdir(dir)).sort(), ['history.lock', 'history.ndjson']);
  assert.equal(await sweeper(dir), undefined);
});

test('a name that leads out of the folder names no run', async (t) => {
  const dir = await folder(t);
  for (const run of ['', '../x', 'a/b', '.x', 'history', 'a.b'])
    await assert.rejects(open(dir, run), /cannot name a run/, run);
});
