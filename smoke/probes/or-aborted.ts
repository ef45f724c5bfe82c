// Waits for work that cannot be stopped only as long as somebody wants it.

/** Rejects with the signal's reason once that aborts; the work goes on, and nobody waits for it any more. */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => undefined);
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = (): void => reject(signal.reason);
  // One that has aborted already tells nobody any more.
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return Promise.race([work, promise]).finally(() => signal.removeEventListener('abort', stop));
}
