// One look at each hop before the destinations: what a record that may be deleted is there.

import type { Look } from '../core/look.ts';
import { arm } from './arm.ts';
import type { Journey } from './journey.ts';
import type { Shared } from './shared.ts';

/** A host that allows a few requests a minute lets it through in its turn (ms). */
const turn = 300_000;

export async function lookOnTheWay(
  journey: Journey,
  shared: Shared,
  signal: AbortSignal,
): Promise<readonly { hop: string; look: Look }[]> {
  const { hops } = await arm(journey, shared, ({ destination }) => !destination);
  return Promise.all(
    hops
      .filter(({ destination }) => !destination)
      .map(async ({ hop, looker }) => ({ hop: hop.name, look: (await looker.look(signal, turn)).look })),
  );
}
