// Sends a marked record and watches it: from the ledger's entry to the moment when it can be judged.

import path from 'node:path';
import type { Judgement } from '../core/verdict.ts';
import type { ArmedRoute } from './arm.ts';
import { findUntilKnown } from './find.ts';
import { sighted } from './hop-log.ts';
import type { Journey } from './journey.ts';
import { judgeJourney, reasonOf } from './judging.ts';
import type { Ports } from './ports.ts';
import { type SendResult, send } from './send.ts';
import type { Shared } from './shared.ts';
import { startWatch, type Watching } from './watch.ts';

export type Pursued = {
  judgement: Judgement;
  sent: SendResult;
  /** The record was seen at a destination, whatever it held. */
  arrived: boolean;
  /** The runner itself could not go on (a ledger on a full disk, a defect). */
  crash?: unknown;
};

const unsent: SendResult = { outcome: 'unknown', summary: 'stopped before anything was sent', created: false };
const sending: SendResult = { outcome: 'unknown', summary: 'stopped while sending', created: true };

/** `stop` ends the send and the watch; what was seen until then is judged all the same. Never rejects. */
export async function pursue(
  file: string,
  journey: Journey,
  route: ArmedRoute,
  shared: Shared,
  stop: AbortSignal,
): Promise<Pursued> {
  const { ports, stepper, builds } = shared;
  const over = new AbortController();
  const until = AbortSignal.any([stop, over.signal]);
  const releases = builds.read(journey, until).catch(() => []);
  let clockStart = ports.clock.now();
  let watching: Watching | undefined;
  let sent = unsent;
  let finding: Promise<void> | undefined;
  let interrupted: string | undefined;
  let crash: unknown;

  try {
    await enterInLedger(journey, route, ports);
    sent = sending;
    sent = await send(journey, stepper, ports, stop, startClock);
    await ports.keeping.sent(journey.marker.text, keptOutcome(sent));
    for (const wake of [...journey.onAlias]) wake('');
    if (sent.outcome === 'unknown') finding = findUntilKnown(journey, stepper, ports, until);
    if (sent.outcome !== 'refused') await watchToTheEnd();
  } catch (error) {
    if (!stop.aborted) crash = error;
    interrupted = reasonOf(stop.aborted ? stop.reason : error);
  }
  over.abort(new Error('the watch is over'));
  await finding;
  const judgement = await judged();
  return { judgement, sent, arrived: arrived(), ...(crash !== undefined && { crash }) };

  function startClock(): void {
    if (watching !== undefined) return;
    clockStart = ports.clock.now();
    ports.emit({ type: 'clock.started', scenario: journey.id });
    watching = startWatch(journey, route.hops, clockStart, ports, until);
    // Awaited once the send is done; a stop before that must not count as unhandled.
    watching.settled.catch(() => undefined);
  }

  async function watchToTheEnd(): Promise<void> {
    await watching?.settled;
    const { passes } = await judged();
    await watching?.close(passes === true ? 'unseen' : 'every');
  }

  async function judged(): Promise<Judgement> {
    const looks = watching?.looks() ?? [];
    const findings = { file, route: route.facts, looks, sent, releases: await releases, interrupted, clockStart };
    return judgeJourney(journey, findings, ports);
  }

  function arrived(): boolean {
    const destinations = new Set(route.facts.filter((hop) => hop.destination).map(({ hop }) => hop));
    return watching?.looks().some(({ hop, look }) => destinations.has(hop) && sighted(look)) ?? false;
  }
}

/** The record is in the ledger, on disk, before it can exist anywhere else. */
async function enterInLedger({ marker, scenario }: Journey, { facts }: ArmedRoute, ports: Ports): Promise<void> {
  await ports.keeping.created({
    scenario: scenario.name,
    file: path.resolve(scenario.baseDir, path.basename(scenario.place.file)),
    baseDir: scenario.baseDir,
    marker: marker.text,
    shape: scenario.marker,
    destination: facts.findLast((hop) => hop.destination)?.hop ?? '',
    linger: scenario.linger,
    sentAt: ports.clock.wall().toISOString(),
  });
}

/** A send refused in its last step may have created something in an earlier one, which must be cleaned. */
function keptOutcome({ outcome, created }: SendResult): SendResult['outcome'] {
  return outcome === 'refused' && created ? 'unknown' : outcome;
}
