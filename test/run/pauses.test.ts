// What a cleaning does where a host asks to be left alone, on virtual time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBudget } from '../../smoke/run/budget.ts';
import { createTimer, type Pauses, Withheld } from '../../smoke/run/look-timer.ts';
import { shortPauses } from '../../smoke/run/pauses.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

const host = 'http://127.0.0.1:4101';

function cleaningAt(clock: VirtualClock, rate = 10) {
  const budget = createBudget({ clock, rate });
  const timer = createTimer(clock);
  const told: string[] = [];
  const stop = new AbortController();
  const pauses = shortPauses(clock, (until) => told.push(until.toISOString()), stop.signal);
  const ask = (how: Pauses | undefined = pauses): Promise<number> =>
    timer.limited(
      1_000,
      new AbortController().signal,
      async (signal) => {
        const place = await timer.paused(signal, (onPause) => budget.take(host, signal, onPause));
        place.release();
        return clock.now();
      },
      { patience: 300_000, pauses: how },
    );
  return { budget, told, stop, ask };
}

test('a pause under a minute is waited for, and told once', async () => {
  const clock = createVirtualClock();
  const { budget, told, ask } = cleaningAt(clock);
  budget.pause(host, 40_000);
  assert.deepEqual(await clock.run(Promise.all([ask(), ask()])), [40_000, 40_100]);
  assert.deepEqual(told, [new Date(clock.wall().getTime() - 100).toISOString()]);
});

test('a longer pause ends the wait at once, also one that is asked for meanwhile', async () => {
  const clock = createVirtualClock();
  const { budget, told, ask } = cleaningAt(clock);
  budget.pause(host, 30_000);
  const early = assert.rejects(ask(), /the host asks to be left alone until .* at least/);
  await clock.advance(1_000);
  budget.pause(host, 3_600_000);
  await early;
  await assert.rejects(ask(), Withheld);
  assert.equal(clock.now(), 1_000);
  assert.equal(told.length, 1);
  assert.equal(clock.waiting(), 0);
});

test('a host that asks for another pause with each answer is given up after two minutes in all', async () => {
  const clock = createVirtualClock();
  const { budget, ask } = cleaningAt(clock);
  const asked = async (): Promise<void> => {
    for (;;) {
      budget.pause(host, 50_000);
      await ask();
    }
  };
  await assert.rejects(clock.run(asked()), Withheld);
  assert.ok(clock.now() < 120_000, `${clock.now()}`);
});

test('a signal ends a wait that is under way; a rate of a few a minute is no pause', async () => {
  const clock = createVirtualClock();
  const { ask } = cleaningAt(clock, 1 / 60);
  assert.deepEqual(await clock.run(Promise.all([ask(), ask(), ask()])), [0, 60_000, 120_000]);
  const paused = cleaningAt(clock);
  paused.budget.pause(host, 30_000);
  const ended = assert.rejects(paused.ask(), Withheld);
  paused.stop.abort();
  await ended;
  await assert.rejects(paused.ask(), Withheld);
  assert.equal(clock.now(), 120_000);
});
