// Waits for work that is welcome and not needed: no longer than it is worth.

import type { Clock } from '../probes/plugin.ts';

/** Waits for the work to settle; after `ms` its signals are aborted, so that it can end at once. */
export async function cutAfter(
  ms: number,
  work: Promise<unknown>,
  cuts: readonly AbortController[],
  clock: Clock,
): Promise<void> {
  const done = new AbortController();
  const late = clock.wait(ms, done.signal).then(
    () => {
      for (const cut of cuts) cut.abort(new Error('not waited for'));
    },
    () => undefined,
  );
  await work.finally(() => done.abort());
  await late;
}
