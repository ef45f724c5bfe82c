// What a scenario expects of an answer, and whether it got it.

import type { Candidate } from '../../core/look.ts';
import { maskedStart } from '../masked-start.ts';
import type { Headers } from './http-exchange.ts';
import type { HttpExpect } from './http-options.ts';

/** Without `expect.status`, any 2xx is what was asked for. */
export function statusExpected(expect: HttpExpect | undefined, status: number): boolean {
  return expect?.status === undefined ? status >= 200 && status < 300 : statusNamed(expect, status);
}

/** True only where the scenario itself names the status. */
export function statusNamed(expect: HttpExpect | undefined, status: number): boolean {
  const named = expect?.status;
  return Array.isArray(named) ? named.includes(status) : named === status;
}

/** `200 or 204 was expected`; undefined where the scenario names no status. */
export function statusWanted(expect: HttpExpect | undefined): string | undefined {
  return expect?.status === undefined ? undefined : `${[expect.status].flat().join(' or ')} was expected`;
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

/** The first selector of `has` that finds nothing in the answer, in words; undefined where each finds something. */
export function missingIn(expect: HttpExpect | undefined, answer: Candidate): string | undefined {
  for (const selector of [expect?.has ?? []].flat()) {
    const found = answer.select(selector);
    if (!found.fits) return `\`expect.has\` does not fit it: ${found.why}`;
    if (found.values.length === 0) return `it has no ${selector}`;
  }
  return undefined;
}
