// What a sweep tells while it waits: on a terminal and elsewhere, on virtual time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepProgress } from '../../smoke/cli/sweep-progress.ts';
import type { World } from '../../smoke/cli/world.ts';
import { createBudget } from '../../smoke/run/budget.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const host = 'http://desk.example:8080';
const never = new AbortController().signal;
const plain = (text: string): string => text;

/** `tty`: standard error is a terminal of 60 columns. */
function watching(tty: boolean) {
  const clock = createVirtualClock();
  let written = '';
  const write = (text: string): void => {
    written += text;
  };
  const stderr = { write, tty, columns: () => 60, rows: () => 24 };
  const progress = sweepProgress({ stderr, env: {} } as unknown as World, clock, plain);
  return { clock, progress, written: () => written, budget: progress.watched(createBudget({ clock, rate: 1 })) };
}

test('off a terminal nothing is said for a while, then which record it is at, what it waits for, and since when', async () => {
  const { clock, progress, written, budget } = watching(false);
  progress.at('record 1 of 3, smk-1: looking whether it is there');
  await clock.advance(14_000);
  assert.equal(written(), '');
  await clock.advance(2_000);
  assert.equal(written(), 'smoketrail: 15 s record 1 of 3, smk-1: looking whether it is there\n');
  budget.pause(host, 40_000);
  assert.match(written(), /\nsmoketrail: desk\.example:8080 \(it asks to be left alone for 40 s\)\n$/);
  const place = budget.take(host, never);
  await clock.advance(20_000);
  assert.match(
    written(),
    /smoketrail: 14 s waiting for desk\.example:8080 \(it asks to be left alone for 26 s\): record 1 of 3, smk-1: .*\n$/,
  );
  await clock.advance(30_000);
  (await place).release();
  const before = written();
  progress.end();
  await clock.advance(60_000);
  assert.equal(written(), before);
});

test('on a terminal one line is redrawn, cut to its width, and makes room for what stays', async () => {
  const { clock, progress, written, budget } = watching(true);
  progress.at('record 2 of 3, smk-2: clean DELETE /bookings/8841');
  await budget.take(host, never);
  const place = budget.take(host, never);
  await clock.advance(800);
  const frames = written().split('\r\u001b[K').slice(1);
  assert.deepEqual(frames.at(-1), '1 s waiting for desk.example:8080 (its share of requests): ');
  assert.ok(frames.length >= 2);
  progress.clear();
  assert.ok(written().endsWith('\r\u001b[K'));
  progress.end();
  await clock.advance(10_000);
  (await place).release();
  assert.ok(written().endsWith('\r\u001b[K'));
});
