// A journey, ports and scripted lookers on virtual time, for the tests of the run.

import type { Body } from '../../smoke/core/events.ts';
import type { Look } from '../../smoke/core/look.ts';
import { createOnce } from '../../smoke/probes/once.ts';
import type { Clock } from '../../smoke/probes/plugin.ts';
import { createBudget } from '../../smoke/run/budget.ts';
import { beginJourney, type Journey } from '../../smoke/run/journey.ts';
import { keepsNothing } from '../../smoke/run/keeping.ts';
import type { Glance, Looker } from '../../smoke/run/looker.ts';
import type { Ports } from '../../smoke/run/ports.ts';
import type { WatchedHop } from '../../smoke/run/watch.ts';
import type { Hop, Scenario } from '../../smoke/scenario/model.ts';
import { noCookies } from '../host.ts';

const place = { file: 'booking.yaml', line: 1, column: 1 };

export function hop(name: string, more: Partial<Hop> = {}): Hop {
  return { name, carries: 'content', sees: 'holds', copies: 'one', allow: [], lag: 0, place, ...more };
}

export function scenario(route: readonly Hop[], times: Partial<Scenario['times']> = {}): Scenario {
  return {
    name: 'booking',
    tags: [],
    place,
    baseDir: '/',
    vars: {},
    marker: { prefix: 'smk', separator: '-', case: 'lower', length: 16 },
    times: { deadline: 60_000, grace: 60_000, settle: 2_000, confirm: 2_000, timeout: 10_000, ...times },
    poll: { first: 100, factor: 1.5, max: 5_000 },
    sessions: {},
    send: [],
    route,
    find: [],
    clean: [],
    cleanWhen: 'always',
    leftovers: [],
    limits: {},
    linger: 86_400_000,
    needs: { env: [], secrets: [], vars: [] },
  };
}

export function ports(clock: Clock, events: Body[] = []): Ports {
  return {
    clock,
    random: { fraction: () => 0.5, draw: (alphabet, length) => alphabet.slice(0, 1).repeat(length), uuid: () => 'u' },
    emit: (body) => void events.push(body),
    secrets: { get: () => undefined, add: () => undefined },
    budget: createBudget({ clock }),
    plugin: async () => undefined,
    cookies: () => noCookies,
    keeping: keepsNothing,
    env: {},
    vars: {},
    timezone: 'UTC',
    userAgent: 'smoketrail/test',
    insecure: false,
    inflate: () => undefined,
    mask: (text) => text,
    once: createOnce(),
    attachments: { add: async () => undefined },
    browser: { headed: false, slowMo: 0 },
    host: 'test',
  };
}

export function journeyOf(it: Scenario, withPorts: Ports): Journey {
  return beginJourney('booking', it, { id: 'r', startedAt: '2026-01-05T12:00:00.000Z' }, withPorts);
}

/** What a hop shows from a moment on (ms on the clock). A look takes `takes` ms. */
export type Script = readonly { from: number; look: Look; takes?: number; retryAfter?: number }[];

export function scripted(
  name: string,
  script: Script,
  clock: Clock,
  more: Partial<Hop> & { destination?: boolean } = {},
): WatchedHop & { asked: number[] } {
  const asked: number[] = [];
  const looker: Looker = {
    async look(signal): Promise<Glance> {
      const began = clock.now();
      asked.push(began);
      const now = script.findLast(({ from }) => from <= began);
      if (now?.takes !== undefined) await clock.wait(now.takes, signal);
      return {
        look: now?.look ?? absent,
        began,
        cost: { requests: 1, bytes: 10, ms: now?.takes ?? 0 },
        ...(now?.retryAfter !== undefined && { retryAfter: now.retryAfter }),
      };
    },
    again: async () => {
      throw new Error('a scripted hop keeps no reading');
    },
    judgesBy: () => false,
  };
  const { destination = false, ...hopMore } = more;
  return { hop: hop(name, hopMore), looker, destination, asked };
}

const evidence = { source: 'test', excerpt: '' };
export const absent: Look = { kind: 'absent', searched: 'everything', proves: true };
export const intact: Look = { kind: 'intact', evidence };
export const stripped: Look = { kind: 'stripped', evidence };
export const blind: Look = { kind: 'blind', fault: { kind: 'timeout', message: 'no answer' } };
export const twice: Look = { kind: 'intact', evidence: { ...evidence, copies: 2 } };
