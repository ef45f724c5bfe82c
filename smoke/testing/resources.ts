// What keeps a process alive, counted by kind, to see whether all of it is given back.

import type { Clock } from '../probes/plugin.ts';

export type Resources = ReadonlyMap<string, number>;

/** Those of the test runner and of our own waiting come and go. */
const passing: ReadonlySet<string> = new Set(['Timeout', 'Immediate', 'PipeWrap', 'TTYWrap', 'FSReqPromise']);
const tries = 100;
const gap = 20;

/** https://nodejs.org/api/process.html#processgetactiveresourcesinfo */
export function resources(): Resources {
  const kinds = process.getActiveResourcesInfo().filter((kind) => !passing.has(kind));
  return new Map([...Map.groupBy(kinds, (kind) => kind)].map(([kind, all]) => [kind, all.length]));
}

/** Waits until there are no more of any kind than before; gives what is still there after two seconds. */
export async function settledTo(before: Resources, clock: Clock): Promise<string[]> {
  for (let count = 0; ; count += 1) {
    const more = [...resources()].filter(([kind, all]) => all > (before.get(kind) ?? 0)).map(([kind]) => kind);
    if (more.length === 0 || count >= tries) return more;
    await clock.wait(gap);
  }
}
