// What one watch of a line of hops sees, when, and how it ends.
// Over 300 lines because every test goes through the one way to run a watch on virtual time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LookAt } from '../../smoke/core/answer.ts';
import type { Body } from '../../smoke/core/events.ts';
import type { Look } from '../../smoke/core/look.ts';
import { startWatch, type WatchedHop } from '../../smoke/run/watch.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import { createVirtualClock } from '../virtual-clock.ts';
import {
  absent,
  blind,
  intact,
  journeyOf,
  ports,
  type Script,
  scenario,
  scripted,
  stripped,
  twice,
} from './fixtures.ts';

type Run = { looks: LookAt[]; ended: number; asked: Record<string, number[]>; events: Body[] };

/** Watches a route whose last hop is the destination; every hop shows what its script says. */
async function watch(
  scripts: Record<string, Script>,
  times: Partial<Scenario['times']> = {},
  close: 'unseen' | 'every' | undefined = undefined,
  lag = 0,
  aliases: readonly [string, string][] = [],
): Promise<Run> {
  const clock = createVirtualClock();
  const events: Body[] = [];
  const withPorts = ports(clock, events);
  const names = Object.keys(scripts);
  const hops = names.map((name, index) =>
    scripted(name, scripts[name] ?? [], clock, { destination: index === names.length - 1, lag }),
  );
  const journey = journeyOf(
    scenario(
      hops.map(({ hop }) => hop),
      times,
    ),
    withPorts,
  );
  const watching = startWatch(journey, hops as WatchedHop[], clock.now(), withPorts, new AbortController().signal);
  await clock.run(watching.settled);
  const ended = clock.now();
  for (const [name, value] of aliases) journey.aliases.set(name, value);
  if (close !== undefined) await clock.run(watching.close(close));
  assert.equal(clock.waiting(), 0, 'no timer is left behind');
  const asked = Object.fromEntries(hops.map(({ hop, asked: times }) => [hop.name, times]));
  return { looks: watching.looks(), ended, asked, events };
}

function of(run: Run, hop: string): LookAt[] {
  return run.looks.filter((look) => look.hop === hop);
}

test('an arrival is confirmed after the confirm time, and not before', async () => {
  const run = await watch({ partner: [{ from: 500, look: intact }] });
  const kinds = of(run, 'partner').map(({ look, why }) => `${look.kind} ${why}`);
  assert.equal(kinds[0], 'absent first');
  assert.deepEqual(kinds.slice(-2), ['intact poll', 'intact confirm']);
  const [seen, confirmed] = of(run, 'partner').slice(-2);
  assert.equal((confirmed?.since ?? 0) - (seen?.since ?? 0), 2_000);
});

test('with confirm 0s the first intact look ends the watch', async () => {
  const run = await watch({ partner: [{ from: 0, look: intact }] }, { confirm: 0 });
  assert.equal(run.ended, 0);
  assert.equal(run.looks.length, 1);
});

test('a look begins at the deadline and one at the end of grace, whatever the backoff', async () => {
  const run = await watch({ partner: [] }, { deadline: 7_000, grace: 3_000 });
  const since = of(run, 'partner').map((look) => look.since);
  assert.ok(since.includes(7_000), String(since));
  assert.equal(since.at(-1), 10_000);
  assert.equal(of(run, 'partner').find((look) => look.since === 7_000)?.why, 'deadline');
  assert.equal(of(run, 'partner').at(-1)?.why, 'closing');
  assert.equal(run.ended, 10_000);
});

test('a stripped record ends the watch when it has stayed so for the settle time', async () => {
  const run = await watch({ partner: [{ from: 1_000, look: stripped }] });
  const first = of(run, 'partner').find(({ look }) => look.kind === 'stripped');
  assert.ok(run.ended >= (first?.since ?? 0) + 2_000);
  assert.ok(run.ended < 10_000, String(run.ended));
});

test('a note filled in within the settle time is intact in the end', async () => {
  const run = await watch({
    partner: [
      { from: 0, look: stripped },
      { from: 1_500, look: intact },
    ],
  });
  assert.equal(of(run, 'partner').at(-1)?.look.kind, 'intact');
  assert.equal(of(run, 'partner').at(-1)?.why, 'confirm');
});

test('a record that vanishes before it is confirmed is watched until it has stayed away for the settle time', async () => {
  const run = await watch({
    partner: [
      { from: 0, look: intact },
      { from: 1_000, look: absent },
    ],
  });
  const kinds = of(run, 'partner').map(({ look }) => look.kind);
  assert.equal(kinds[0], 'intact');
  assert.ok(kinds.filter((kind) => kind === 'absent').length >= 2, String(kinds));
  assert.ok(run.ended >= 4_000 && run.ended < 6_000, String(run.ended));
});

test('a blind confirming look is repeated and revokes nothing', async () => {
  const run = await watch({
    partner: [
      { from: 0, look: intact },
      { from: 1_500, look: blind },
      { from: 4_000, look: intact },
    ],
  });
  const kinds = of(run, 'partner').map(({ look }) => look.kind);
  assert.equal(kinds.at(-1), 'intact');
  assert.ok(kinds.includes('blind'));
  assert.ok(!kinds.includes('absent'));
});

test('a second copy found while confirming is let settle', async () => {
  const run = await watch({
    partner: [
      { from: 0, look: intact },
      { from: 1_000, look: twice },
    ],
  });
  const last = of(run, 'partner').at(-1)?.look;
  assert.equal(last?.kind === 'intact' ? last.evidence.copies : undefined, 2);
});

test('a hop that hangs delays no other', async () => {
  const run = await watch({ web: [{ from: 0, look: blind, takes: 9_000 }], partner: [{ from: 300, look: intact }] });
  assert.ok((of(run, 'partner').find(({ look }) => look.kind === 'intact')?.since ?? 9_999) < 1_000);
  assert.ok(run.ended <= 5_000, `waited ${run.ended} ms`);
});

test('once the record has arrived, a hop that hangs is not waited for longer than two seconds, and is not called absent', async () => {
  const run = await watch(
    { web: [{ from: 0, look: intact, takes: 60_000 }], partner: [{ from: 0, look: intact }] },
    { confirm: 0 },
  );
  assert.equal(run.ended, 2_000);
  assert.deepEqual(
    of(run, 'web').map(({ look }) => look.kind),
    ['not-made'],
  );
});

test('of a look that had no end when the watch was over it is not said that the record had arrived', async () => {
  const times = { deadline: 3_000, grace: 0 };
  const hangs = await watch({ queue: [{ from: 2_000, look: absent, takes: 60_000 }], partner: [] }, times, 'unseen');
  const [last] = of(hangs, 'queue').slice(-1);
  assert.ok(last?.look.kind === 'blind' && last.why === 'closing');
  assert.equal(last.look.fault.kind, 'timeout');
  assert.match(
    last.look.fault.message,
    /^queue: the watch was over, and this look had not ended \d{4} ms after it began$/,
  );

  const mute: Script = [
    { from: 0, look: blind },
    { from: 2_500, look: absent, takes: 60_000 },
  ];
  const answers = async (partner: Script, close?: 'unseen'): Promise<Look | undefined> =>
    of(await watch({ queue: mute, partner }, times, close), 'queue').at(-1)?.look;
  const lost = await answers([], 'unseen');
  assert.ok(lost?.kind === 'blind');
  assert.match(lost.fault.message, /^no answer; the watch was over, and this look had not ended/);
  const arrived = await answers([{ from: 2_900, look: intact }]);
  assert.ok(arrived?.kind === 'blind');
  assert.match(arrived.fault.message, /^no answer; the record had arrived, so this look was not waited for$/);
});

test('a closing look that is not waited for says that the record had arrived, where it had', async () => {
  const queue: Script = [
    { from: 0, look: absent },
    { from: 2_000, look: absent, takes: 60_000 },
  ];
  const run = await watch({ queue, partner: [{ from: 0, look: stripped }] }, {}, 'unseen');
  assert.deepEqual(of(run, 'queue').at(-1)?.look, {
    kind: 'not-made',
    why: 'the record had arrived, so this look was not waited for',
  });
});

test('a closing look that lacked an alias is made when a slow send has told it, and only then', async () => {
  const unknown: Look = { kind: 'not-made', why: 'booking is not known yet' };
  const script: Script = [{ from: 0, look: unknown }];
  const times = { deadline: 1_000, grace: 0 };
  const closings = (run: Run): number => of(run, 'partner').filter(({ why }) => why === 'closing').length;
  assert.equal(closings(await watch({ partner: script }, times, 'every')), 1);
  assert.equal(closings(await watch({ partner: script }, times, 'every', 0, [['booking', '8841']])), 2);
});

test('before a failing verdict every hop is looked at once more, not before its lag is over', async () => {
  const run = await watch(
    { web: [{ from: 0, look: intact }], partner: [] },
    { deadline: 1_000, grace: 0 },
    'every',
    30_000,
  );
  for (const hop of ['web', 'partner']) {
    const closing = of(run, hop).at(-1);
    assert.equal(closing?.why, 'closing', hop);
    assert.equal(closing?.since, 30_000, hop);
  }
});

test('an absence seen before the lag is over proves nothing', async () => {
  const run = await watch({ partner: [] }, { deadline: 1_000, grace: 0 }, 'every', 30_000);
  const looks = of(run, 'partner').map(({ look }) => (look.kind === 'absent' ? look.proves : undefined));
  assert.ok(looks.slice(0, -1).every((proves) => proves === false));
  assert.equal(looks.at(-1), true);
});

test('an outcome is told when it changes, with the looks that stood before it', async () => {
  const run = await watch({ partner: [{ from: 3_000, look: intact }] });
  const told = run.events.filter((event) => event.type === 'look');
  assert.deepEqual(
    told.map((event) => event.look.kind),
    ['absent', 'intact', 'intact'],
  );
  const looksBefore = run.looks.filter(({ look }) => look.kind === 'absent').length;
  assert.equal(told[1]?.looks, looksBefore + 1);
  assert.equal(told[1]?.cost.requests, looksBefore + 1);
});

test('a signal ends the watch at once', async () => {
  const clock = createVirtualClock();
  const withPorts = ports(clock);
  const partner = scripted('partner', [], clock, { destination: true });
  const stop = new AbortController();
  const watching = startWatch(journeyOf(scenario([partner.hop]), withPorts), [partner], 0, withPorts, stop.signal);
  const ended = assert.rejects(watching.settled, /SIGINT/);
  await clock.advance(1_000);
  stop.abort(new Error('SIGINT'));
  await ended;
  assert.equal(clock.waiting(), 0);
});

test('an alias that is learned wakes the hops that wait', async () => {
  const clock = createVirtualClock();
  const withPorts = ports(clock);
  const partner = scripted('partner', [], clock, { destination: true });
  const journey = journeyOf(scenario([partner.hop], { deadline: 60_000, grace: 0 }), withPorts);
  const stop = new AbortController();
  const watching = startWatch(journey, [partner], 0, withPorts, stop.signal);
  await clock.advance(20_000);
  const before = partner.asked.length;
  for (const wake of [...journey.onAlias]) wake('booking');
  await clock.advance(0);
  assert.equal(partner.asked.length, before + 1);
  stop.abort(new Error('enough'));
  await assert.rejects(watching.settled, /enough/);
});

test('a tap on which others are busy wakes no look that cannot be made yet', async () => {
  const clock = createVirtualClock();
  const withPorts = ports(clock);
  const unknown: Look = { kind: 'not-made', why: 'booking is not known yet' };
  const queue = scripted('queue', [{ from: 0, look: unknown }], clock);
  let heard = 0;
  const looker = {
    ...queue.looker,
    changed: async () => {
      heard += 1;
      // Else a defect would be an endless loop here.
      if (heard > 50) await new Promise(() => undefined);
    },
  };
  const partner = scripted('partner', [{ from: 0, look: unknown }], clock, { destination: true });
  const hops = [{ ...queue, looker }, partner];
  const journey = journeyOf(
    scenario(
      hops.map(({ hop }) => hop),
      { deadline: 60_000, grace: 0 },
    ),
    withPorts,
  );
  const stop = new AbortController();
  const watching = startWatch(journey, hops as WatchedHop[], 0, withPorts, stop.signal);
  await clock.advance(20_000);
  assert.equal(heard, 0);
  assert.ok(queue.asked.length > 2 && queue.asked.length < 20, String(queue.asked.length));
  stop.abort(new Error('enough'));
  await assert.rejects(watching.settled, /enough/);
});

test('a source that asks for a pause is left alone for it, and a look still begins at the deadline', async () => {
  const busy: Look = { kind: 'blind', fault: { kind: 'busy', message: 'answered 429' } };
  const run = await watch({ partner: [{ from: 0, look: busy, retryAfter: 4_000 }] }, { deadline: 10_000, grace: 0 });
  assert.deepEqual(
    of(run, 'partner').map(({ since }) => since),
    [0, 4_000, 8_000, 10_000],
  );
});

test('a line that only mentions the record does not end the watch of a hop that carries its content', async () => {
  const mention: Look = { kind: 'reference', evidence: { source: 'worker.log:1', excerpt: 'got BK-2026-0042' } };
  const run = await watch({
    worker: [
      { from: 0, look: mention },
      { from: 600, look: intact },
    ],
    partner: [{ from: 2_000, look: intact }],
  });
  assert.ok(of(run, 'worker').some(({ look }) => look.kind === 'intact'));
  const destination = await watch({
    partner: [
      { from: 0, look: mention },
      { from: 5_000, look: stripped },
    ],
  });
  assert.equal(of(destination, 'partner').at(-1)?.look.kind, 'stripped');
});
