// Tells a look at a send that is clearly older than the probe (`trace`, `sweep`) from one of a run.

/**
 * A look is told a moment 5 s before the send, and a run opens its probes a little after it took that moment. In
 * milliseconds.
 */
const before = 10_000;

export function isPast(since: Date, opened: Date): boolean {
  return opened.getTime() - since.getTime() > before;
}
