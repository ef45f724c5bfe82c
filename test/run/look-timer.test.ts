import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Blind } from '../../smoke/probes/plugin.ts';
import { createTimer, TimeUp, Withheld } from '../../smoke/run/look-timer.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const never = (): Promise<never> => new Promise(() => undefined);

test('work that takes too long is ended, also where it ignores its signal', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const ended = assert.rejects(timer.limited(1_000, new AbortController().signal, never), TimeUp);
  await clock.advance(999);
  await clock.advance(1);
  await ended;
  assert.equal(clock.waiting(), 0);
});

test('work that reacts when its time is over tells how far it came; an abort that it only passes on is the end of its time', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const working = (error: (reason: unknown) => unknown) =>
    timer.limited(1_000, new AbortController().signal, (signal) =>
      clock.wait(5_000, signal).catch((reason: unknown) => Promise.reject(error(reason))),
    );
  const half = new Blind('timeout', 'the answer began but never ended');
  await assert.rejects(clock.run(working(() => half)), half);
  await assert.rejects(clock.run(working((reason) => new Error('aborted', { cause: reason }))), TimeUp);
  assert.equal(clock.waiting(), 0);
});

test('waiting for the budget does not count against the work', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const work = timer.limited(
    1_000,
    new AbortController().signal,
    async (signal) => {
      await clock.wait(400, signal);
      await timer.paused(signal, () => clock.wait(2_500, signal));
      await clock.wait(500, signal);
      return 'done';
    },
    { patience: 3_000 },
  );
  assert.equal(await clock.run(work), 'done');
  assert.equal(clock.waiting(), 0);
});

test('a budget that never lets the work through makes it withheld, not timed out', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const work = timer.limited(1_000, new AbortController().signal, (signal) => timer.paused(signal, never));
  await assert.rejects(clock.run(work), Withheld);
  assert.equal(clock.now(), 1_000);
  assert.equal(clock.waiting(), 0);
});

test('the outer signal ends the work with its own reason', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const outer = new AbortController();
  const ended = assert.rejects(timer.limited(1_000, outer.signal, never), /stopped/);
  outer.abort(new Error('stopped'));
  await ended;
  assert.equal(clock.waiting(), 0);
});

test('a send waits for its turn longer than a look does', async () => {
  const clock = createVirtualClock();
  const timer = createTimer(clock);
  const work = timer.limitedAsking(1_000, new AbortController().signal, async (signal) => {
    await timer.paused(signal, () => clock.wait(60_000, signal));
    return 'sent';
  });
  assert.equal(await clock.run(work), 'sent');
});
