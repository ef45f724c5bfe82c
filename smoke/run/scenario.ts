// One marker through one scenario: mark, arm, send, watch, judge, clean. Reads as a table of contents.

import type { Judgement } from '../core/verdict.ts';
import type { Scenario } from '../scenario/model.ts';
import { type ArmedRoute, arm } from './arm.ts';
import { type Cleaned, cleanUp } from './clean.ts';
import { beginJourney, type Journey } from './journey.ts';
import { reasonOf } from './judging.ts';
import { type Pursued, pursue } from './pursue.ts';
import type { Shared } from './shared.ts';
import { tellStart, tellVerdict } from './tell.ts';

export type Order = {
  id: string;
  scenario: Scenario;
  /** The file as the person wrote it, for commands in the report. */
  file: string;
  cleanup: boolean;
};

export type Signals = {
  /** Stops the watch; cleaning goes on. */
  stop: AbortSignal;
  /** Stops the cleaning as well. */
  kill: AbortSignal;
};

/** `crash`: the runner itself could not go on; the marker is judged interrupted. */
export type MarkerResult = { judgement: Judgement; crash?: unknown };

export async function runMarker(order: Order, shared: Shared, signals: Signals): Promise<MarkerResult> {
  const { ports, run } = shared;
  const journey = beginJourney(order.id, order.scenario, run, ports);
  const route = await arm(journey, shared);
  tellStart(order.file, journey, route.facts, ports);
  const pursued = await pursue(order.file, journey, route, shared, signals.stop);
  const { judgement, crash } = pursued;
  tellVerdict(journey, judgement, ports);
  await ports.keeping.verdict(journey.marker.text, judgement.verdict);
  const cleaned = await clean(order, journey, route, pursued, shared, signals.kill);
  ports.emit({ type: 'cleaned', scenario: journey.id, ...cleaned });
  return { judgement, ...(crash !== undefined && { crash }) };
}

async function clean(
  order: Order,
  journey: Journey,
  route: ArmedRoute,
  { sent, arrived }: Pursued,
  shared: Shared,
  kill: AbortSignal,
): Promise<Cleaned> {
  const { ports, stepper } = shared;
  if (!sent.created && !arrived) {
    await ports.keeping.closed(journey.marker.text);
    return { state: 'nothing', detail: 'nothing was created' };
  }
  if (!order.cleanup) return { state: 'kept', detail: 'kept as asked; smoketrail sweep removes it' };
  const destination = route.hops.findLast((hop) => hop.destination)?.looker;
  if (destination === undefined) throw new RangeError(`the route of ${order.scenario.name} has no destination`);
  const lingersUntil = ports.clock.wall().getTime() + order.scenario.linger;
  try {
    return await cleanUp({ journey, stepper, destination, arrived, lingersUntil }, ports, kill);
  } catch (error) {
    return { state: 'failed', detail: `${reasonOf(error)}; run smoketrail sweep` };
  }
}
