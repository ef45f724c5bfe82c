// Whether this machine lacks what a marker needed: a browser, a driver. Then it is the runner that could not work.

import type { Judgement } from '../core/verdict.ts';

/** What could not be proved was to be read with something that is missing here. */
export function lacksDriver({ verdict, trail }: Judgement): boolean {
  const faults = trail.answers.flatMap(({ look }) => (look?.kind === 'blind' ? [look.fault.kind] : []));
  return verdict === 'unproven' && faults.includes('driver-missing');
}
