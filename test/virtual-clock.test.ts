// The virtual clock itself: other tests lean on it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createVirtualClock } from './virtual-clock.ts';

test('a wait ends only when time has been moved past it', async () => {
  const clock = createVirtualClock();
  let done = false;
  const waited = clock.wait(100).then(() => {
    done = true;
  });
  await clock.advance(99);
  assert.equal(done, false);
  await clock.advance(1);
  assert.equal(done, true);
  await waited;
  assert.equal(clock.now(), 100);
  assert.equal(clock.wall().toISOString(), '2026-01-05T12:00:00.100Z');
});

test('timers fire in the order of their moments, and what one starts in between has its turn', async () => {
  const clock = createVirtualClock();
  const fired: string[] = [];
  const late = clock.wait(30).then(() => fired.push(`late at ${clock.now()}`));
  const early = clock.wait(10).then(async () => {
    fired.push(`early at ${clock.now()}`);
    await clock.wait(5);
    fired.push(`follow-up at ${clock.now()}`);
  });
  await clock.advance(50);
  await Promise.all([late, early]);
  assert.deepEqual(fired, ['early at 10', 'follow-up at 15', 'late at 30']);
});

test('run jumps through as many waits as the promise needs', async () => {
  const clock = createVirtualClock();
  const twoMinutes = async (): Promise<number> => {
    for (let second = 0; second < 120; second++) await clock.wait(1_000);
    return clock.now();
  };
  assert.equal(await clock.run(twoMinutes()), 120_000);
});

test('an aborted wait rejects with the reason of its signal and leaves no timer', async () => {
  const clock = createVirtualClock();
  const stop = new AbortController();
  const waited = clock.wait(1_000, stop.signal);
  stop.abort(new Error('stopped by the test'));
  await assert.rejects(waited, /stopped by the test/);
  await assert.rejects(clock.wait(1, stop.signal), /stopped by the test/);
  assert.equal(clock.waiting(), 0);
});

test('run passes a rejection on and holds time still while the test says it is busy', async () => {
  let busy = true;
  const clock = createVirtualClock({ busy: () => busy });
  const realWork = new Promise<number>((resolve) =>
    setTimeout(() => {
      busy = false;
      resolve(clock.now());
    }, 20),
  );
  const timer = clock.wait(10);
  assert.equal(await clock.run(realWork), 0);
  await clock.run(timer);
  await assert.rejects(clock.run(Promise.reject(new Error('no'))), /no/);
});
