// Looks at every hop once, and again whenever a person says so: the watch of somebody who steps through a scenario.

import type { LookAt } from '../core/answer.ts';
import { withinLag } from './glances.ts';
import { createHopLog } from './hop-log.ts';
import type { Journey } from './journey.ts';
import type { Ports } from './ports.ts';
import type { WatchedHop } from './watch.ts';

/** `told` gets everything seen so far, in the order in which the readings began, before each question. */
export async function lookInRounds(
  journey: Journey,
  hops: readonly WatchedHop[],
  clockStart: number,
  ports: Ports,
  signal: AbortSignal,
  told: (looks: readonly LookAt[]) => void,
): Promise<void> {
  const watched = hops.map((one) => ({ ...one, log: createHopLog(one.hop.name, journey.id, clockStart, ports) }));
  for (;;) {
    const round = await Promise.all(
      watched.map(async ({ hop, looker, log }) => {
        const glance = withinLag(await looker.look(signal), hop.lag, clockStart);
        return log.note(glance, log.looks.length === 0 ? 'first' : 'poll');
      }),
    );
    told(watched.flatMap(({ log }) => log.looks).sort((a, b) => a.since - b.since));
    const next = await ports.witness?.afterRound?.(round, signal);
    signal.throwIfAborted();
    if (next !== 'again') return;
  }
}
