// Sends a marked record and watches it: from the ledger's entry to the moment when it can be judged.

import path from 'node:path';
import type { LookAt } from '../core/answer.ts';
import { textOf } from '../core/text-of.ts';
import type { Judgement } from '../core/verdict.ts';
import type { ArmedRoute } from './arm.ts';
import { valuesForCleaning } from './clean-needs.ts';
import { findUntilKnown, needsFind } from './find.ts';
import { sighted } from './hop-log.ts';
import type { Journey } from './journey.ts';
import { judgeJourney } from './judging.ts';
import { neverKnown } from './never-known.ts';
import type { Ports } from './ports.ts';
import { lookInRounds } from './rounds.ts';
import { type SendResult, send } from './send.ts';
import type { Shared } from './shared.ts';
import { tellTrace } from './trace-context.ts';
import { startWatch, type WatchedBranch, type Watching } from './watch.ts';

export type Pursued = {
  judgement: Judgement;
  sent: SendResult;
  /** The destinations at which the record was seen, whatever it held: all of them, some or none. */
  arrived: 'everywhere' | 'somewhere' | 'nowhere';
  /** Their names. */
  reached: readonly string[];
  /** The ledger has an entry of it. */
  entered: boolean;
  /** The runner itself could not go on (a ledger on a full disk, a defect). */
  crash?: unknown;
  /** The judgement as it is where the runner had to stop after all: `why` in words. */
  stopped(why: string): Promise<Judgement>;
};

const unsent: SendResult = { outcome: 'unknown', summary: 'stopped before anything was sent', created: false };
const sending: SendResult = { outcome: 'unknown', summary: 'stopped while sending', created: true };

/** `stop` ends the send and the watch; what was seen until then is judged all the same. Never rejects. */
export async function pursue(
  { file, cleanup }: { file: string; cleanup: boolean },
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
  let started = false;
  let rounds: readonly LookAt[] = [];
  let sent = unsent;
  let finding: Promise<void> | undefined;
  let interrupted: string | undefined;
  let crash: unknown;
  let entered = false;
  const ended = new Map<string, number>();

  try {
    stop.throwIfAborted();
    await enterInLedger(journey, route, ports);
    entered = true;
    await tellTrace(journey, ports);
    stop.throwIfAborted();
    sent = await send(journey, stepper, ports, stop, startSending, startClock);
    await ports.keeping.sent(journey.marker.text, keptOutcome(sent));
    stop.throwIfAborted();
    for (const wake of [...journey.onAlias]) wake('');
    // What this machine lacks is no refusal of the system's.
    if (sent.fault?.kind === 'driver-missing') interrupted = sent.fault.message;
    if (sent.outcome === 'unknown' || (sent.outcome === 'done' && needsFind(journey)))
      finding = findUntilKnown(journey, stepper, ports, until);
    if (sent.outcome !== 'refused') {
      startClock();
      await watchToTheEnd();
    }
  } catch (error) {
    if (!stop.aborted) crash = error;
    interrupted = textOf(stop.aborted ? stop.reason : error);
    if (sent === unsent) interrupted += ' before anything was sent';
  }
  over.abort(new Error('the watch is over'));
  await finding;
  const judgement = await judged();
  const { arrived, reached } = arrival();
  return { judgement, sent, arrived, reached, entered, ...(crash !== undefined && { crash }), stopped };

  function startSending(): void {
    sent = sending;
  }

  function startClock(): void {
    if (started) return;
    started = true;
    clockStart = ports.clock.now();
    ports.emit({ type: 'clock.started', scenario: journey.id });
    // A person who steps through looks when the send is done, and not before.
    if (ports.witness?.afterRound === undefined) beginWatch();
  }

  function beginWatch(): void {
    watching = startWatch(journey, route.hops, clockStart, ports, until);
    // Awaited once the send is done; a stop before that must not count as unhandled.
    watching.settled.catch(() => undefined);
  }

  async function watchToTheEnd(): Promise<void> {
    if (watching === undefined) {
      await lookInRounds(journey, route.hops, clockStart, ports, until, (seen) => {
        rounds = seen;
      });
      beginWatch();
    }
    const branches = watching?.branches ?? [];
    await Promise.all(
      branches.map(async (branch) => {
        await watchBranch(branch, branches.length > 1);
        if (branches.length > 1) ended.set(branch.destination, clockNow());
      }),
    );
  }

  async function watchBranch(branch: WatchedBranch, isOneOfMany: boolean): Promise<void> {
    const { destination, settled, close } = branch;
    const hopeless = neverKnown(journey, destination);
    const whose = isOneOfMany ? `the look of ${destination}` : "the destination's look";
    if (hopeless.length === 0) await settled;
    else {
      // Where nobody knows whether anything was sent, the hops that can be read are what may tell.
      if (sent.outcome !== 'done') await branch.seen((hop) => neverKnown(journey, hop).length === 0);
      ports.emit({
        type: 'warning',
        scenario: journey.id,
        message: `not watched: nothing can tell what ${hopeless.join(', ')} is, which ${whose} needs`,
      });
    }
    const judgement = await judged();
    const own = judgement.destinations?.find(({ trail }) => trail.destination === destination) ?? judgement;
    await close(own.passes === true ? 'unseen' : 'every');
  }

  function clockNow(): number {
    return ports.clock.now() - clockStart;
  }

  async function judged(): Promise<Judgement> {
    const { clean, cleanWhen } = journey.scenario;
    // Of a record that passed nobody asks what becomes of it.
    const cleans = cleanup && clean.length > 0 && cleanWhen === 'always';
    const fate = cleans ? ('cleaned' as const) : ('stays' as const);
    const found = { route: route.facts, looks: looks(), releases: await releases, interrupted, clockStart };
    const findings = { file, fate, ...found, ...(ended.size > 0 && { ended }) };
    const isSent = sent !== unsent && sent.fault?.kind !== 'driver-missing';
    return judgeJourney(journey, isSent ? { ...findings, sent } : findings, ports);
  }

  function looks(): readonly LookAt[] {
    return [...rounds, ...(watching?.looks() ?? [])];
  }

  async function stopped(why: string): Promise<Judgement> {
    interrupted ??= why;
    // Then no branch can vouch for its end.
    ended.clear();
    return judged();
  }

  function arrival(): Pick<Pursued, 'arrived' | 'reached'> {
    const seen = new Set(looks().flatMap(({ hop, look }) => (sighted(look) ? [hop] : [])));
    const destinations = route.facts.filter((hop) => hop.destination);
    const reached = destinations.filter(({ hop }) => seen.has(hop)).map(({ hop }) => hop);
    if (reached.length === 0) return { arrived: 'nowhere', reached };
    return { arrived: reached.length === destinations.length ? 'everywhere' : 'somewhere', reached };
  }
}

/** The record is in the ledger, on disk, before it can exist anywhere else. */
async function enterInLedger(journey: Journey, { facts }: ArmedRoute, ports: Ports): Promise<void> {
  const { marker, scenario, scope } = journey;
  const destinations = facts.flatMap(({ hop, destination }) => (destination ? [hop] : []));
  await ports.keeping.created({
    scenario: scenario.name,
    file: path.resolve(scenario.baseDir, path.basename(scenario.place.file)),
    baseDir: scenario.baseDir,
    marker: marker.text,
    shape: scenario.marker,
    destination: destinations.at(-1) ?? '',
    ...(destinations.length > 1 && { destinations }),
    linger: scenario.linger,
    sentAt: scope.now.toISOString(),
    values: valuesForCleaning(journey),
    ...(ports.environment !== undefined && { environment: ports.environment }),
  });
  // Nothing could ever clean it, so no sweep need try.
  if (scenario.clean.length === 0) await ports.keeping.closed(marker.text);
}

/** A send refused in its last step may have created something in an earlier one, which must be cleaned. */
function keptOutcome({ outcome, created }: SendResult): SendResult['outcome'] {
  return outcome === 'refused' && created ? 'unknown' : outcome;
}
