// What is set up before code of others is loaded. A run without such code pays for none of it.

import type { World } from './world.ts';

/** `mask`: for what it throws outside of any call. */
export async function guardOutside(world: World, mask: (text: string) => string): Promise<void> {
  if (world.guardStrays === undefined) return;
  const [{ startWatchdog }, { whoseWork }] = await Promise.all([
    import('./watchdog.ts'),
    import('../probes/outside-work.ts'),
  ]);
  world.guardStrays(mask, whoseWork);
  startWatchdog();
}
