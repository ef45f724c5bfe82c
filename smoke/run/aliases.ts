// Learns the aliases that cleaning needs with the scenario's `find`: after a crash, or an unknown send.

import { aliasesFor, namesForCleaning } from './clean-needs.ts';
import type { Journey } from './journey.ts';
import type { Stepper } from './steps.ts';
import type { WatchedHop } from './watch.ts';

/** `nothing`: find could look and knows of no such record. `failed`: it could not look; `why` in words. */
export type Found = { is: 'known' | 'learned' | 'nothing' | 'no-find' } | { is: 'failed'; why: string };

/** Runs `find` where an alias is missing that a clean step or the look at a destination needs. */
export async function findAliases(
  journey: Journey,
  destinations: readonly WatchedHop[],
  stepper: Stepper,
  signal: AbortSignal,
): Promise<Found> {
  const { scenario, aliases } = journey;
  const looks = destinations.flatMap(({ hop }) => [...aliasesFor(hop.look, scenario)]);
  const needed = new Set([...namesForCleaning({ ...scenario, find: [], route: [] }).aliases, ...looks]);
  if ([...needed].every((name) => aliases.has(name))) return { is: 'known' };
  return runFind(journey, stepper, signal);
}

/** Runs the find steps; what the aliases were before stays as it was. */
export async function runFind(journey: Journey, stepper: Stepper, signal: AbortSignal): Promise<Found> {
  const { find } = journey.scenario;
  if (find.length === 0) return { is: 'no-find' };
  const before = journey.aliases.size;
  const failures: string[] = [];
  for (const step of find) {
    const { outcome, summary } = await stepper.run(step, 'find', journey, signal);
    if (outcome !== 'done' && outcome !== 'skipped') failures.push(summary);
  }
  if (journey.aliases.size > before) return { is: 'learned' };
  return failures.length > 0 ? { is: 'failed', why: failures.join('; ') } : { is: 'nothing' };
}
