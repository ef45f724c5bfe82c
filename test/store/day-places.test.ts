// Places of a day's limit: counted over all runs on a folder, also by processes at once, and after a crash.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type DayPlaces, takeDayPlaces } from '../../smoke/store/day-places.ts';
import { openLedger } from '../../smoke/store/ledger-file.ts';
import { openEntries } from '../../smoke/store/ledger-read.ts';
import { takeLock } from '../../smoke/store/run-lock.ts';
import { folder, record } from './ledger-record.ts';

const program = fileURLToPath(new URL('./take-places.ts', import.meta.url));
const start = Date.parse('2026-11-20T12:00:00.000Z');
const hour = 3_600_000;

function take(
  dir: string,
  run: string,
  wanted: number,
  more: { after?: number; most?: number; scenario?: string } = {},
): Promise<DayPlaces> {
  const { after = 0, most = 5, scenario = 'booking' } = more;
  const clock = { wall: () => new Date(start + after), wait: async () => undefined };
  return takeDayPlaces({ dir, run, scenario, wanted, most, clock });
}

test('places are counted over all runs, for each scenario of its own', async (t) => {
  const dir = await folder(t);
  assert.equal((await take(dir, 'run1', 3)).granted, 3);
  const second = await take(dir, 'run2', 3);
  assert.deepEqual([second.granted, second.made], [2, 3]);
  assert.equal((await take(dir, 'run3', 1)).granted, 0);
  assert.equal((await take(dir, 'run3', 1, { scenario: 'other' })).granted, 1);
});

test('a place counts for 24 hours', async (t) => {
  const dir = await folder(t);
  await take(dir, 'run1', 5);
  assert.equal((await take(dir, 'run2', 1, { after: 24 * hour - 1_000 })).granted, 0);
  assert.equal((await take(dir, 'run3', 9, { after: 24 * hour })).granted, 5);
});

test('places that were not needed serve another run', async (t) => {
  const dir = await folder(t);
  const first = await take(dir, 'run1', 5);
  await first.giveBack(4);
  await first.giveBack(0);
  assert.equal((await take(dir, 'run2', 9)).granted, 4);
});

test('records of runs without a limit count too, at work, left behind and cleaned up, and none twice', async (t) => {
  const dir = await folder(t);
  const clock = { wall: () => new Date(start) };
  const sentAt = clock.wall().toISOString();
  const created = async (run: string, markers: readonly string[], close: boolean): Promise<void> => {
    const ledger = await openLedger({ dir, run, clock });
    for (const marker of markers) {
      await ledger.created({ ...record(marker), scenario: 'booking', sentAt });
      if (close) await ledger.closed(marker);
    }
    await ledger.close();
  };
  await created('kept', ['smk-a'], false);
  await created('done', ['smk-b', 'smk-c'], true);
  assert.match(await readFile(join(dir, 'history.ndjson'), 'utf8'), /smk-c/);
  const places = await take(dir, 'mine', 1);
  assert.deepEqual([places.granted, places.made], [1, 3]);
  // What the places stand for is created now, and is not counted beside them.
  await created('mine', ['smk-d'], true);
  assert.equal((await take(dir, 'run2', 9)).made, 4);
});

test('a torn or damaged line is no place, and swallows none that comes after it', async (t) => {
  const dir = await folder(t);
  await take(dir, 'run1', 1);
  const file = join(dir, 'limits.ndjson');
  await appendFile(file, '{"type":"places","run":"run2","scenario":"booking","cou');
  assert.equal((await take(dir, 'run3', 1)).made, 1);
  assert.equal((await take(dir, 'run4', 9)).granted, 3);
  await appendFile(file, 'nonsense\n{"type":"places","count":"many"}\n[]\n');
  assert.equal((await take(dir, 'run5', 1)).made, 5);
});

test('a torn line of a run’s ledger hides no record', async (t) => {
  const dir = await folder(t);
  const ledger = await openLedger({ dir, run: 'kept', clock: { wall: () => new Date(start) } });
  await ledger.created({ ...record('smk-a'), scenario: 'booking', sentAt: new Date(start).toISOString() });
  await ledger.close();
  await appendFile(join(dir, 'kept.ndjson'), '{"type":"created","mar');
  assert.equal((await take(dir, 'run1', 1)).made, 1);
});

test('a clock that was ahead by years blocks nothing for years', async (t) => {
  const dir = await folder(t);
  await take(dir, 'run1', 5, { after: 20_000 * hour });
  assert.equal((await take(dir, 'run2', 1)).granted, 1);
});

test('the file stays small', async (t) => {
  const dir = await folder(t);
  const old = JSON.stringify({
    type: 'places',
    run: 'x',
    scenario: 'booking',
    count: 1,
    at: '2026-01-01T00:00:00.000Z',
  });
  const file = join(dir, 'limits.ndjson');
  await writeFile(file, `${old}\n`.repeat(4_000));
  await take(dir, 'run1', 2);
  assert.equal((await readFile(file, 'utf8')).split('\n').filter((line) => line !== '').length, 1);
  assert.equal((await take(dir, 'run2', 9)).made, 2);
});

test('the files of the limit are taken for no run', async (t) => {
  const dir = await folder(t);
  await take(dir, 'run1', 2);
  const { entries, finished, living, problems } = await openEntries(dir, new Date(start));
  assert.deepEqual([entries, finished, living, problems], [[], [], [], []]);
  await assert.rejects(openLedger({ dir, run: 'limits', clock: { wall: () => new Date() } }), /cannot name a run/);
});

test('a lock that is never released is told, and no place is given', async (t) => {
  const dir = await folder(t);
  await take(dir, 'run1', 1);
  const lock = takeLock(join(dir, 'limits.lock'));
  t.after(() => lock?.release());
  let waits = 0;
  const clock = {
    wall: () => new Date(start),
    wait: async () => {
      waits += 1;
      if (waits === 3) lock?.release();
    },
  };
  const request = { dir, run: 'run2', scenario: 'booking', wanted: 9, most: 5, clock };
  assert.equal((await takeDayPlaces(request)).granted, 4);
});

test('of several runners at once, exactly as many get a place as there are', async (t) => {
  const dir = await folder(t);
  const run = promisify(execFile);
  const ended = await Promise.all(
    Array.from({ length: 6 }, (_, n) => run(process.execPath, [program, dir, `run${n}`, '2', '7'])),
  );
  const granted = ended.map(({ stdout }) => Number(stdout));
  assert.equal(
    granted.reduce((sum, one) => sum + one, 0),
    7,
  );
  assert.ok((await readdir(dir)).includes('limits.ndjson'));
});
