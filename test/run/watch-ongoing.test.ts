// A hop where what was seen had not ended: it is looked at until it has, and nothing waits for that.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Body } from '../../smoke/core/events.ts';
import type { Look } from '../../smoke/core/look.ts';
import { startWatch, type Watching } from '../../smoke/run/watch.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { intact, journeyOf, ports, type Script, scenario, scripted } from './fixtures.ts';

const ongoing: Look =
  intact.kind === 'intact' ? { ...intact, evidence: { ...intact.evidence, ongoing: true } } : intact;

type Watched = { watching: Watching; clock: VirtualClock; events: Body[]; asked: number[] };

function watched(worker: Script, partner: Script): Watched {
  const clock = createVirtualClock();
  const events: Body[] = [];
  const withPorts = ports(clock, events);
  const [first, last] = [scripted('worker', worker, clock), scripted('partner', partner, clock, { destination: true })];
  const journey = journeyOf(scenario([first.hop, last.hop], {}), withPorts);
  const watching = startWatch(journey, [first, last], clock.now(), withPorts, new AbortController().signal);
  return { watching, clock, events, asked: first.asked };
}

function toldOf({ events }: Watched): (true | undefined)[] {
  return events.flatMap((event) =>
    event.type === 'look' && event.hop === 'worker' && event.look.kind === 'intact'
      ? [event.look.evidence.ongoing]
      : [],
  );
}

test('a request seen without its answer is told, and told again when the answer came', async () => {
  const run = watched(
    [
      { from: 0, look: ongoing },
      { from: 700, look: intact },
    ],
    [{ from: 100, look: intact }],
  );
  await run.clock.run(run.watching.settled);
  assert.deepEqual(toldOf(run), [true, undefined]);
  assert.equal(run.asked.filter((at) => at >= 700).length, 1, 'once it has ended it is left alone');
});

test('one that did not get through is looked at further: whoever sent it may try again', async () => {
  const failed: Look =
    intact.kind === 'intact' ? { ...intact, evidence: { ...intact.evidence, failed: true } } : intact;
  const run = watched(
    [
      { from: 0, look: failed },
      { from: 700, look: intact },
    ],
    [{ from: 100, look: intact }],
  );
  await run.clock.run(run.watching.settled);
  assert.deepEqual(toldOf(run), [undefined, undefined]);
  assert.equal(run.asked.filter((at) => at >= 700).length, 1);
});

test('one that never ends holds no verdict back, and is told once', async () => {
  const run = watched([{ from: 0, look: ongoing }], [{ from: 100, look: intact }]);
  await run.clock.run(run.watching.settled);
  assert.ok(run.clock.now() < 3_000, String(run.clock.now()));
  assert.deepEqual(toldOf(run), [true]);
  assert.equal(run.clock.waiting(), 0, 'no timer is left behind');
});

test('it counts as seen from its first look', async () => {
  const run = watched([{ from: 0, look: ongoing }], []);
  const [branch] = run.watching.branches;
  await run.clock.run(branch?.seen(() => true) ?? Promise.reject(new Error('no branch')));
  assert.equal(run.clock.now(), 0);
  await run.clock.run(run.watching.settled);
});
