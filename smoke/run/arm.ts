// Opens every probe of a route before the send: a tap opened later has missed the message.

import type { HopFact } from '../core/route.ts';
import type { Journey } from './journey.ts';
import { createLooker } from './looker.ts';
import { routeFacts } from './route-facts.ts';
import type { Shared } from './shared.ts';
import type { WatchedHop } from './watch.ts';

export type ArmedRoute = { hops: readonly WatchedHop[]; facts: readonly HopFact[] };

/** `opens`: which hops are to be looked at, where not all of them are (a sweep looks only at the destinations). */
export async function arm(
  journey: Journey,
  shared: Shared,
  opens: (fact: HopFact) => boolean = () => true,
): Promise<ArmedRoute> {
  const { route } = journey.scenario;
  const chosen = routeFacts(journey.scenario, []).map(opens);
  const armed = await Promise.all(
    route.map(({ look }, index) => (look && chosen[index] ? shared.armoury.arm(look, journey) : undefined)),
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
