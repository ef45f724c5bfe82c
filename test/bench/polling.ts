// How many looks a watch makes, and how much later than the arrival it sees it, for arrival times drawn from a distribution.

import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { startWatch } from '../../smoke/run/watch.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Poll } from '../../smoke/scenario/model.ts';
import { absent, intact, journeyOf, ports, scenario, scripted } from '../run/fixtures.ts';
import { createVirtualClock } from '../virtual-clock.ts';

/** Times in milliseconds, from the send. */
export type Polling = { arrival: number; looks: number; lag: number };

/** Within the default deadline, so that each arrival is seen. */
export const latestArrival = 50_000;

/** Lognormal arrivals (median 2 s, sigma 1) on virtual time, with the poll a scenario has by default and a seeded draw. */
export async function measurePolling(count: number): Promise<{ poll: Poll; results: Polling[] }> {
  const poll = await defaultPoll();
  const draw = seeded(20260105);
  const results: Polling[] = [];
  for (let n = 0; n < count; n += 1) {
    const arrival = Math.min(latestArrival, 2_000 * Math.exp(normal(draw)));
    results.push(await watchOne(arrival, poll, draw));
  }
  return { poll, results };
}

async function defaultPoll(): Promise<Poll> {
  const text = `name: polling
send: { http: { url: 'http://127.0.0.1/', json: { note: '\${{ marker }}' } } }
route: [{ hop: partner, look: { http: { url: 'http://127.0.0.1/' } } }]`;
  const files = { readFile: async () => '', baseDir: '/' };
  const loaded = await loadScenario(text, 'polling.yaml', { plugin: loadPlugin, pluginNames, ...files });
  if (!loaded.ok) throw new Error(loaded.problems.map(({ message }) => message).join('\n'));
  return loaded.scenario.poll;
}

async function watchOne(arrival: number, poll: Poll, draw: () => number): Promise<Polling> {
  const clock = createVirtualClock();
  const withPorts = { ...ports(clock), random: { ...ports(clock).random, fraction: draw } };
  const script = [
    { from: 0, look: absent },
    { from: arrival, look: intact },
  ];
  const partner = scripted('partner', script, clock, { destination: true });
  const journey = journeyOf({ ...scenario([partner.hop], { confirm: 0 }), poll }, withPorts);
  const watching = startWatch(journey, [partner], 0, withPorts, new AbortController().signal);
  await clock.run(watching.settled);
  const [last, before] = [partner.asked.at(-1), partner.asked.at(-2)];
  // The last look is the one that saw it, and no earlier one could have.
  if (last === undefined || last < arrival || (before !== undefined && before >= arrival))
    throw new Error(`an arrival after ${arrival} ms was looked for at ${partner.asked.join(', ')} ms`);
  return { arrival, looks: partner.asked.length, lag: last - arrival };
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
