// Sleeps between two looks, and wakes before the time is up where there is a reason to look again.

import type { LookAt } from '../core/answer.ts';
import { textOf } from '../core/text-of.ts';
import type { Hop } from '../scenario/model.ts';
import type { Journey } from './journey.ts';
import type { Looker } from './looker.ts';
import type { Ports } from './ports.ts';

type Sleeper = { watched: { hop: Hop; looker: Looker }; log: { looks: readonly LookAt[] } };

/** Waits, unless an alias is learned (then its name is returned) or the probe has something new. */
export type Sleep = (ms: number, sleeper: Sleeper, stop: AbortSignal) => Promise<string | undefined>;

export function sleeperFor(journey: Journey, ports: Ports): Sleep {
  const deaf = new Set<string>();

  /** A tap that went deaf is said once; the hop is polled from then on. */
  function onDeaf(hop: Hop, error: unknown, awake: AbortSignal): void {
    if (awake.aborted || deaf.has(hop.name)) return;
    deaf.add(hop.name);
    const message = `${hop.name}: its tap hears nothing (${textOf(error)}); it is polled from now on`;
    ports.emit({ type: 'warning', scenario: journey.id, hop: hop.name, message });
  }

  return async (ms, { watched: { hop, looker }, log }, stop) => {
    const awake = new AbortController();
    let learned: string | undefined;
    const wake = (): void => awake.abort();
    const onAlias = (name: string): void => {
      learned = name;
      wake();
    };
    journey.onAlias.add(onAlias);
    stop.addEventListener('abort', wake, { once: true });
    if (stop.aborted) wake();
    // A look that was not made (its alias is not known yet) is not made for news either: a tap on which others are busy
    // would wake it again and again, and nothing else would get its turn.
    if (!deaf.has(hop.name) && log.looks.at(-1)?.look.kind !== 'not-made')
      looker.changed?.(awake.signal).then(wake, (error: unknown) => onDeaf(hop, error, awake.signal));
    await ports.clock.wait(ms, awake.signal).catch(() => undefined);
    wake();
    journey.onAlias.delete(onAlias);
    stop.removeEventListener('abort', wake);
    return learned;
  };
}
