// The per-host budget on virtual time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Budget, createBudget } from '../../smoke/run/budget.ts';
import { createVirtualClock, type VirtualClock } from '../virtual-clock.ts';

const api = 'https://api.partner.example';
const never = new AbortController().signal;

/** Takes `count` places one after the other in the queue, each held for `hold` ms; gives the moments they were had. */
async function moments(clock: VirtualClock, budget: Budget, count: number, hold = 0, origin = api): Promise<number[]> {
  const one = async (): Promise<number> => {
    const place = await budget.take(origin, never);
    const at = clock.now();
    if (hold > 0) await clock.wait(hold);
    place.release();
    return at;
  };
  return clock.run(Promise.all(Array.from({ length: count }, one)));
}

test('a run of few requests never waits', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  assert.deepEqual(await moments(clock, budget, 10), Array(10).fill(0));
});

test('beyond the first second’s worth, requests leave at the rate, and no second holds more than its share', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  const at = await moments(clock, budget, 13);
  assert.deepEqual(at.slice(10), [1_000, 1_100, 1_200]);
});

test('no more than the allowed number are under way at once', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  assert.deepEqual(await moments(clock, budget, 10, 1_000), [0, 0, 0, 0, 1_000, 1_000, 1_000, 1_000, 2_000, 2_000]);
});

test('a host may have a slower rate of its own, on any of its ports, and others are not slowed by it', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock, hosts: { 'api.partner.example': { rate: 10 / 60 } } });
  assert.deepEqual(await moments(clock, budget, 3, 0, `${api}:8443`), [0, 6_000, 12_000]);
  assert.deepEqual(await moments(clock, budget, 2, 0, 'http://127.0.0.1:4100'), [12_000, 12_000]);
});

test('a budget is given by host, by host and port or by origin, and the narrowest counts', async () => {
  const clock = createVirtualClock();
  const hosts = {
    'Partner.example': { rate: 1 },
    'partner.example:443': { rate: 2 },
    'http://partner.example:8080': { rate: 4 },
    'jobs-queue': { rate: 5 },
  };
  const gap = async (origin: string): Promise<number> => {
    const budget = createBudget({ clock, hosts });
    const at = await moments(clock, budget, 12, 0, origin);
    return (at[11] ?? 0) - (at[10] ?? 0);
  };
  assert.equal(await gap('http://partner.example:8080'), 250);
  assert.equal(await gap('https://partner.example'), 500);
  assert.equal(await gap('http://partner.example'), 1_000);
  assert.equal(await gap('https://PARTNER.example:8443'), 1_000);
  assert.equal(await gap('jobs-queue'), 200);
});

test('at ten a minute no minute holds more than ten, with or without a rest before', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock, hosts: { 'api.partner.example': { rate: 10 / 60, concurrent: 2 } } });
  const first = await moments(clock, budget, 15);
  await clock.advance(600_000);
  const all = [...first, ...(await moments(clock, budget, 15))];
  for (const at of all) assert.ok(all.filter((one) => one >= at && one < at + 60_000).length <= 10);
});

test('Retry-After holds a slow host back, and its own rate goes on after it', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock, hosts: { 'api.partner.example': { rate: 10 / 60 } } });
  assert.deepEqual(await moments(clock, budget, 1), [0]);
  budget.pause(api, 30_000);
  assert.deepEqual(await moments(clock, budget, 3), [36_000, 42_000, 48_000]);
});

test('a pause holds everybody back, also those who wait already, and is not followed by a burst', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  budget.pause(api, 5_000);
  const waiting = moments(clock, budget, 3);
  budget.pause(api, 1_000);
  assert.deepEqual(await waiting, [5_000, 5_100, 5_200]);
});

test('a pause longer than a timer can hold ends in its time', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  budget.pause(api, 3_600_000);
  assert.deepEqual(await moments(clock, budget, 1), [3_600_000]);
});

test('one who gives up while waiting takes no place, and those behind it move up', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock, concurrent: 1 });
  const first = await budget.take(api, never);
  const stop = new AbortController();
  const second = budget.take(api, stop.signal);
  const third = budget.take(api, never);
  stop.abort(new Error('time is up'));
  await assert.rejects(second, /time is up/);
  first.release();
  first.release(); // A second release of the same place must not let two in.
  const held = await clock.run(third);
  let isIn = false;
  const fourth = budget.take(api, never).then((place) => {
    isIn = true;
    return place;
  });
  await clock.advance(10_000);
  assert.equal(isIn, false);
  held.release();
  (await fourth).release();
  await assert.rejects(budget.take(api, stop.signal), /time is up/);
});

test('when the last who waits gives up, no timer keeps the process alive', async () => {
  const clock = createVirtualClock();
  const budget = createBudget({ clock });
  budget.pause(api, 60_000);
  const stop = new AbortController();
  const waiting = budget.take(api, stop.signal);
  assert.equal(clock.waiting(), 1);
  stop.abort(new Error('stopped'));
  await assert.rejects(waiting, /stopped/);
  await clock.advance(0);
  assert.equal(clock.waiting(), 0);
});

test('whatever is asked, the order is kept, the rate holds over every second, and everybody is served', async () => {
  const asks = fc.array(fc.record({ after: fc.nat(400), hold: fc.nat(900) }), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      asks,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 5 }),
      async (list, rate, many) => {
        const clock = createVirtualClock();
        const budget = createBudget({ clock, rate, concurrent: many });
        const served: { order: number; at: number }[] = [];
        let active = 0;
        const ask = async (order: number, hold: number): Promise<void> => {
          const place = await budget.take(api, never);
          served.push({ order, at: clock.now() });
          active += 1;
          assert.ok(active <= many);
          await clock.wait(hold);
          active -= 1;
          place.release();
        };
        const all = async (): Promise<void> => {
          const running: Promise<void>[] = [];
          for (const [order, { after, hold }] of list.entries()) {
            await clock.wait(after);
            running.push(ask(order, hold));
          }
          await Promise.all(running);
        };
        await clock.run(all());
        assert.deepEqual(
          served.map(({ order }) => order),
          [...list.keys()],
        );
        for (const { at } of served) {
          const within = served.filter((other) => other.at >= at && other.at < at + 1_000).length;
          assert.ok(within <= 2 * rate, `${within} requests in one second at ${rate} a second`);
        }
      },
    ),
    { numRuns: 40 },
  );
});
