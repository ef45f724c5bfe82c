// What a scenario expects of an answer, and whether it got it.

import type { Headers } from './http-exchange.ts';
import type { HttpExpect } from './http-options.ts';
import { maskedStart } from './masked-start.ts';

/** Without `expect.status`, any 2xx is what was asked for. */
export function statusExpected(expect: HttpExpect | undefined, status: number): boolean {
  return expect?.status === undefined ? status >= 200 && status < 300 : statusNamed(expect, status);
}

/** True only where the scenario itself names the status. */
export function statusNamed(expect: HttpExpect | undefined, status: number): boolean {
  const named = expect?.status;
  return Array.isArray(named) ? named.includes(status) : named === status;
}

/**
 * The first header that is not as expected, in words; undefined where all are. A media type may be named without
 * its parameters, and case does not count.
 */
export function headerUnmet(
  expect: HttpExpect | undefined,
  headers: Headers,
  mask: (text: string) => string,
): string | undefined {
  for (const [name, value] of Object.entries(expect?.header ?? {})) {
    const got = headers[name.toLowerCase()];
    const wanted = String(value).trim().toLowerCase();
    const values = typeof got === 'string' ? [got] : (got ?? []);
    const meets = values.map((one) => one.trim().toLowerCase());
    if (meets.some((one) => one === wanted || one.split(';', 1)[0]?.trimEnd() === wanted)) continue;
    const shown = values.length === 0 ? 'missing' : `"${maskedStart(values.join(', '), 100, mask)}"`;
    return `header ${name} is ${shown}, not "${maskedStart(String(value), 100, mask)}"`;
  }
  return undefined;
}
