// Watching a route that branches, on virtual time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LookAt } from '../../smoke/core/answer.ts';
import { startWatch, type Watching } from '../../smoke/run/watch.ts';
import type { Hop, Scenario } from '../../smoke/scenario/model.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';
import { blind, intact, journeyOf, ports, type Script, scenario, scripted, stripped } from './fixtures.ts';

type Spot = Partial<Hop> & { script: Script; destination?: boolean };
type Watch = { clock: VirtualClock; watching: Watching; asked(hop: string): number[]; of(hop: string): LookAt[] };

function watch(spots: Record<string, Spot>, times: Partial<Scenario['times']> = {}): Watch {
  const clock = createVirtualClock();
  const withPorts = ports(clock);
  const hops = Object.entries(spots).map(([name, { script, ...more }]) => scripted(name, script, clock, more));
  const journey = journeyOf(
    scenario(
      hops.map(({ hop }) => hop),
      times,
    ),
    withPorts,
  );
  const watching = startWatch(journey, hops, clock.now(), withPorts, new AbortController().signal);
  return {
    clock,
    watching,
    asked: (name) => hops.find(({ hop }) => hop.name === name)?.asked ?? [],
    of: (name) => watching.looks().filter(({ hop }) => hop === name),
  };
}

const soon: Script = [{ from: 100, look: intact }];

test('a destination with a deadline of its own is looked at until then, and the others are not', async () => {
  const { clock, watching, asked } = watch(
    {
      worker: { script: soon },
      partner: { script: [], destination: true },
      mail: { script: [], after: 'worker', destination: true, times: { deadline: 60_000, grace: 10_000 } },
    },
    { deadline: 8_000, grace: 2_000 },
  );
  await clock.run(watching.settled);
  assert.equal(clock.now(), 70_000);
  assert.ok(asked('partner').includes(8_000));
  assert.equal(asked('partner').at(-1), 10_000);
  assert.ok(asked('mail').includes(60_000));
  assert.equal(asked('mail').at(-1), 70_000);
  assert.equal(clock.waiting(), 0, 'no timer is left behind');
});

test('a hop that several destinations share begins a look at the moments of each, and is followed until the last', async () => {
  const { clock, watching, of } = watch(
    {
      worker: { script: [] },
      partner: { script: [], destination: true },
      mail: { script: [], after: 'worker', destination: true, times: { deadline: 30_000 } },
    },
    { deadline: 8_000, grace: 2_000 },
  );
  await clock.run(watching.settled);
  await clock.run(watching.close('every'));
  const since = of('worker').map((look) => look.since);
  for (const moment of [8_000, 10_000, 30_000, 32_000]) assert.ok(since.includes(moment), String(moment));
  const why = (moment: number): string | undefined => of('worker').find((look) => look.since === moment)?.why;
  assert.deepEqual([why(8_000), why(30_000), why(32_000)], ['deadline', 'deadline', 'closing']);
});

test('a branch closes when its own destination has ended, while the other is still watched', async () => {
  const { clock, watching, asked } = watch(
    {
      web: { script: soon },
      worker: { script: soon },
      partner: { script: [{ from: 0, look: stripped }], destination: true },
      mail: { script: [{ from: 20_000, look: intact }], after: 'worker', destination: true },
    },
    { deadline: 30_000 },
  );
  const [partner, mail] = watching.branches;
  assert.ok(partner && mail);
  await clock.run(partner.settled);
  assert.ok(clock.now() < 3_000, String(clock.now()));
  await clock.run(partner.close('every'));
  const looked = asked('web').length;
  assert.equal(asked('web').at(-1), clock.now(), 'web was looked at once more for the partner');
  await clock.run(mail.settled);
  await clock.run(mail.close('unseen'));
  assert.equal(asked('web').length, looked, 'and not again for the mail, which arrived');
  assert.equal(clock.waiting(), 0);
});

test('a failing branch looks again at a hop that another branch closed before', async () => {
  const { clock, watching, of } = watch(
    {
      worker: { script: [{ from: 0, look: blind }] },
      partner: { script: [{ from: 0, look: stripped }], destination: true },
      mail: { script: [], after: 'worker', destination: true, times: { deadline: 9_000, grace: 1_000 } },
    },
    { deadline: 5_000, grace: 0 },
  );
  const [partner, mail] = watching.branches;
  assert.ok(partner && mail);
  await clock.run(partner.settled);
  await clock.run(partner.close('every'));
  const first = of('worker').filter(({ why }) => why === 'closing').length;
  assert.equal(first, 1);
  await clock.run(mail.settled);
  await clock.run(mail.close('every'));
  assert.equal(of('worker').at(-1)?.since, 10_000);
  assert.equal(of('worker').at(-1)?.why, 'closing');
});

test('of three destinations one may be blind, one late and one on time, each with its own looks', async () => {
  const { clock, watching, of } = watch(
    {
      worker: { script: soon },
      partner: { script: soon, destination: true },
      // In the middle of the list, and followed by hops of another branch.
      mail: { script: [{ from: 0, look: blind }], after: 'worker', destination: true },
      export: { script: soon, after: 'worker' },
      archive: { script: [{ from: 6_500, look: intact }], destination: true },
    },
    { deadline: 5_000, grace: 3_000 },
  );
  assert.deepEqual(
    watching.branches.map(({ destination }) => destination),
    ['partner', 'mail', 'archive'],
  );
  await clock.run(watching.settled);
  assert.equal(of('partner').at(-1)?.why, 'confirm');
  assert.ok(of('partner').every(({ since }) => since < 3_000));
  assert.ok(of('mail').every(({ look }) => look.kind === 'blind'));
  assert.equal(of('mail').at(-1)?.since, 8_000);
  const kinds = of('archive').map(({ look, why, since }) => `${look.kind} ${why} ${since >= 5_000}`);
  assert.ok(kinds.includes('absent deadline true'));
  assert.equal(kinds.at(-1), 'intact confirm true');
});

test('a destination by reference waits for the last hop of its own line that shows the content', async () => {
  const byReference = { kind: 'reference', evidence: { source: 'test', excerpt: '' } } as const;
  const look = { plugin: 'x', options: {}, keep: {}, title: 'x', place: { file: 'x', line: 1, column: 1 } };
  const { clock, watching, of } = watch(
    {
      web: { script: soon, look },
      export: { script: [{ from: 4_000, look: intact }], look },
      sandbox: { script: [{ from: 0, look: byReference }], carries: 'reference', destination: true, look },
      // The hop above in the list is not on the way to the mail.
      mail: { script: [{ from: 0, look: intact }], after: 'web', destination: true, look },
    },
    { deadline: 30_000 },
  );
  const [sandbox, mail] = watching.branches;
  assert.ok(sandbox && mail);
  await clock.run(mail.settled);
  assert.ok(clock.now() < 3_000);
  await clock.run(sandbox.settled);
  assert.equal(of('export').at(-1)?.look.kind, 'intact');
});
