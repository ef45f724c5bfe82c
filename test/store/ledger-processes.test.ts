// Ledgers of real processes: killed, frozen, and two at once.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { takeOver } from '../../smoke/store/ledger-file.ts';
import { isAlive, openEntries } from '../../smoke/store/ledger-read.ts';
import { tidyLedger } from '../../smoke/store/ledger-tidy.ts';
import { folder } from './ledger-record.ts';

const program = fileURLToPath(new URL('./hold-ledger.ts', import.meta.url));
const clock = { wall: (): Date => new Date() };

async function hold(t: TestContext, dir: string, run: string, ...markers: readonly string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [program, dir, run, hostname(), ...markers], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('kill -9 keeps the entry on disk and frees the lock at once', async (t) => {
  const dir = await folder(t);
  const child = await hold(t, dir, 'run1', 'smk-a');
  assert.equal(await isAlive(dir, 'run1', new Date()), true);
  await kill(child);
  assert.equal(await isAlive(dir, 'run1', new Date()), false);
  const { entries, living } = await openEntries(dir, new Date());
  assert.deepEqual(living, []);
  assert.deepEqual([entries[0]?.marker, entries[0]?.aliases.get('booking')], ['smk-a', 'b-smk-a']);
});

test('a frozen run stays alive, whatever its heartbeat says, and no sweeper gets its ledger', async (t) => {
  const dir = await folder(t);
  const child = await hold(t, dir, 'run1', 'smk-a');
  child.kill('SIGSTOP');
  const later = new Date(Date.now() + 3_600_000);
  assert.equal(await isAlive(dir, 'run1', later), true);
  const swept = await takeOver({ dir, run: 'run1', by: 'sweep1', clock: { wall: () => later } });
  assert.equal(swept, undefined);
  assert.deepEqual((await openEntries(dir, later)).entries, []);
  await kill(child);
  assert.equal((await openEntries(dir, later)).entries.length, 1);
});

test('of two runs at once each keeps its own, and only the dead one is offered for sweeping', async (t) => {
  const dir = await folder(t);
  const [first] = await Promise.all([hold(t, dir, 'run1', 'smk-a'), hold(t, dir, 'run2', 'smk-b')]);
  await kill(first);
  const { entries, living } = await openEntries(dir, new Date());
  assert.deepEqual(living, ['run2']);
  assert.deepEqual(
    entries.map((entry) => entry.marker),
    ['smk-a'],
  );
});

test('of several sweepers at once one gets the ledger, and the next one after it is done', async (t) => {
  const dir = await folder(t);
  await kill(await hold(t, dir, 'run1', 'smk-a'));
  const sweepers = ['s1', 's2', 's3'].map((by) => takeOver({ dir, run: 'run1', by, clock }));
  const got = (await Promise.all(sweepers)).filter((ledger) => ledger !== undefined);
  assert.equal(got.length, 1);
  await got[0]?.close();
  const next = await takeOver({ dir, run: 'run1', by: 's4', clock });
  assert.equal(next?.entries()[0]?.marker, 'smk-a');
  await next?.close();
});

test('a run killed before its first record leaves a lock that is tidied away, a living one is left alone', async (t) => {
  const dir = await folder(t);
  const child = await hold(t, dir, 'run1');
  const later = new Date(Date.now() + 120_000);
  await tidyLedger(dir, later);
  assert.deepEqual((await readdir(dir)).sort(), ['run1.beat', 'run1.lock']);
  await kill(child);
  await tidyLedger(dir, new Date());
  assert.equal((await readdir(dir)).length, 2, 'too young to be sure');
  await tidyLedger(dir, later);
  assert.deepEqual(await readdir(dir), []);
});
