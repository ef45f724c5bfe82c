import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { createReadings } from '../../smoke/run/readings.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const empty: Reading = { candidates: [], whole: true, searched: 'nothing', cost: { requests: 1, bytes: 0, ms: 0 } };

test('markers that look at one list at the same moment share one request', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  let reads = 0;
  const read = async (): Promise<Reading> => {
    reads += 1;
    await clock.wait(50);
    return empty;
  };
  const { signal } = new AbortController();
  const all = await clock.run(Promise.all(Array.from({ length: 20 }, () => readings.take('list', 100, read, signal))));
  assert.equal(reads, 1);
  assert.equal(all.length, 20);
});

test('nobody gets a reading that began before they asked', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  const read = async (): Promise<Reading> => {
    await clock.wait(500);
    return empty;
  };
  const { signal } = new AbortController();
  const early = readings.take('list', 100, read, signal);
  await clock.advance(200);
  const late = readings.take('list', 100, read, signal);
  await clock.run(Promise.all([early, late]));
  assert.equal((await early).began, 0);
  assert.ok((await late).began >= 200, String((await late).began));
});

test('a reading that waits for its turn begins when it is first let go, and not when it was wanted', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  const { signal } = new AbortController();
  const read = async (_: AbortSignal, onGranted: () => void): Promise<Reading> => {
    for (let requests = 0; requests < 2; requests += 1) {
      await clock.wait(700);
      onGranted();
    }
    return empty;
  };
  assert.equal((await clock.run(readings.take('list', 100, read, signal))).began, 700);
});

test('two readings of one list begin at least the gap apart', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  const { signal } = new AbortController();
  const take = (): Promise<{ began: number }> => readings.take('list', 100, async () => empty, signal);
  const first = await clock.run(take());
  const second = await clock.run(take());
  assert.equal(second.began - first.began, 100);
});

test('a reading goes on while somebody waits for it, and is aborted when nobody does', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  let aborted = false;
  const read = async (signal: AbortSignal): Promise<Reading> => {
    await clock.wait(1_000, signal).catch((error: unknown) => {
      aborted = true;
      throw error;
    });
    return empty;
  };
  const [one, two] = [new AbortController(), new AbortController()];
  const first = assert.rejects(readings.take('list', 0, read, one.signal), /left/);
  const second = assert.rejects(readings.take('list', 0, read, two.signal), /left/);
  await clock.advance(10);
  one.abort(new Error('left'));
  await first;
  assert.equal(aborted, false);
  two.abort(new Error('left'));
  await second;
  await clock.advance(0);
  assert.equal(aborted, true);
});

test('a failed reading fails for all who waited, and the next one is made anew', async () => {
  const clock = createVirtualClock();
  const readings = createReadings(clock);
  const { signal } = new AbortController();
  const failing = (): Promise<Reading> => Promise.reject(new Error('refused'));
  const waiters = [readings.take('list', 0, failing, signal), readings.take('list', 0, failing, signal)];
  for (const waiter of waiters) await assert.rejects(waiter, /refused/);
  assert.deepEqual((await clock.run(readings.take('list', 0, async () => empty, signal))).reading, empty);
});
