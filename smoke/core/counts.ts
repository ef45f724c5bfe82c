// How many records each hop had, of a marker that arrived more than once: what its looks could count, and what not.

import type { LookAt } from './answer.ts';
import type { Look } from './look.ts';
import type { HopFact } from './route.ts';

export type Counts = {
  /** Hops that showed more than one record at once. */
  several: ReadonlySet<string>;
  /**
   * Hops that had one record, and still one when the destination had more. What keeps nothing shows what lies there at a
   * moment, unless it is tapped: another may have come and gone.
   */
  one: ReadonlySet<string>;
};

/** `hops`: of one line, the destination last. */
export function countsOf(hops: readonly HopFact[], looks: readonly LookAt[]): Counts {
  const destination = hops.at(-1);
  const doubled = looks.find(({ hop, look }) => hop === destination?.hop && copiesIn(look) > 1)?.since ?? 0;
  const several = new Set<string>();
  const one = new Set<string>();
  for (const fact of hops) {
    const own = looks.filter(({ hop }) => hop === fact.hop);
    const counted = own.filter(({ look }) => fact === destination || !isRetold(look));
    if (counted.some(({ look }) => copiesIn(look) > 1)) several.add(fact.hop);
    else if (counted.some(({ look, since }) => since >= doubled && copiesIn(look) === 1 && (fact.keeps || isTap(look))))
      one.add(fact.hop);
  }
  return { several, one };
}

function copiesIn(look: Look): number {
  return 'evidence' in look ? (look.evidence.copies ?? 1) : 0;
}

function isTap(look: Look): boolean {
  return 'by' in look && look.by === 'tap';
}

function isRetold(look: Look): boolean {
  return 'evidence' in look && look.evidence.retold === true;
}
