// Polls the hops of one marker, all in parallel, until each destination has settled or its time is up.

import pRetry from 'p-retry';
import { type LookAt, mayTellMore } from '../core/answer.ts';
import { nextGap } from '../core/schedule.ts';
import type { Hop } from '../scenario/model.ts';
import { cutAfter } from './cut-after.ts';
import { type Frame, framesOf, type Moments, momentsAt } from './frames.ts';
import { cutLook, withinLag } from './glances.ts';
import { arrivedIn, createHopLog, goodAt, type HopLog, tells, toldAt, type Why, whyAt } from './hop-log.ts';
import type { Journey } from './journey.ts';
import type { Looker } from './looker.ts';
import type { Ports } from './ports.ts';
import { sleeperFor } from './wake.ts';

export type Watching = {
  /** Each destination with the hops before it. */
  branches: readonly WatchedBranch[];
  /** Resolves when all of them have settled. */
  settled: Promise<void>;
  /** Looks once more, at the hops of every branch. */
  close(which: Which): Promise<void>;
  /** Everything seen so far, in the order in which the readings began. */
  looks(): LookAt[];
};

export type WatchedBranch = {
  destination: string;
  /** Resolves when it has settled, or when its time is up and its last look is made. */
  settled: Promise<void>;
  /** Resolves when those of the hops before it that are `wanted` were seen as they should be, or the time is up. */
  seen(wanted: (hop: string) => boolean): Promise<void>;
  /** Looks once more at the hops on its line. */
  close(which: Which): Promise<void>;
};

/** At the hops not yet seen, or at every hop (not before its `lag` is over). */
type Which = 'unseen' | 'every';

export type WatchedHop = { hop: Hop; looker: Looker; destination: boolean };

/** A hop as it is watched. `over`: no further look begins on its own. `cut`: not even one under way is waited for. */
type Station = {
  watched: WatchedHop;
  log: HopLog;
  moments: Moments;
  over: AbortController;
  cut: AbortController;
  /** Resolved when it was seen as it should be, or the watch of it is over. */
  seen: PromiseWithResolvers<void>;
  followed: Promise<unknown>;
  /** How many aliases were known when the latest look began, and when that was. */
  knew: number;
  lookedAt: number;
};

/** Thrown inside the poll loop to go on polling. Not a TypeError: p-retry gives up on those. */
class NotYet extends Error {}

/** How long the hops on the way are waited for once the record has arrived, in ms. */
const courtesy = 2_000;

export function startWatch(
  journey: Journey,
  hops: readonly WatchedHop[],
  clockStart: number,
  ports: Ports,
  signal: AbortSignal,
): Watching {
  const { clock } = ports;
  const destinations = hops.flatMap(({ hop, destination }) => (destination ? [hop.name] : []));
  const frames = framesOf(
    hops.map(({ hop }) => hop),
    destinations,
    journey.scenario.times,
  );
  const open = new Set(frames);
  const sleep = sleeperFor(journey, ports);
  const stations = new Map(hops.map((watched) => [watched.hop.name, stationOf(watched)]));
  for (const station of stations.values())
    if (!station.watched.destination) station.followed = Promise.allSettled([follow(station)]);
  const branches = frames.map((frame) => ({
    destination: frame.destination,
    settled: settle(frame),
    seen: (wanted: (hop: string) => boolean) => seenBefore(frame, wanted),
    close: (which: Which) => close(which, lineOf(frame), closingAt(frame)),
  }));
  const settled = Promise.all(branches.map((branch) => branch.settled)).then(() => undefined);
  return { branches, settled, close: (which) => close(which, [...stations.values()], 0), looks };

  function stationOf(watched: WatchedHop): Station {
    const { name } = watched.hop;
    return {
      watched,
      log: createHopLog(name, journey.id, clockStart, ports),
      moments: momentsAt(name, frames),
      over: new AbortController(),
      cut: new AbortController(),
      seen: Promise.withResolvers(),
      followed: Promise.resolve(),
      knew: 0,
      lookedAt: 0,
    };
  }

  async function settle(frame: Frame): Promise<void> {
    await followToTheEnd(at(frame.destination), frame);
    await contentBefore(frame);
    open.delete(frame);
    // A hop that leads to another destination as well is still needed.
    const done = lineOf(frame).filter(({ watched }) => ![...open].some(({ line }) => line.includes(watched.hop.name)));
    for (const { over } of done) over.abort();
    // Looks under way may finish: another hop's last look may be the telling one.
    await cutAfter(
      courtesy,
      Promise.all(done.map(({ followed }) => followed)),
      done.map(({ cut }) => cut),
      clock,
    );
  }

  async function seenBefore(frame: Frame, wanted: (hop: string) => boolean): Promise<void> {
    const before = lineOf(frame).filter(
      ({ watched: { hop, destination } }) => !destination && hop.look && wanted(hop.name),
    );
    await Promise.all(before.map(({ seen }) => seen.promise));
    signal.throwIfAborted();
  }

  /** Polls a hop on the way until it was seen as it should be and what was seen has got through, or the watch is over. */
  async function follow(station: Station): Promise<void> {
    const { log, watched, seen, cut } = station;
    const enough = (): boolean => {
      const isSeen = goodAt(log.state.look, watched.hop);
      if (isSeen) seen.resolve();
      return isSeen && !mayTellMore(log.state.look);
    };
    await poll(station, enough, cut.signal).finally(() => seen.resolve());
  }

  /** Polls a destination until it was seen, then until what it shows is confirmed or has settled. */
  async function followToTheEnd(station: Station, { times }: Frame): Promise<void> {
    const { log, watched, moments } = station;
    const { hop } = watched;
    const { settle, confirm } = times;
    await poll(station, () => toldAt(log.state.look, hop), signal);
    while (log.looks.some(({ look }) => toldAt(look, hop))) {
      signal.throwIfAborted();
      if (arrivedIn(log.state.look, hop)) {
        if (confirm === 0) return;
        await clock.wait(confirm, signal);
        await confirmed(station, times.deadline);
        if (arrivedIn(log.state.look, hop)) return;
      } else {
        const left = log.state.changedAt + settle - clock.now();
        if (left <= 0 || clock.now() > clockStart + moments.end + settle + confirm) return;
        await sleep(Math.min(left, gapOf(watched, 1)), station, signal);
        await lookAt(station, 'poll', signal);
      }
    }
  }

  /** A blind confirming look neither confirms nor revokes: look again until one tells, or a look's time has passed. */
  async function confirmed(station: Station, deadline: number): Promise<void> {
    const { watched, log } = station;
    const until = Math.max(clockStart + deadline, clock.now() + limitOf(watched));
    for (let n = 1; ; n += 1) {
      const { look } = await lookAt(station, 'confirm', signal);
      const left = until - clock.now();
      if (tells(look) || left <= 0) return;
      await sleep(Math.min(gapOf(watched, n, log.retryAfter), left), station, signal);
    }
  }

  /** A destination that carries only a reference relies on the last hop before it that shows the content. */
  async function contentBefore(frame: Frame): Promise<void> {
    if (at(frame.destination).log.state.look?.kind !== 'reference') return;
    const content = lineOf(frame).findLast(
      ({ watched: { hop, destination } }) => !destination && hop.carries === 'content' && hop.look,
    );
    if (content === undefined) return;
    const own = { ...content, moments: momentsAt(frame.destination, [frame]) };
    await poll(own, (log) => goodAt(log.state.look, content.watched.hop), signal);
  }

  async function poll(station: Station, enough: (log: HopLog) => boolean, cut: AbortSignal): Promise<void> {
    const { watched, log, moments } = station;
    const stop = AbortSignal.any([signal, station.over.signal, cut]);
    let learned: string | undefined;
    let ended = false;
    const attempt = async (): Promise<void> => {
      const alias = learned;
      learned = undefined;
      if (alias !== undefined && (await judgeAgain(station, alias)) && enough(log)) return;
      const now = clock.now() - clockStart;
      await lookAt(station, whyAt(log, moments, now), AbortSignal.any([signal, cut]));
      ended = now >= moments.end;
      if (!ended && !enough(log)) throw new NotYet();
    };
    if (enough(log)) return;
    await pRetry(attempt, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      shouldRetry: ({ error }) => error instanceof NotYet && !stop.aborted,
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (!(error instanceof NotYet)) throw error;
        learned = await sleepToBoundary(gapOf(watched, attemptNumber, log.retryAfter), station, stop);
      },
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof NotYet) && !cut.aborted) throw error;
      if (cut.aborted) noteCut(station);
    });
  }

  /** An alias that changes only the judging needs no new request. */
  async function judgeAgain({ watched, log }: Station, alias: string): Promise<boolean> {
    const fresh = log.latest?.fresh;
    if (fresh === undefined || alias === '' || !watched.looker.judgesBy(alias)) return false;
    log.note(await watched.looker.again(fresh), 'poll');
    return true;
  }

  /** Sleeps for the gap, but never across a deadline or an end of grace: a look begins at each. */
  async function sleepToBoundary(gap: number, station: Station, stop: AbortSignal): Promise<string | undefined> {
    const { moments } = station;
    const now = clock.now() - clockStart;
    const boundary = moments.boundaries.find((moment) => moment > now) ?? moments.end;
    return sleep(Math.max(0, Math.min(gap, boundary - now)), station, stop);
  }

  async function lookAt(station: Station, why: Why, until: AbortSignal): Promise<LookAt> {
    const { watched, log, moments } = station;
    station.knew = journey.aliases.size;
    station.lookedAt = clock.now();
    // A budget that holds a look back must not hold the verdict back far beyond the end of grace.
    const left = Math.max(0, clockStart + moments.end - clock.now());
    const glance = await watched.looker.look(until, Math.min(left + courtesy, limitOf(watched)));
    return log.note(withinLag(glance, watched.hop.lag, clockStart), why);
  }

  /** Of a look that was under way when nobody waited for it any more. */
  function noteCut({ watched: { hop }, log, lookedAt: began }: Station): void {
    const ends = frames.flatMap(({ line, destination }) => (line.includes(hop.name) ? [at(destination)] : []));
    const arrived = ends.every(({ watched, log }) => toldAt(log.state.look, watched.hop));
    log.note(cutLook({ hop, before: log.looks.at(-1)?.look, arrived, began }, clock.now(), ports.mask), 'closing');
  }

  /** `from`: a closing look that began before this moment (ms after the clock started) was another branch's. */
  async function close(which: Which, at: readonly Station[], from: number): Promise<void> {
    const cut = new AbortController();
    const chosen = at.filter(({ watched, log }) => which === 'every' || !toldAt(log.state.look, watched.hop));
    const looked = Promise.all(chosen.map((station) => closeOne(station, which, from, cut.signal)));
    await (which === 'every' ? looked : cutAfter(courtesy, looked, [cut], clock));
  }

  async function closeOne(station: Station, which: Which, from: number, cut: AbortSignal): Promise<void> {
    const { watched, log } = station;
    const last = log.looks.at(-1);
    // A send that took longer than the watch may have told the alias without which that look could not be made.
    const isMade = last?.look.kind !== 'not-made' || station.knew === journey.aliases.size;
    if (last?.why === 'closing' && isMade && last.since >= Math.max(watched.hop.lag, from)) return;
    const lag = clockStart + watched.hop.lag - clock.now();
    if (which === 'every' && lag > 0) await clock.wait(lag, signal);
    try {
      await lookAt(station, 'closing', AbortSignal.any([signal, cut]));
    } catch (error) {
      signal.throwIfAborted();
      if (!cut.aborted) throw error;
      noteCut(station);
    }
  }

  /** The end of the branch's time, or its destination's last look where that ended the watch before. */
  function closingAt({ destination, times }: Frame): number {
    return Math.min(times.deadline + times.grace, at(destination).log.looks.at(-1)?.since ?? 0);
  }

  function looks(): LookAt[] {
    return [...stations.values()].flatMap(({ log }) => log.looks).sort((a, b) => a.since - b.since);
  }

  function lineOf({ line }: Frame): Station[] {
    return line.map(at);
  }

  function at(name: string): Station {
    const station = stations.get(name);
    if (station === undefined) throw new Error(`hop ${name} is not watched`);
    return station;
  }

  function limitOf({ hop }: WatchedHop): number {
    return hop.timeout ?? journey.scenario.times.timeout;
  }

  function gapOf({ hop }: WatchedHop, n: number, retryAfter?: number): number {
    return nextGap(hop.poll ?? journey.scenario.poll, n, ports.random.fraction(), retryAfter);
  }
}
