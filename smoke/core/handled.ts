// Who handled the marker: the instances and builds that the looks' evidence names.

import type { LookAt } from './answer.ts';
import type { Evidence, Look } from './look.ts';

export type Handled = { hop: string; instance?: string; release?: string; startedAt?: string };

/** One entry for each hop, instance and build that a look named, in the order first seen. */
export function handledBy(looks: readonly LookAt[]): readonly Handled[] {
  const found = new Map<string, Handled>();
  for (const { hop, look } of looks) {
    for (const { instance, release, startedAt } of evidenceIn(look)) {
      if (instance === undefined && release === undefined) continue;
      const key = JSON.stringify([hop, instance ?? null, release ?? null]);
      if (found.has(key)) continue;
      found.set(key, {
        hop,
        ...(instance === undefined ? {} : { instance }),
        ...(release === undefined ? {} : { release }),
        ...(startedAt === undefined ? {} : { startedAt }),
      });
    }
  }
  return [...found.values()];
}

function evidenceIn(look: Look): readonly Evidence[] {
  if (!('evidence' in look)) return [];
  return 'worse' in look && look.worse !== undefined ? [look.evidence, look.worse.evidence] : [look.evidence];
}
