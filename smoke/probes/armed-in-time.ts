// Asks for where things stand before the send, and waits no longer than a person would.

import type { Clock } from './plugin.ts';

/** Milliseconds that a server has to tell it. */
const ARMING = 5000;

/** Undefined where the server cannot be asked: it may be there by the first look, which says so where it is not. */
export async function armedInTime<T>(clock: Clock, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const stop = new AbortController();
  const done = new AbortController();
  const limit = clock.wait(ARMING, done.signal).then(
    () => stop.abort(new Error('the server did not answer in time')),
    () => undefined,
  );
  try {
    return await ask(stop.signal);
  } catch {
    return undefined;
  } finally {
    done.abort();
    await limit;
  }
}
