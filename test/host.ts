// A host for plug-in tests: the real clock, a budget that grants at once.

import { setTimeout as delay } from 'node:timers/promises';
import type { Cookies, Host, Owner, ReadContext } from '../smoke/probes/plugin.ts';

export function testHost(more: Partial<Host> = {}): Host {
  const shared = new Map<string, unknown>();
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
    secret: () => undefined,
    shared: <T>(name: string, make: () => T) => {
      if (!shared.has(name)) shared.set(name, make());
      return shared.get(name) as T;
    },
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

/** What a look is given, with the rest as `more` says. */
export function lookContext(more: Partial<ReadContext> = {}): ReadContext {
  return {
    signal: new AbortController().signal,
    since: new Date(),
    named: false,
    cookies: noCookies,
    owner: nobody,
    ...more,
  };
}
