// A step of a cleaning that a host was too busy for is done again, once the host is ready for it.

import type { StepResult } from './firing.ts';

/** A host that names no time is soon asked again, and one that never has time is not asked for ever. */
const mostTries = 5;

/**
 * Nothing was done, and a search or a deletion does no harm twice. The host's budget keeps the pause that was asked for:
 * a next try waits for that as any request does, and is given up where the pause is too long.
 */
export async function untilTaken(fire: () => Promise<StepResult>): Promise<StepResult> {
  let result = await fire();
  for (let tries = triesOf(result); result.notNow === true && tries < mostTries; ) {
    const { cost } = result;
    const next = await fire();
    tries += triesOf(next);
    const retries = (cost.retries ?? 0) + triesOf(next);
    const { requests, bytes, ms } = next.cost;
    result = {
      ...next,
      cost: { requests: cost.requests + requests, bytes: cost.bytes + bytes, ms: cost.ms + ms, retries },
    };
  }
  return result;
}

/** An idempotent step has perhaps been tried several times already. */
function triesOf({ cost }: StepResult): number {
  return 1 + (cost.retries ?? 0);
}
