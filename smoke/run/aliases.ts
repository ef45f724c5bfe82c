// Learns the aliases that cleaning needs with the scenario's `find`: after a crash, or an unknown send.

import type { Scenario } from '../scenario/model.ts';
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

/** The aliases that the scenario's find can learn: it knows of no record where it learns none of them. */
export function foundNames({ find }: Scenario): ReadonlySet<string> {
  return new Set(find.flatMap((step) => Object.keys(step.keep)));
}

/** Runs the find steps; what the aliases were before stays as it was. */
export async function runFind(journey: Journey, stepper: Stepper, signal: AbortSignal): Promise<Found> {
  const { scenario, aliases } = journey;
  if (foundNames(scenario).size === 0) return { is: 'no-find' };
  const before = aliases.size;
  const failures: string[] = [];
  const sought = new Set<string>();
  for (const step of scenario.find) {
    const { outcome, summary, missing = [] } = await stepper.run(step, 'find', journey, signal);
    // What an earlier step sought and did not find, this one need not look for.
    const isNeedless = outcome === 'skipped' && missing.length > 0 && missing.every((name) => sought.has(name));
    if (outcome !== 'done' && !isNeedless) failures.push(summary);
    for (const name of Object.keys(step.keep)) sought.add(name);
  }
  if (aliases.size > before) return { is: 'learned' };
  return failures.length > 0 ? { is: 'failed', why: failures.join('; ') } : { is: 'nothing' };
}
