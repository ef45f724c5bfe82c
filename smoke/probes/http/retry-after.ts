// Reads the Retry-After header of an answer.

import type { Clock } from '../plugin.ts';

/** A host that asks for more is asked again after this long; a wrong clock or a joke must not stop a monitor for good. */
const longestMs = 3_600_000;

/** Milliseconds to wait: from seconds or an HTTP date (RFC 9110, section 10.2.3); undefined where it says neither. */
export function retryAfterMs(header: string | readonly string[] | undefined, clock: Clock): number | undefined {
  const text = (typeof header === 'string' ? header : header?.[0])?.trim() ?? '';
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return Math.min(longestMs, Math.ceil(Number(text) * 1000));
  // An HTTP date begins with the day's name; Date.parse alone would take `-5` for a month.
  if (!/^[A-Za-z]{3,9},? /.test(text) || text.length > 64) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  return Math.min(longestMs, Math.max(0, date - clock.wall().getTime()));
}
