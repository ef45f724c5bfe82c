// Whether a record whose text nobody sent is ours after all: another hop may show the marker under the same ids.

import { arm } from './arm.ts';
import type { Journey } from './journey.ts';
import { holdsMarker } from './learn.ts';
import type { Shared } from './shared.ts';

/** One look at each hop on the way. A host that allows a few requests a minute lets it through in its turn (ms). */
const turn = 300_000;

export async function isOursOnTheWay(journey: Journey, shared: Shared, signal: AbortSignal): Promise<boolean> {
  const { hops } = await arm(journey, shared, ({ destination }) => !destination);
  const ways = hops.filter(({ destination }) => !destination);
  const glances = await Promise.all(ways.map(({ looker }) => looker.look(signal, turn)));
  return glances.some(({ look }) => holdsMarker(look));
}
