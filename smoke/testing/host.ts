// A host for a plug-in that is tried alone: the real clock, a budget that grants at once, no secrets.

import { setTimeout as delay } from 'node:timers/promises';
import { createOnce } from '../probes/once.ts';
import type { Cookies, Host, Owner, ReadContext } from '../probes/plugin.ts';

/** `more` replaces what a test wants otherwise: `{ baseDir: folder }`. */
export function testHost(more: Partial<Host> = {}): Host {
  return {
    clock: {
      now: () => performance.now(),
      wall: () => new Date(),
      wait: async (ms, signal) => {
        await delay(ms, undefined, signal === undefined ? {} : { signal });
      },
    },
    budget: async () => ({ release: () => undefined }),
    pause: () => undefined,
    userAgent: 'smoketrail/test',
    insecure: false,
    baseDir: process.cwd(),
    env: {},
    mask: (text) => text,
    learn: () => undefined,
    once: createOnce(),
    attach: async () => undefined,
    browser: { headed: false, slowMo: 0 },
    ...more,
  };
}

/** What a look is given, and a step as well; `more` replaces parts of it. */
export function testContext(more: Partial<ReadContext> = {}): ReadContext {
  return {
    signal: new AbortController().signal,
    since: new Date(),
    named: false,
    cookies: noCookies,
    owner: nobody,
    ...more,
  };
}

/** A jar that remembers nothing. */
export const noCookies: Cookies = {
  header: () => '',
  store: () => undefined,
  list: async () => [],
  take: async () => undefined,
};

export const nobody: Owner = { id: 'test', over: new AbortController().signal };
