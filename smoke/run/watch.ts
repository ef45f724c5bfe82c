// Polls the hops of one marker, all in parallel, until its destinations have settled or its time is up.

import pRetry from 'p-retry';
import type { LookAt } from '../core/answer.ts';
import { nextGap } from '../core/schedule.ts';
import type { Hop } from '../scenario/model.ts';
import { arrivedIn, createHopLog, goodAt, type HopLog, tells, toldAt, type Why } from './hop-log.ts';
import type { Journey } from './journey.ts';
import type { Glance, Looker } from './looker.ts';
import type { Ports } from './ports.ts';

export type Watching = {
  /** Resolves when every destination has settled, or when the time is up and its last look is made. */
  settled: Promise<void>;
  /** Looks once more: at the hops not yet seen, or at every hop (not before its `lag` is over). */
  close(which: 'unseen' | 'every'): Promise<void>;
  /** Everything seen so far, in the order in which the readings began. */
  looks(): LookAt[];
};

export type WatchedHop = { hop: Hop; looker: Looker; destination: boolean };

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
  const { deadline, grace, settle, confirm } = journey.scenario.times;
  const deadlineAt = clockStart + deadline;
  const endAt = deadlineAt + grace;
  const logs = new Map(hops.map(({ hop }) => [hop.name, createHopLog(hop.name, journey.id, clockStart, ports)]));
  const deaf = new Set<string>();
  // Raised when no further look may begin on its own, for the hops on the way.
  const over = new AbortController();

  return { settled: settleAll(), close, looks };

  async function settleAll(): Promise<void> {
    const cut = new AbortController();
    const onTheWay = hops.filter((hop) => !hop.destination).map((hop) => follow(hop, cut.signal));
    const destinations = hops.filter((hop) => hop.destination);
    const rest = Promise.allSettled(onTheWay);
    await Promise.all(destinations.map(followToTheEnd));
    await contentBefore(destinations);
    over.abort();
    // Looks under way may finish: another hop's last look may be the telling one.
    await orAfter(courtesy, rest, cut);
  }

  /** Polls a hop on the way until it was seen as it should be, or the watch is over. */
  async function follow(watched: WatchedHop, cut: AbortSignal): Promise<void> {
    await poll(watched, (log) => goodAt(log.state.look, watched.hop), cut);
  }

  /** Polls a destination until it was seen, then until what it shows is confirmed or has settled. */
  async function followToTheEnd(watched: WatchedHop): Promise<void> {
    const log = logOf(watched);
    const { hop } = watched;
    await poll(watched, () => toldAt(log.state.look, hop), signal);
    while (log.looks.some((at) => toldAt(at.look, hop))) {
      signal.throwIfAborted();
      if (arrivedIn(log.state.look, hop)) {
        if (confirm === 0) return;
        await clock.wait(confirm, signal);
        await confirmed(watched, log);
        if (arrivedIn(log.state.look, hop)) return;
      } else {
        const left = log.state.changedAt + settle - clock.now();
        if (left <= 0 || clock.now() > endAt + settle + confirm) return;
        await pause(Math.min(left, gapOf(watched, 1)), watched, signal);
        await lookAt(watched, 'poll', signal);
      }
    }
  }

  /** A blind confirming look neither confirms nor revokes: look again until one tells, or a look's time has passed. */
  async function confirmed(watched: WatchedHop, log: HopLog): Promise<void> {
    const until = Math.max(deadlineAt, clock.now() + limitOf(watched));
    for (let n = 1; ; n += 1) {
      const { look } = await lookAt(watched, 'confirm', signal);
      const left = until - clock.now();
      if (tells(look) || left <= 0) return;
      await pause(Math.min(gapOf(watched, n, log.retryAfter), left), watched, signal);
    }
  }

  /** A destination that carries only a reference relies on the last hop that shows the content. */
  async function contentBefore(destinations: readonly WatchedHop[]): Promise<void> {
    if (!destinations.some(({ hop }) => logs.get(hop.name)?.state.look?.kind === 'reference')) return;
    const content = hops.filter(({ hop, destination }) => !destination && hop.carries === 'content' && hop.look).at(-1);
    if (content !== undefined) await poll(content, (log) => goodAt(log.state.look, content.hop), signal);
  }

  async function poll(watched: WatchedHop, enough: (log: HopLog) => boolean, cut: AbortSignal): Promise<void> {
    const log = logOf(watched);
    const stop = AbortSignal.any([signal, over.signal, cut]);
    let learned: string | undefined;
    let ended = false;
    const attempt = async (): Promise<void> => {
      const alias = learned;
      learned = undefined;
      if (alias !== undefined && (await judgeAgain(watched, log, alias)) && enough(log)) return;
      const now = clock.now();
      await lookAt(watched, whyAt(log, now), AbortSignal.any([signal, cut]));
      ended = now >= endAt;
      if (!ended && !enough(log)) throw new NotYet();
    };
    if (enough(log)) return;
    await pRetry(attempt, {
      retries: Number.POSITIVE_INFINITY,
      minTimeout: 0,
      shouldRetry: ({ error }) => error instanceof NotYet && !stop.aborted,
      onFailedAttempt: async ({ error, attemptNumber }) => {
        if (!(error instanceof NotYet)) throw error;
        learned = await pauseToBoundary(gapOf(watched, attemptNumber, log.retryAfter), watched, stop);
      },
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof NotYet) && !cut.aborted) throw error;
      if (cut.aborted) log.note(notWaitedFor(clock.now()), 'closing');
    });
  }

  /** An alias that changes only the judging needs no new request. */
  async function judgeAgain(watched: WatchedHop, log: HopLog, alias: string): Promise<boolean> {
    const fresh = log.latest?.fresh;
    if (fresh === undefined || alias === '' || !watched.looker.judgesBy(alias)) return false;
    log.note(await watched.looker.again(fresh), 'poll');
    return true;
  }

  /** Sleeps for the gap, but never across the deadline or the end of grace: a look begins at each. */
  async function pauseToBoundary(gap: number, watched: WatchedHop, stop: AbortSignal): Promise<string | undefined> {
    const now = clock.now();
    const boundary = now < deadlineAt ? deadlineAt : endAt;
    return pause(Math.max(0, Math.min(gap, boundary - now)), watched, stop);
  }

  function whyAt(log: HopLog, now: number): Why {
    if (log.looks.length === 0) return 'first';
    if (now >= endAt) return 'closing';
    const lookedSince = log.looks.some((at) => at.since >= deadline);
    return now >= deadlineAt && !lookedSince ? 'deadline' : 'poll';
  }

  /** Waits, unless an alias is learned (then its name is returned) or the probe has something new. */
  async function pause(ms: number, watched: WatchedHop, stop: AbortSignal): Promise<string | undefined> {
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
    if (!deaf.has(watched.hop.name))
      watched.looker.changed?.(awake.signal).then(wake, (error: unknown) => onDeaf(watched, error, awake.signal));
    await clock.wait(ms, awake.signal).catch(() => undefined);
    wake();
    journey.onAlias.delete(onAlias);
    stop.removeEventListener('abort', wake);
    return learned;
  }

  /** A tap that went deaf is said once; the hop is polled from then on. */
  function onDeaf({ hop }: WatchedHop, error: unknown, awake: AbortSignal): void {
    if (awake.aborted || deaf.has(hop.name)) return;
    deaf.add(hop.name);
    const message = `${hop.name}: its tap went deaf (${error instanceof Error ? error.message : String(error)}); it is polled from now on`;
    ports.emit({ type: 'warning', scenario: journey.id, hop: hop.name, message });
  }

  async function lookAt(watched: WatchedHop, why: Why, until: AbortSignal): Promise<LookAt> {
    // A budget that holds a look back must not hold the verdict back far beyond the end of grace.
    const left = Math.max(0, endAt - clock.now());
    const glance = await watched.looker.look(until, Math.min(left + courtesy, limitOf(watched)));
    return logOf(watched).note(withinLag(glance, watched.hop.lag, clockStart), why);
  }

  async function close(which: 'unseen' | 'every'): Promise<void> {
    const cut = new AbortController();
    const chosen = hops.filter(({ hop }) => which === 'every' || !toldAt(logs.get(hop.name)?.state.look, hop));
    const looked = Promise.all(chosen.map((watched) => closeOne(watched, which, cut.signal)));
    await (which === 'every' ? looked : orAfter(courtesy, looked, cut));
  }

  async function closeOne(watched: WatchedHop, which: 'unseen' | 'every', cut: AbortSignal): Promise<void> {
    const log = logOf(watched);
    const last = log.looks.at(-1);
    if (last?.why === 'closing' && last.since >= watched.hop.lag) return;
    const lag = clockStart + watched.hop.lag - clock.now();
    if (which === 'every' && lag > 0) await clock.wait(lag, signal);
    try {
      await lookAt(watched, 'closing', AbortSignal.any([signal, cut]));
    } catch (error) {
      signal.throwIfAborted();
      if (!cut.aborted) throw error;
      log.note(notWaitedFor(clock.now()), 'closing');
    }
  }

  /** Waits for the work, but cuts it off after `ms`. */
  async function orAfter(ms: number, work: Promise<unknown>, cut: AbortController): Promise<void> {
    const done = new AbortController();
    const late = clock.wait(ms, done.signal).then(
      () => cut.abort(new Error('not waited for')),
      () => undefined,
    );
    await work.finally(() => done.abort());
    await late;
  }

  function looks(): LookAt[] {
    return [...logs.values()].flatMap((log) => log.looks).sort((a, b) => a.since - b.since);
  }

  function logOf({ hop }: WatchedHop): HopLog {
    const log = logs.get(hop.name);
    if (log === undefined) throw new Error(`no log for hop ${hop.name}`);
    return log;
  }

  function limitOf({ hop }: WatchedHop): number {
    return hop.timeout ?? journey.scenario.times.timeout;
  }

  function gapOf({ hop }: WatchedHop, n: number, retryAfter?: number): number {
    return nextGap(hop.poll ?? journey.scenario.poll, n, ports.random.fraction(), retryAfter);
  }
}

/** An absence seen while the hop may still lag behind by design proves nothing. */
export function withinLag(glance: Glance, lag: number, clockStart: number): Glance {
  const { look } = glance;
  if (look.kind !== 'absent' || !look.proves || glance.began - clockStart >= lag) return glance;
  return { ...glance, look: { ...look, proves: false, detail: `looked before its lag of ${lag} ms was over` } };
}

function notWaitedFor(now: number): Glance {
  const look = { kind: 'not-made', why: 'the record had arrived, so this look was not waited for' } as const;
  return { look, began: now, cost: { requests: 0, bytes: 0, ms: 0 } };
}
