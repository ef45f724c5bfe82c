// What keeps a process alive, counted by kind, to see whether all of it is given back.

import type { Clock } from '../probes/plugin.ts';

export type Resources = ReadonlyMap<string, number>;

/** Those of the test runner and of our own waiting come and go. */
const passing: ReadonlySet<string> = new Set(['Timeout', 'Immediate', 'PipeWrap', 'TTYWrap', 'FSReqPromise']);
const tries = 100;
const gap = 20;
/** How often what is still there is looked for again. */
const patience = 50;

/** What there is once that which is closing already is gone: twice the same, one after the other. */
export async function atRest(clock: Clock): Promise<Resources> {
  let last = resources();
  for (let count = 0; count < tries; count += 1) {
    await clock.wait(gap);
    const now = resources();
    if (now.size === last.size && [...now].every(([kind, all]) => last.get(kind) === all)) return now;
    last = now;
  }
  return last;
}

/** https://nodejs.org/api/process.html#processgetactiveresourcesinfo */
function resources(): Resources {
  const kinds = process.getActiveResourcesInfo().filter((kind) => !passing.has(kind));
  return new Map([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]));
}

/** Waits until there are no more of any kind than before; gives what is still there after some seconds. */
export async function settledTo(before: Resources, clock: Clock): Promise<string[]> {
  // What is opened late is not there yet at the first glance.
  for (let count = 0; ; count += 1) {
    const more = [...(await atRest(clock))]
      .filter(([kind, all]) => all > (before.get(kind) ?? 0))
      .map(([kind]) => kind);
    if (more.length === 0 || count >= patience) return more;
  }
}
