// Each destination's own verdict, as a reader wants them: what failed first.

import type { ScenarioRecord } from '../smoke/core/record.ts';
import type { Judgement } from '../smoke/core/verdict.ts';

type Verdict = NonNullable<ScenarioRecord['verdict']>;

/** The worst first, those that pass last. The verdict itself where there is one destination. */
export function branchesOf(verdict: Verdict): readonly Judgement[] {
  const { destinations, trail } = verdict;
  if (destinations === undefined) return [verdict];
  const rank = (branch: Judgement): number => {
    if (branch.trail.destination === trail.destination) return 0;
    return branch.passes === false ? 1 : branch.passes === 'inconclusive' ? 2 : 3;
  };
  return destinations.toSorted((a, b) => rank(a) - rank(b));
}
