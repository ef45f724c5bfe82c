// Where a route has several destinations: what became of the record at each.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Judgement } from '../smoke/core/verdict.ts';
import { printable } from './hop-row.ts';

export type DestinationLine = { destination: string; passes: Judgement['passes']; headline: string };

/** Empty where there is one destination: then the scenario's own verdict says it all. */
export function destinationLines({ verdict }: ScenarioRecord): DestinationLine[] {
  const destinations = (verdict as { destinations?: readonly Judgement[] } | undefined)?.destinations ?? [];
  if (destinations.length < 2) return [];
  return destinations.map(({ trail, passes, headline }) => ({
    destination: printable(trail.destination, 60),
    passes,
    headline: printable(headline, 300),
  }));
}
