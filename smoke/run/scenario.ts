// One marker through one scenario: mark, arm, send, watch, judge, clean. Reads as a table of contents.

import path from 'node:path';
import { handledBy } from '../core/handled.ts';
import { checkReleases, type ReleaseCheck } from '../core/release.ts';
import type { HopFact } from '../core/route.ts';
import { type Judgement, judgeMarker, type Watched } from '../core/verdict.ts';
import type { Scenario } from '../scenario/model.ts';
import { resolve } from '../scenario/template.ts';
import type { Armed, Armoury } from './armed.ts';
import type { Builds } from './builds.ts';
import { type Cleaned, cleanUp } from './clean.ts';
import { findUntilKnown } from './find.ts';
import { sighted } from './hop-log.ts';
import { beginJourney, type Given, type Journey, type RunFacts } from './journey.ts';
import type { Timer } from './look-timer.ts';
import { createLooker, type Looker } from './looker.ts';
import type { Ports } from './ports.ts';
import type { Readings } from './readings.ts';
import { routeFacts } from './route-facts.ts';
import { type SendResult, send } from './send.ts';
import type { Stepper } from './steps.ts';
import { startWatch, type WatchedHop, type Watching } from './watch.ts';

/** What the markers of one run share. */
export type Shared = {
  ports: Ports;
  armoury: Armoury;
  readings: Readings;
  timer: Timer;
  stepper: Stepper;
  builds: Builds;
  run: RunFacts;
};

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

/** `crash`: the runner itself could not go on (a ledger on a full disk, a defect); the marker is judged interrupted. */
export type MarkerResult = { judgement: Judgement; crash?: unknown };

export async function runMarker(order: Order, shared: Shared, signals: Signals): Promise<MarkerResult> {
  const { ports } = shared;
  const journey = mark(order, shared);
  const hops = await arm(journey, shared);
  const route = routeFacts(
    journey.scenario,
    hops.map(({ armed }) => armed?.plugin),
  );
  announce(order.file, journey, route, ports);
  const seen = await sendAndWatch(order, journey, hops, route, shared, signals.stop);
  const judgement = seen.judgement;
  const { verdict, passes, headline, facts, also, trail, arrivedAfter, took } = judgement;
  const marker = journey.marker.text;
  const told = {
    verdict,
    passes,
    headline,
    facts,
    also,
    trail,
    took,
    ...(arrivedAfter !== undefined && { arrivedAfter }),
  };
  ports.emit({ type: 'verdict', scenario: journey.id, marker, ...told });
  await ports.keeping.verdict(marker, verdict);
  const cleaned = await clean(order, journey, hops, seen, shared, signals.kill);
  ports.emit({ type: 'cleaned', scenario: journey.id, ...cleaned });
  return { judgement, ...(seen.crash !== undefined && { crash: seen.crash }) };
}

function mark(order: Order, shared: Shared, given: Given = {}): Journey {
  return beginJourney(order.id, order.scenario, shared.run, shared.ports, given);
}

type ArmedHop = WatchedHop & { armed: Armed | undefined };

/** Opens every probe before the send: a tap opened later has missed the message. */
export async function arm(journey: Journey, shared: Shared): Promise<ArmedHop[]> {
  const { route } = journey.scenario;
  const followed = new Set(route.map((hop) => hop.after));
  return Promise.all(
    route.map(async (hop) => {
      const armed = hop.look === undefined ? undefined : await shared.armoury.arm(hop.look, journey);
      const looker: Looker = createLooker(journey, hop, armed, shared);
      return { hop, looker, armed, destination: !followed.has(hop.name) };
    }),
  );
}

export function announce(file: string, journey: Journey, route: readonly HopFact[], ports: Ports): void {
  const { name, place, tags, description, times } = journey.scenario;
  const { deadline, grace, confirm, settle } = times;
  ports.emit({
    type: 'scenario.started',
    scenario: journey.id,
    name,
    file,
    line: place.line,
    tags,
    ...(description && { description }),
    marker: journey.marker.text,
    route,
    times: { deadline, grace, confirm, settle },
    host: ports.host,
  });
}

/** The record is in the ledger, on disk, before it can exist anywhere else. */
async function keep(journey: Journey, route: readonly HopFact[], ports: Ports): Promise<void> {
  const { marker, scenario } = journey;
  await ports.keeping.created({
    scenario: scenario.name,
    file: path.resolve(scenario.baseDir, path.basename(scenario.place.file)),
    baseDir: scenario.baseDir,
    marker: marker.text,
    shape: scenario.marker,
    destination: route.findLast((hop) => hop.destination)?.hop ?? '',
    linger: scenario.linger,
    sentAt: ports.clock.wall().toISOString(),
  });
}

type Seen = { judgement: Judgement; sent: SendResult; arrived: boolean; crash?: unknown };

async function sendAndWatch(
  order: Order,
  journey: Journey,
  hops: readonly ArmedHop[],
  route: readonly HopFact[],
  shared: Shared,
  stop: AbortSignal,
): Promise<Seen> {
  const { ports, stepper, builds } = shared;
  const ended = new AbortController();
  const until = AbortSignal.any([stop, ended.signal]);
  const releases = builds.read(journey, until).catch(() => []);
  let clockStart = ports.clock.now();
  let watching: Watching | undefined;
  let settled: Promise<void> | undefined;
  const startClock = (): void => {
    clockStart = ports.clock.now();
    ports.emit({ type: 'clock.started', scenario: journey.id });
    watching = startWatch(journey, hops, clockStart, ports, until);
    settled = watching.settled;
    // Awaited below; a refusal in between must not count as unhandled.
    settled.catch(() => undefined);
  };

  let sent: SendResult = { outcome: 'unknown', summary: 'stopped before anything was sent', created: false };
  let interrupted: string | undefined;
  let crash: unknown;
  let finding: Promise<void> | undefined;
  try {
    await keep(journey, route, ports);
    sent = { outcome: 'unknown', summary: 'stopped while sending', created: true };
    sent = await send(journey, stepper, ports, stop, startClock);
    await ports.keeping.sent(
      journey.marker.text,
      sent.outcome === 'refused' && sent.created ? 'unknown' : sent.outcome,
    );
    for (const wake of [...journey.onAlias]) wake('');
    if (sent.outcome !== 'refused') {
      finding = sent.outcome === 'unknown' ? findUntilKnown(journey, stepper, ports, until) : undefined;
      await settled;
      if (!judge(await releases).passes) await watching?.close('every');
      else await watching?.close('unseen');
    }
  } catch (error) {
    if (!stop.aborted) crash = error;
    const reason: unknown = stop.aborted ? stop.reason : error;
    interrupted = reason instanceof Error ? reason.message : String(reason);
  }
  ended.abort(new Error('the watch is over'));
  await finding;
  const judgement = judge(await releases);
  return {
    judgement,
    sent,
    arrived: hops.some((hop) => hop.destination && seenAt(hop)),
    ...(crash !== undefined && { crash }),
  };

  function seenAt({ hop }: ArmedHop): boolean {
    return watching?.looks().some((at) => at.hop === hop.name && sighted(at.look)) ?? false;
  }

  function judge(found: Awaited<typeof releases>): Judgement {
    const looks = watching?.looks() ?? [];
    const { deadline, grace, confirm, settle } = journey.scenario.times;
    const watched: Watched = {
      scenario: journey.id,
      marker: journey.marker.text,
      file: order.file,
      route,
      looks: sent.outcome === 'refused' ? [] : looks,
      send: { outcome: sent.outcome, summary: sent.summary, ...(sent.fault && { fault: sent.fault }) },
      times: { deadline, grace, confirm, settle },
      copies: new Map(journey.scenario.route.map((hop) => [hop.name, hop.copies])),
      releases: found,
      findings: checkReleases(buildRuleOf(journey), found, handledBy(looks)),
      ...(interrupted && { interrupted }),
      took: Math.round(ports.clock.now() - clockStart),
      at: ports.clock.wall().toISOString(),
    };
    return judgeMarker(watched);
  }
}

export function buildRuleOf(journey: Journey): ReleaseCheck | undefined {
  const rule = journey.scenario.releases;
  if (rule === undefined) return undefined;
  const expected = rule.equals === undefined ? undefined : resolve(rule.equals, journey.scope);
  const { same, onUnknown, onSkew } = rule;
  return { ...(same && { same }), ...(expected?.ok && { equals: String(expected.value) }), onUnknown, onSkew };
}

async function clean(
  order: Order,
  journey: Journey,
  hops: readonly ArmedHop[],
  seen: Seen,
  shared: Shared,
  kill: AbortSignal,
): Promise<Cleaned> {
  const { ports, stepper } = shared;
  const { linger } = journey.scenario;
  const destination = hops.findLast((hop) => hop.destination);
  if (!seen.sent.created && !seen.arrived) {
    await ports.keeping.closed(journey.marker.text);
    return { state: 'nothing', detail: 'nothing was created' };
  }
  if (!order.cleanup) return { state: 'kept', detail: 'kept as asked; smoketrail sweep removes it' };
  if (destination === undefined) throw new Error('a route has a destination');
  const lingersUntil = ports.clock.wall().getTime() + linger;
  const task = { journey, stepper, destination: destination.looker, arrived: seen.arrived, lingersUntil };
  try {
    return await cleanUp(task, ports, kill);
  } catch (error) {
    return {
      state: 'failed',
      detail: `${error instanceof Error ? error.message : String(error)}; run smoketrail sweep`,
    };
  }
}
