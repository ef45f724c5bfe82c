// What a marker is: how one is composed, recognised when a person types it, and told from another run's.

import type { Marker } from './look.ts';

/** How a scenario wants its markers. `length` counts the characters after prefix and separator. */
export type Shape = { prefix: string; separator: string; case: 'lower' | 'upper'; length: number };

/** Without 0, 1, i, l, o, which people mistake; in ascending ASCII order, so that the time part sorts. */
export const alphabet = '23456789abcdefghjkmnpqrstuvwxyz';

export const defaultShape: Shape = { prefix: 'smk', separator: '-', case: 'lower', length: 16 };

/** Seven characters in base 31 hold the seconds until the year 2842. */
const timeLength = 7;
const leastLength = timeLength + 4;
const leastTyped = 8;

/**
 * Composes a marker: prefix, separator, the second in which it was made, random characters.
 * `draw` supplies the random part; the edge passes nanoid's `customAlphabet`.
 * Throws a RangeError for a shape shorter than 11 characters or one with characters that are not safe in
 * URLs, SQL LIKE, regular expressions, XML and file names.
 */
export function composeMarker(
  shape: Shape,
  wallMs: number,
  draw: (alphabet: string, length: number) => string,
): Marker {
  if (shape.length < leastLength) {
    throw new RangeError(`A marker needs at least ${leastLength} characters after its prefix, not ${shape.length}.`);
  }
  const head = shape.prefix + shape.separator;
  for (const character of head) {
    if (!isSafe(character)) throw new RangeError(`A marker's prefix cannot contain ${JSON.stringify(character)}.`);
  }
  const tail = timePart(wallMs) + draw(alphabet, shape.length - timeLength);
  const text = head + (shape.case === 'upper' ? tail.toUpperCase() : tail);
  return { text, fixed: head.length + timeLength, prefix: head };
}

/**
 * The marker for a text that a person typed, or undefined where it has fewer than eight characters and would be
 * found everywhere. A text of the given shape is a real marker, of whatever length; any other has no fixed part.
 */
export function typedMarker(typed: string, shape: Shape = defaultShape): Marker | undefined {
  const text = typed.trim();
  if (text.length < leastTyped) return undefined;
  for (const head of [shape.prefix + shape.separator, defaultShape.prefix + defaultShape.separator]) {
    if (head.length >= 2 && text.startsWith(head) && text.length - head.length >= leastLength) {
      const tail = text.slice(head.length);
      if (isTail(tail, 'lower') || isTail(tail, 'upper'))
        return { text, fixed: head.length + timeLength, prefix: head };
    }
  }
  return { text, fixed: 0, prefix: '' };
}

/** How much of a cut marker must be left to count: where anything may stand, four characters that are its own. */
export function leastPart(marker: Marker, free: boolean): number {
  if (marker.fixed === 0) return Math.max(leastTyped, Math.ceil(marker.text.length * 0.75));
  return free ? marker.fixed + 4 : headLength(marker) + 4;
}

/** The first marker in the text that has the shape of this one and is not it: left by another run. */
export function otherMarker(text: string, marker: Marker): string | undefined {
  const head = marker.text.slice(0, headLength(marker));
  if (marker.fixed === 0 || head.length < 2) return undefined;
  const found = [head, head.toLowerCase(), head.toUpperCase()].map((form) => firstOther(text, form, marker));
  return found.find((one) => one !== undefined);
}

function firstOther(text: string, form: string, marker: Marker): string | undefined {
  for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
    const whole = text.slice(at, at + marker.text.length);
    if (isMarkerAt(text, at, marker) && whole.toLowerCase() !== marker.text.toLowerCase()) return whole;
  }
  return undefined;
}

/** True where a whole marker of this one's length stands at that place, its prefix taken as read. */
export function isMarkerAt(text: string, at: number, marker: Marker): boolean {
  const head = headLength(marker);
  const end = at + marker.text.length;
  if (end > text.length || isWordCharacter(text.charAt(end))) return false;
  if (isWordCharacter(text.charAt(at + head - 1)) && isWordCharacter(text.charAt(at - 1))) return false;
  const tail = text.slice(at + head, end);
  return isTail(tail, 'lower') || isTail(tail, 'upper');
}

/** Every whole marker of that shape in the text, each once. What only looks like one (a letter too many, another case) is none. */
export function markersIn(text: string, shape: Shape): Marker[] {
  const head = shape.prefix + shape.separator;
  const length = head.length + shape.length;
  const found = new Map<string, Marker>();
  for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, at + 1)) {
    const marker = { text: text.slice(at, at + length), fixed: head.length + timeLength, prefix: head };
    const isApart = !isWordCharacter(text.charAt(at - 1)) && isMarkerAt(text, at, marker);
    if (marker.text.length === length && isApart && isTail(marker.text.slice(head.length), shape.case))
      found.set(marker.text, marker);
  }
  return [...found.values()];
}

/** Length of prefix and separator. */
export function headLength(marker: Marker): number {
  return marker.fixed === 0 ? 0 : marker.fixed - timeLength;
}

/** ASCII letters and digits only: what may not touch a whole token. */
export function isWordCharacter(character: string): boolean {
  const code = character.charCodeAt(0);
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function isSafe(character: string): boolean {
  return isWordCharacter(character) || character === '-' || character === '_';
}

function isTail(text: string, kind: 'lower' | 'upper'): boolean {
  const allowed = kind === 'lower' ? alphabet : alphabet.toUpperCase();
  for (const character of text) if (!allowed.includes(character)) return false;
  return true;
}

function timePart(wallMs: number): string {
  let seconds = Math.floor(wallMs / 1000);
  let text = '';
  for (let digit = 0; digit < timeLength; digit += 1) {
    text = alphabet.charAt(seconds % alphabet.length) + text;
    seconds = Math.floor(seconds / alphabet.length);
  }
  return text;
}

/** The wall clock second in which a marker was composed, in ms; undefined for a text without a time part. */
export function markerTime(marker: Marker): number | undefined {
  if (marker.fixed === 0) return undefined;
  let seconds = 0;
  for (const character of marker.text.slice(headLength(marker), marker.fixed).toLowerCase()) {
    const digit = alphabet.indexOf(character);
    if (digit < 0) return undefined;
    seconds = seconds * alphabet.length + digit;
  }
  return seconds * 1000;
}
