// Opens every probe of a route before the send: a tap opened later has missed the message.

import type { HopFact } from '../core/route.ts';
import type { Journey } from './journey.ts';
import { createLooker } from './looker.ts';
import { routeFacts } from './route-facts.ts';
import type { Shared } from './shared.ts';
import type { WatchedHop } from './watch.ts';

export type ArmedRoute = { hops: readonly WatchedHop[]; facts: readonly HopFact[] };

export async function arm(journey: Journey, shared: Shared): Promise<ArmedRoute> {
  const { route } = journey.scenario;
  const armed = await Promise.all(
    route.map((hop) => (hop.look === undefined ? undefined : shared.armoury.arm(hop.look, journey))),
  );
  const plugins = armed.map((one) => one?.plugin);
  const facts = routeFacts(journey.scenario, plugins);
  const hops = route.map((hop, index) => ({
    hop,
    looker: createLooker(journey, hop, armed[index], shared),
    destination: facts[index]?.destination === true,
  }));
  return { hops, facts };
}
