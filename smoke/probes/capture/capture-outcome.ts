// What became of a request that passed, as far as it was seen.

import { visible } from '../../core/escape.ts';
import { seconds } from '../../core/wording.ts';
import { maskedLine } from '../masked-start.ts';
import type { Passed } from './capture-record.ts';

export const longestShown = 120;

/** Its answer has not come, or not all of it, and nothing has come in the way of that. */
export function isOngoing({ ms, leftOff }: Passed): boolean {
  return ms === undefined && leftOff === undefined;
}

/** It did not get through: no answer, not all of one, or one that refuses it. Whoever sent it may try again. */
export function isFailed(passed: Passed): boolean {
  const { failed, leftOff, response } = passed;
  if (isOngoing(passed)) return false;
  return failed !== undefined || leftOff !== undefined || (response !== undefined && response.status >= 400);
}

/** `PUT /reservations/8841 → 201`. `now`: of the look, for what has not ended by then. */
export function sourceOf(passed: Passed, mask: (text: string) => string, now: Date): string {
  const { method, path } = passed;
  return visible(
    `${method} ${maskedLine(path, longestShown, mask)} → ${maskedLine(outcomeOf(passed, now), longestShown, mask)}`,
  );
}

function outcomeOf(passed: Passed, now: Date): string {
  const { at, ms, response, failed, leftOff } = passed;
  if (ms === undefined) {
    const sofar = response === undefined ? 'no answer yet' : `${response.status}, still coming`;
    // As it was at the moment of the look: a later one may not be able to tell.
    return leftOff
      ? `${sofar} when its capture ended`
      : `${sofar} (${seconds(Math.max(0, now.getTime() - Date.parse(at)))})`;
  }
  if (response === undefined) return failed ?? 'no answer';
  return failed === undefined ? String(response.status) : `${response.status}, broken off: ${failed}`;
}
