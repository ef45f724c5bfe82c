// What has to be done before the send, and may not hold it up for long.

import { Blind, type Clock } from './plugin.ts';

/** Milliseconds that a server has until all is open. */
const ARMING = 5000;

/** Throws what `work` throws, or a Blind where it takes too long; the signal ends it then. */
export async function inTime<T>(clock: Clock, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const done = new AbortController();
  const limit = clock.wait(ARMING, done.signal).then(
    () => stop.abort(new Blind('timeout', 'the server did not answer in time')),
    () => undefined,
  );
  try {
    return await work(stop.signal);
  } finally {
    done.abort();
    await limit;
  }
}

/** The same, though a server that cannot be reached may be there by the first look; one that turns the account down is told. */
export async function ifReachable(clock: Clock, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  try {
    await inTime(clock, work);
  } catch (error) {
    const isPassing = error instanceof Blind && ['refused', 'timeout', 'busy'].includes(error.fault.kind);
    if (!isPassing) throw error;
  }
}

/** Undefined where the server cannot be asked: it may be there by the first look, which says so where it is not. */
export async function askedInTime<T>(clock: Clock, ask: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
  try {
    return await inTime(clock, ask);
  } catch {
    return undefined;
  }
}
