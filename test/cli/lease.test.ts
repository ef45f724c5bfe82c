import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdLease } from '../../smoke/cli/lease.ts';
import { beatEvery } from '../../smoke/store/ledger-file.ts';
import { LedgerLost } from '../../smoke/store/ledger-writer.ts';
import { createVirtualClock } from '../virtual-clock.ts';

type Beat = () => Promise<'held' | 'lost'>;

function held(beat: Beat): { clock: ReturnType<typeof createVirtualClock>; ends: Error[]; end(): void } {
  const clock = createVirtualClock();
  const ends: Error[] = [];
  const lease = holdLease({ beat, file: 'run1.ndjson' }, clock, (reason) => ends.push(reason));
  return { clock, ends, end: lease.end };
}

test('the ledger is beaten for other hosts well within the minute that a heartbeat lasts', async () => {
  let beats = 0;
  const { clock, ends, end } = held(async () => {
    beats += 1;
    return 'held';
  });
  await clock.advance(4 * beatEvery);
  assert.equal(beats, 4);
  assert.ok(beatEvery <= 30_000);
  end();
  await clock.advance(4 * beatEvery);
  assert.equal(beats, 4, 'no longer than the work lasts');
  assert.deepEqual(ends, []);
});

test('a ledger that was taken over is told once, at the next beat', async () => {
  const { clock, ends } = held(async () => 'lost');
  await clock.advance(3 * beatEvery);
  assert.equal(ends.length, 1);
  assert.ok(ends[0] instanceof LedgerLost);
  assert.equal(clock.waiting(), 0);
});

test('a ledger that cannot be beaten ends the work with the cause', async () => {
  const { clock, ends } = held(() => Promise.reject(new Error('EIO')));
  await clock.advance(3 * beatEvery);
  assert.deepEqual(
    ends.map(({ message, cause }) => [message, cause instanceof Error && cause.message]),
    [['the ledger run1.ndjson could not be written', 'EIO']],
  );
});
