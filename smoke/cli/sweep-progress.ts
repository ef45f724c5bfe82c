// What a sweep is at while it says nothing: on a terminal a line that is redrawn, elsewhere a line every so often.

import { visible } from '../core/escape.ts';
import type { Body } from '../core/events.ts';
import { seconds } from '../core/wording.ts';
import type { Clock } from '../probes/plugin.ts';
import type { Budget } from '../run/budget.ts';
import type { World } from './world.ts';

export type Progress = {
  /** What it is at from now on: `record 1 of 3, smk-…`. */
  at(what: string): void;
  /** The same, step by step; between two steps it looks. */
  follow(event: Body, what: string): void;
  /** The same budget, of which is told whose host is waited for. */
  watched(budget: Budget): Budget;
  /** Makes room for a line that stays. */
  clear(): void;
  end(): void;
};

/** In ms: between two drawings, between two lines, and a wait that is not worth a word. */
const frame = 250;
const silence = 15_000;
const unnoticed = 3_000;

export function sweepProgress(world: World, clock: Clock, mask: (text: string) => string): Progress {
  const { stderr, env } = world;
  const redraws = stderr.tty && env['TERM'] !== 'dumb' && !env['CI'];
  const waits = new Map<object, { origin: string; since: number }>();
  const pauses = new Map<string, Date>();
  const over = new AbortController();
  let what = '';
  let since = clock.now();
  let told = clock.now();
  let drawn = false;

  const clear = (): void => {
    if (drawn) stderr.write('\r\u001b[K');
    drawn = false;
    told = clock.now();
  };

  /** The host that lets nothing through now: by its share, or since it asked to be left alone, which a step waits for by itself. */
  const held = (): { origin: string; since: number } | undefined => {
    const [wait] = waits.values();
    if (wait !== undefined) return wait;
    const paused = [...pauses].find(([, until]) => until > clock.wall());
    return paused === undefined ? undefined : { origin: paused[0], since };
  };

  /** Undefined while it is at nothing that takes time. */
  const state = (): string | undefined => {
    if (what === '') return undefined;
    const host = held();
    const from = Math.max(since, host?.since ?? since);
    // A narrow terminal cuts the end, and what it waits for is what somebody wants to know.
    const waiting = host === undefined ? '' : ` waiting for ${hostWords(host.origin)}:`;
    return visible(mask(`${whole(clock.now() - from)}${waiting} ${what}`));
  };

  const hostWords = (origin: string): string => {
    const host = URL.canParse(origin) ? new URL(origin).host : origin;
    const until = pauses.get(origin);
    const left = (until?.getTime() ?? 0) - clock.wall().getTime();
    return `${host} (${left > 0 ? `it asks to be left alone for ${whole(left)}` : 'its share of requests'})`;
  };

  const tick = (): void => {
    const now = state();
    if (now === undefined) return;
    if (redraws) {
      const width = Math.max(2, stderr.columns() || 80) - 1;
      stderr.write(`\r\u001b[K${now.slice(0, width).toWellFormed()}`);
      drawn = true;
    } else if (clock.now() - told >= silence) {
      told = clock.now();
      stderr.write(`smoketrail: ${now}\n`);
    }
  };

  const draw = async (): Promise<void> => {
    for (;;) {
      await clock.wait(frame, over.signal);
      tick();
    }
  };
  draw().catch(() => undefined);

  const at = (next: string): void => {
    what = next;
    since = clock.now();
  };

  return {
    at,
    follow(event, name) {
      if (event.type === 'step.started') at(`${name}: ${event.phase} ${event.title}`);
      if (event.type === 'step.finished' && event.phase !== 'leftovers') at(`${name}: looking whether it is there`);
    },
    watched: (budget) => ({
      async take(origin, signal, onPause) {
        const wait = {};
        waits.set(wait, { origin, since: clock.now() });
        return budget.take(origin, signal, onPause).finally(() => waits.delete(wait));
      },
      pause(origin, ms) {
        budget.pause(origin, ms);
        const until = new Date(clock.wall().getTime() + ms);
        if (until <= (pauses.get(origin) ?? new Date(0))) return;
        pauses.set(origin, until);
        // Elsewhere the line that comes every so often would tell of it too late to be of use.
        if (!redraws && ms > unnoticed) stderr.write(`smoketrail: ${visible(mask(hostWords(origin)))}\n`);
      },
    }),
    clear,
    end() {
      over.abort(new Error('the sweep is over'));
      clear();
    },
  };
}

function whole(ms: number): string {
  return seconds(Math.round(ms / 1000) * 1000);
}
