// How many looks a watch makes, and how much later than the arrival it sees it, for arrival times drawn from a distribution.

import { startWatch } from '../../smoke/run/watch.ts';
import { absent, intact, journeyOf, ports, scenario, scripted } from '../run/fixtures.ts';
import { createVirtualClock } from '../virtual-clock.ts';

export type Polling = { arrival: number; looks: number; lag: number };

/** Lognormal arrivals (median 2 s, sigma 1) on virtual time, with the default poll and a seeded draw. */
export async function measurePolling(count: number): Promise<Polling[]> {
  const draw = seeded(20260105);
  const results: Polling[] = [];
  for (let n = 0; n < count; n += 1) {
    const arrival = Math.min(50_000, 2_000 * Math.exp(normal(draw)));
    results.push(await watchOne(arrival, draw));
  }
  return results;
}

async function watchOne(arrival: number, draw: () => number): Promise<Polling> {
  const clock = createVirtualClock();
  const withPorts = { ...ports(clock), random: { ...ports(clock).random, fraction: draw } };
  const script = [
    { from: 0, look: absent },
    { from: arrival, look: intact },
  ];
  const partner = scripted('partner', script, clock, { destination: true });
  const journey = journeyOf(scenario([partner.hop], { confirm: 0 }), withPorts);
  const watching = startWatch(journey, [partner], 0, withPorts, new AbortController().signal);
  await clock.run(watching.settled);
  return { arrival, looks: partner.asked.length, lag: (partner.asked.at(-1) ?? 0) - arrival };
}

/** A small generator (mulberry32), so that two benches draw the same arrivals. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
