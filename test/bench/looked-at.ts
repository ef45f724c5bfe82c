// A system that can be looked at for a bench, and what looks at it as a run looks.

import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';

/** A system that can be looked at: started by `open`, and ended by its `close`. */
export type LookedAt = {
  name: string;
  /** Why it cannot be measured here. */
  missing: string | false;
  /** How many wait, where a million take too long to be put there. */
  counts?: readonly [number, number];
  open(): Promise<Filled>;
};

export type Filled = {
  /** Makes so many jobs wait that there are `count` of them. */
  fill(count: number): Promise<void>;
  /** Opens a probe, and gives what looks once with it. */
  looker(): Promise<{ look(): Promise<LookCost>; close(): Promise<void> }>;
  close(): Promise<void>;
};

export type LookCost = { ms: number; bytes: number; requests: number };

/** With a plug-in of smoketrail, as a run looks. */
export async function lookerOf(name: string, options: object): ReturnType<Filled['looker']> {
  const plugin = await loadPlugin(name);
  const probe = await plugin?.open?.(options, testHost());
  // A run looks from a moment before the send.
  const since = new Date(Date.now() - 5000);
  if (probe === undefined) throw new Error(`${name} cannot look`);
  return {
    async look() {
      const began = performance.now();
      const { cost } = await probe.read(options, testContext({ since }));
      return { ms: performance.now() - began, bytes: cost.bytes, requests: cost.requests };
    },
    close: async () => void (await probe.close?.()),
  };
}

export const record: { alias: string; note: string } = { alias: '8841', note: 'Late. smk-42rcxa7100000001' };
/** What comes after the probe was opened, where it reads what came since. */
export const sinceOpened = 100;
