// The beginning of a text from outside as a report may show it: its secrets are masked first, and it is cut second.

/** How much of a text is masked beyond what is shown, so that a secret across the cut is whole when it is masked. */
export const maskMargin: number = 65_536;
/** Characters. The margin holds as many even where it is counted in bytes. */
const longestSecret = 16_384;

/** What of the text may be masked and shown: at most `most` characters and an ellipsis where it is longer. */
export function maskedStart(text: string, most: number, mask: (text: string) => string): string {
  const [masked, whole] = maskedPart(text, most, mask);
  const isCut = !whole || masked.length > most;
  return isCut ? `${masked.slice(0, most - 1).toWellFormed()}…` : masked;
}

/** The same as one line, for a message. */
export function maskedLine(text: string, most: number, mask: (text: string) => string): string {
  const [masked, whole] = maskedPart(text, most, mask);
  const line = masked.replace(/\s+/g, ' ').trim();
  return !whole || line.length > most ? `${line.slice(0, most - 1).toWellFormed()}…` : line;
}

/**
 * The masked beginning of a text; `whole: false` where there is more of it. A text that is not `complete` itself, or too
 * long to be masked as a whole, may end in half a secret, and that end is never shown.
 */
export function maskedPart(
  text: string,
  most: number,
  mask: (text: string) => string,
  complete = true,
): [masked: string, whole: boolean] {
  if (complete && text.length <= most + maskMargin) return [mask(text), true];
  const masked = mask(text.slice(0, most + maskMargin));
  // Labels are shorter than what they stand for, so the end may have come near; behind the last label nothing moved.
  const safe = Math.max(masked.lastIndexOf('***') + 3, masked.length - longestSecret, 0);
  return [masked.slice(0, Math.min(most, safe)), false];
}
