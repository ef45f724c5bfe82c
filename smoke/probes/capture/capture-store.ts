// What a capture has kept of the requests that passed: bounded, the oldest go first, and whoever waits is woken.

import type { Clock } from '../plugin.ts';
import { type Passed, sizeOf } from './capture-record.ts';

export type StoreLimits = {
  /** Bytes kept in all. */
  total: number;
  /** Nothing is let go that is younger than this, in milliseconds: there is no room then. */
  keepsFor: number;
};

export type Store = {
  /** Since when it has seen everything. */
  readonly since: Date;
  /** Of the newest change. */
  readonly newest: number;
  /** Requests so far. */
  readonly count: number;
  /** Requests that are still coming in. */
  readonly pending: number;
  /** A request began: its number. It is pending until it is put whole, or has ended. */
  begin(): number;
  /** Room for so many bytes more; false where there is none. */
  take(bytes: number): boolean;
  /** Adds it, or puts it in place of what was known of it. `taken`: what was taken for it since it was last put. */
  put(passed: Passed, taken: number): void;
  /** The latest that came and could not be read as a request. */
  readonly unread: Unread | undefined;
  /** Something came that cannot be read as a request, or goes no further: why, in words. */
  miss(why: string): void;
  /** It comes to nothing that could be kept. */
  forget(id: number, taken: number): void;
  /** What changed after that change, each with the number of its last change, oldest first. `lost`: some of it is gone. */
  after(change: number): { changes: readonly Change[]; lost: boolean };
  /** Resolves when there is something after that change. */
  changed(after: number, signal: AbortSignal): Promise<void>;
};

/** `at`: ISO 8601. */
export type Unread = { at: string; why: string };

export type Change = { change: number; passed: Passed };

/** However small they are. */
const mostKept = 20_000;

export function createStore({ total, keepsFor }: StoreLimits, clock: Clock): Store {
  const since = clock.wall();
  /** By id, in the order of their last change. */
  const kept = new Map<number, Change & { size: number; added: number }>();
  const incoming = new Set<number>();
  const waiting = new Set<() => void>();
  let newest = 0;
  let count = 0;
  let held = 0;
  let lostUpTo = 0;
  let unread: Unread | undefined;

  /** Lets the oldest go; false where it is too young for that, or there is none. */
  function drop(): boolean {
    const oldest = kept.entries().next().value;
    if (oldest === undefined) return false;
    const [id, { change, size, added }] = oldest;
    if (clock.now() - added < keepsFor) return false;
    kept.delete(id);
    held -= size;
    lostUpTo = change;
    return true;
  }

  return {
    since,
    get newest() {
      return newest;
    },
    get count() {
      return count;
    },
    get pending() {
      return incoming.size;
    },
    get unread() {
      return unread;
    },
    miss(why) {
      unread = { at: clock.wall().toISOString(), why };
      newest += 1;
      for (const wake of waiting) wake();
    },
    begin() {
      count += 1;
      incoming.add(count);
      return count;
    },
    take(bytes) {
      while (held + bytes > total || kept.size >= mostKept) if (!drop()) return false;
      held += bytes;
      return true;
    },
    put(passed, taken) {
      const before = kept.get(passed.id);
      const size = sizeOf(passed);
      // The answer may begin before all of the request is there.
      if (passed.request.complete || passed.ms !== undefined) incoming.delete(passed.id);
      count = Math.max(count, passed.id);
      held += size - taken - (before?.size ?? 0);
      // At the end: what changed last goes last.
      kept.delete(passed.id);
      newest += 1;
      kept.set(passed.id, { change: newest, passed, size, added: before?.added ?? clock.now() });
      for (const wake of waiting) wake();
    },
    forget(id, taken) {
      incoming.delete(id);
      held -= taken;
      lostUpTo = newest + 1;
      newest += 1;
      for (const wake of waiting) wake();
    },
    after(change) {
      const changes = [...kept.values()].filter((one) => one.change > change);
      return { changes, lost: lostUpTo > change };
    },
    changed(after, signal) {
      if (newest > after) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const stop = (): void => reject(signal.reason);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      waiting.add(resolve);
      return promise.finally(() => {
        waiting.delete(resolve);
        signal.removeEventListener('abort', stop);
      });
    },
  };
}
