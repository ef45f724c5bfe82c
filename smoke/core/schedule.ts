// When to look again: a backoff with jitter that never outruns the source's own wish.

/** The gaps between looks, in milliseconds. */
export type Gaps = { first: number; factor: number; max: number };

/**
 * Milliseconds to wait before the next look. `n` counts the gaps already waited and `jitter` is a fraction from 0 to 1.
 *
 * The gaps grow as `first × factor^n` up to `max`. Each is then drawn from its upper half, so that many runners that
 * started together drift apart without looking much less often, and is never shorter than `first`. `retryAfter`
 * (milliseconds the source asked for) is a minimum, above `max` too.
 */
export function nextGap(poll: Gaps, n: number, jitter: number, retryAfter?: number): number {
  const first = Math.max(0, poll.first);
  const grown = first * Math.max(1, poll.factor) ** Math.max(0, n);
  const full = Math.min(Number.isNaN(grown) ? first : grown, Math.max(first, poll.max));
  const drawn = Math.max(first, full * (0.5 + 0.5 * Math.min(1, Math.max(0, jitter))));
  return retryAfter !== undefined && Number.isFinite(retryAfter) ? Math.max(drawn, retryAfter) : drawn;
}
