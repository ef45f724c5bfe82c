// Whether a text mentions an alias that cannot mean anything else.

import { isWordCharacter } from './marker.ts';

/**
 * An unmistakable alias has at least eight characters, digits and letters among them, or is a number of nine digits
 * or more. What may be a date, a time, a phone number or an address is not: other records have the same.
 */
export function isUnmistakable(alias: string): boolean {
  const text = alias.trim();
  const digits = /\d/u.test(text);
  if (!digits || text.length < 8) return false;
  return /\p{L}/u.test(text) ? !isTimestamp(text) : /^\d{9,}$/u.test(text);
}

/** As a whole token: `8841` is not mentioned by `18841`, nor `BK-2026-0042` by `BK-2026-0042-2`. */
export function mentions(text: string, alias: string): boolean {
  return mentionAt(text, alias) !== -1;
}

export function mentionAt(text: string, alias: string): number {
  for (let at = text.indexOf(alias); at !== -1; at = text.indexOf(alias, at + 1)) {
    if (!isWordCharacter(text.charAt(at - 1)) && !goesOn(text, at + alias.length)) return at;
  }
  return -1;
}

function goesOn(text: string, at: number): boolean {
  const next = text.charAt(at);
  return isWordCharacter(next) || ((next === '-' || next === '_') && isWordCharacter(text.charAt(at + 1)));
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-?\d\d-?\d\d[T ]/u.test(text);
}
