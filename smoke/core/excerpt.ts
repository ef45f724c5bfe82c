// Cuts the short piece of a record that a report shows: around the marker, an alias, or from its beginning.

const excerptLength = 160;
/** Masking sees this much on both sides, so that a secret at the edge of the excerpt is masked whole. */
const margin = 8_000;

/**
 * At most 160 characters, around the first of the needles that is in the text. Secrets are masked before the cut:
 * half a secret would not be recognised after it. Control characters stay; reporters escape them.
 */
export function excerptOf(text: string, needles: readonly string[], mask: (text: string) => string): string {
  const around = placeOf(text, needles);
  const from = Math.max(0, around - margin);
  const to = Math.min(text.length, around + excerptLength + margin);
  const masked = mask(text.slice(from, to));
  if (masked.length <= excerptLength && from === 0 && to === text.length) return masked;
  const start = Math.max(0, Math.min(placeOf(masked, needles), masked.length - excerptLength));
  const end = start + excerptLength;
  const before = from > 0 || start > 0 ? '…' : '';
  return `${before}${masked.slice(start, end).toWellFormed()}${to < text.length || end < masked.length ? '…' : ''}`;
}

/** Where an excerpt begins that has a needle in its middle. */
function placeOf(text: string, needles: readonly string[]): number {
  for (const needle of needles) {
    const at = needle === '' ? -1 : text.indexOf(needle);
    if (at !== -1) return Math.max(0, at - Math.max(0, Math.floor((excerptLength - needle.length) / 2)));
  }
  return 0;
}
