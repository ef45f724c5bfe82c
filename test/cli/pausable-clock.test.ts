import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pausable } from '../../smoke/cli/pausable-clock.ts';
import { createVirtualClock } from '../virtual-clock.ts';

test('time stands still during a pause, and a wait that was under way takes up its rest afterwards', async () => {
  const real = createVirtualClock();
  const clock = pausable(real);
  let done = false;
  const waited = clock.wait(100).then(() => {
    done = true;
  });
  await real.advance(60);
  const thinking = clock.pausedWhile(() => real.wait(1_000));
  await real.advance(500);
  assert.equal(clock.now(), 60);
  await real.advance(500);
  await thinking;
  assert.equal(done, false);
  await real.advance(39);
  assert.equal(done, false);
  await real.advance(1);
  await waited;
  assert.equal(clock.now(), 100);
});

test('a wait that begins in a pause begins behind it, and can be given up in it', async () => {
  const real = createVirtualClock();
  const clock = pausable(real);
  const thinking = clock.pausedWhile(() => real.wait(1_000));
  const given = new AbortController();
  const up = assert.rejects(clock.wait(10, given.signal), /enough/);
  const waited = clock.wait(10).then(() => clock.now());
  given.abort(new Error('enough'));
  await up;
  await real.advance(1_000);
  await thinking;
  await real.advance(10);
  assert.equal(await waited, 10);
});

test('a pause inside a pause ends with the outer one', async () => {
  const real = createVirtualClock();
  const clock = pausable(real);
  const thinking = clock.pausedWhile(() => clock.pausedWhile(() => real.wait(50)));
  await real.advance(50);
  await thinking;
  await real.advance(7);
  assert.equal(clock.now(), 7);
});
