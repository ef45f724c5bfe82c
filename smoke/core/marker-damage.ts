// What may have happened to a marker itself, in any text: found in another case, split, punctuated otherwise, cut.

import type { Difference } from './difference.ts';
import { bare } from './folding.ts';
import type { Marker } from './look.ts';
import { headLength, isMarkerAt, isWordCharacter, leastPart } from './marker.ts';

/** What of a text does not depend on the marker; many markers judged on one text share it. */
export type Bones = { lower: string; letters: string };

export function bonesOf(text: string): Bones {
  const lower = text.toLowerCase();
  return { lower, letters: lettersOf(lower) };
}

/**
 * Undefined where the marker is not in the text in any form, or as it is. `free`: anything may stand in the text, so
 * a part counts only with four characters that are the marker's own.
 */
export function markerDamage(text: string, bones: Bones, marker: Marker, free: boolean): Difference | undefined {
  const needle = marker.text.toLowerCase();
  const least = leastPart(marker, free);
  if (!bones.letters.includes(lettersOf(needle.slice(0, least)))) return undefined;
  if (text.includes(marker.text)) return undefined;
  if (bones.lower.includes(needle)) return { how: 'case-changed', detail: caseOf(text, marker.text) };
  if (bare(text).includes(bare(marker.text)))
    return { how: 'whitespace', detail: 'white space was lost or added in the marker' };
  const letters = lettersOf(needle);
  if (letters.length >= 8 && bones.letters.includes(letters)) {
    return { how: 'other', detail: 'case, punctuation or white space of the marker changed' };
  }
  const part = longestPart(bones.lower, needle, least);
  if (part < least || !standsAlone(bones.lower, needle.slice(0, part), marker)) return undefined;
  const cased = text.includes(marker.text.slice(0, part)) ? '' : ', with upper and lower case changed';
  return { how: 'truncated', detail: `the first ${part} of ${needle.length} characters of the marker${cased}` };
}

function caseOf(text: string, marker: string): string {
  if (text.includes(marker.toUpperCase())) return 'the marker is in upper case';
  return text.includes(marker.toLowerCase()) ? 'the marker is in lower case' : 'upper and lower case differ';
}

/** Length of the longest beginning of the needle that is in the text: where one is, every shorter one is too. */
function longestPart(text: string, needle: string, least: number): number {
  let low = least - 1;
  let high = needle.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (text.includes(needle.slice(0, middle))) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * True where the part stands somewhere that is not another run's whole marker, which may begin the same. A part without
 * four characters of its own is this marker's only where no letter goes on after it.
 */
function standsAlone(text: string, part: string, marker: Marker): boolean {
  if (marker.fixed === 0) return true;
  const own = part.length >= marker.fixed + 4;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    if (own && !isMarkerAt(text, at, marker)) return true;
    const glued = headLength(marker) === 0 && isWordCharacter(text.charAt(at - 1));
    if (!own && !glued && !isWordCharacter(text.charAt(at + part.length))) return true;
  }
  return false;
}

/** ASCII letters and digits, and everything beyond ASCII: without spaces and punctuation. */
export function lettersOf(text: string): string {
  return text.replace(/[\0-/:-@[-`{-\x7f\s\u00ad\u200b-\u200d\u2060\ufeff]/gu, '');
}
