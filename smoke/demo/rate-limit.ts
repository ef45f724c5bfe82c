// A rate limit over fixed windows of time.

/** Asked before each request: undefined lets it pass, a number is the whole seconds to wait (Retry-After). */
export function rateLimit(requests: number, perMs: number): (now: number) => number | undefined {
  let windowStart = Number.NEGATIVE_INFINITY;
  let used = 0;
  return (now) => {
    if (now - windowStart >= perMs) {
      windowStart = now;
      used = 0;
    }
    used++;
    return used <= requests ? undefined : Math.max(1, Math.ceil((windowStart + perMs - now) / 1000));
  };
}
