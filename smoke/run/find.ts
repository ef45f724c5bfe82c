// Learns the aliases of a record whose send gave no answer, or none with them in it, so that the watch can go on.

import { nextGap } from '../core/schedule.ts';
import { textOf } from '../core/text-of.ts';
import { aliasesFor } from './clean-needs.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';
import type { Stepper } from './steps.ts';

/** A look needs an alias that the send did not tell, and that find keeps and no look does. */
export function needsFind({ scenario, aliases }: Journey): boolean {
  const byLooks = new Set(scenario.route.flatMap(({ look }) => Object.keys(look?.keep ?? {})));
  const told = new Set(scenario.find.flatMap(({ keep }) => Object.keys(keep)).filter((name) => !byLooks.has(name)));
  const needed = scenario.route.flatMap(({ look }) => [...aliasesFor(look, scenario)]);
  return needed.some((name) => told.has(name) && !aliases.has(name));
}

/**
 * Runs the scenario's `find` until it has learned every alias it keeps, or the signal says that the watch is over.
 * Never rejects: what cannot be found leaves its looks not made.
 */
export async function findUntilKnown(
  journey: Journey,
  stepper: Stepper,
  ports: Ports,
  signal: AbortSignal,
): Promise<void> {
  const { find, poll } = journey.scenario;
  const wanted = find.flatMap((step) => Object.keys(step.keep));
  try {
    for (let n = 1; wanted.some((name) => !journey.aliases.has(name)); n += 1) {
      for (const step of find) await stepper.run(step, 'find', journey, signal);
      await ports.clock.wait(nextGap(poll, n, ports.random.fraction()), signal);
    }
  } catch (error) {
    if (!signal.aborted) {
      const message = textOf(error);
      ports.emit({ type: 'warning', scenario: journey.id, message: `find could not go on: ${message}` });
    }
  }
}
