// What a cleaning does about a host that asks to be left alone: a short while it waits and says so, a long one it does not.

import type { Clock } from '../probes/plugin.ts';
import { type Pauses, Withheld } from './look-timer.ts';

/** In ms. A run ends with its cleaning, and the ledger keeps what is left for a sweep. */
const longest = 60_000;
/** The same, of all pauses of one cleaning: a host may ask for another one with each answer. */
const longestTogether = 120_000;
/** A shorter one is not worth a word, in ms. */
const unnoticed = 3_000;
/** Two waits for one pause end within this, in ms. */
const same = 100;

/** `stop`: nothing is waited for once it aborts. Where it had before, it was what the cleaning began with. */
export function shortPauses(clock: Clock, tell: (until: Date) => void, stop?: AbortSignal): Pauses {
  const end = clock.now() + longestTogether;
  const ends = stop?.aborted ? undefined : stop;
  let told = 0;
  return (ms, giveUp) => {
    const over = clock.now() + ms;
    const until = new Date(clock.wall().getTime() + ms);
    const why = new Withheld(`the host asks to be left alone until ${until.toISOString()} at least`);
    if (ms > longest || over > end || ends?.aborted) {
      giveUp(why);
      return;
    }
    if (ms > unnoticed && over > told + same) tell(until);
    told = Math.max(told, over);
    ends?.addEventListener('abort', () => giveUp(why), { once: true });
  };
}
