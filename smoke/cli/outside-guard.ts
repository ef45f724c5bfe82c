// What is set up before code of others is loaded. A run without such code pays for none of it.

import { visible } from '../core/escape.ts';
import type { World } from './world.ts';

/** `mask`: for what it throws outside of any call. */
export async function guardOutside(world: World, mask: (text: string) => string): Promise<void> {
  if (world.guardStrays === undefined) return;
  const [{ startWatchdog }, { whoseWork }] = await Promise.all([
    import('./watchdog.ts'),
    import('../probes/outside/outside-work.ts'),
  ]);
  world.guardStrays(mask, whoseWork);
  startWatchdog();
}

/** Says what it did while it was loaded, when nothing of the run is there yet that could say it. */
export function teller(world: World, mask: (text: string) => string): (what: string) => void {
  return (what) => world.stderr.write(`smoketrail: ${visible(mask(what))}\n`);
}
