// Which of the texts that were sent a field is measured by.

import { squash } from './folding.ts';
import type { SentText, Sought } from './look.ts';

/**
 * The texts that the field may hold. A shorter one that stands in a longer one too, as the bare marker does, would make
 * a cut of the longer one read as whole: it counts only for the field it was sent in. A header or a whole document (a
 * body, a URL) counts only where nothing else was sent; by a document alone, the marker decides.
 */
export function sentTexts(sought: Sought, field: string | undefined): readonly string[] {
  const { text } = sought.marker;
  const holding = sought.sent.filter((one) => one.text.includes(text));
  const plain = holding.filter((one) => !one.document && one.header !== true);
  const texts = plain.length > 0 ? plain : holding.filter((one) => !one.document);
  const name = lastName(field);
  const measures = texts.filter(
    (one) => !isPoor(one, texts) || (name !== undefined && one.key?.toLowerCase() === name),
  );
  const alone = texts.length === 0 || (plain.length === 0 && holding.some((one) => one.document));
  return [...new Set([...measures.map((one) => one.text), ...(alone ? [text] : [])])];
}

/** The texts that were sent in other fields and may stand there, white space squashed. */
export function textsElsewhere(sought: Sought, field: string | undefined): ReadonlySet<string> {
  const own = sentTexts(sought, field);
  const others = sought.sent.filter((one) => one.text.includes(sought.marker.text) && !own.includes(one.text));
  return new Set(others.map((one) => squash(one.text)));
}

function isPoor(one: SentText, texts: readonly SentText[]): boolean {
  const text = squash(one.text);
  return texts.some((other) => {
    const richer = squash(other.text);
    return richer !== text && richer.includes(text);
  });
}

/** `guest` of `$.guest`, `$['guest']`, `$.guest[0]`, `Reservation > Guest` and `header:Guest`; none of a regular expression. */
function lastName(field: string | undefined): string | undefined {
  const selector = field?.trim().slice(0, 1000).toLowerCase();
  if (selector === undefined || selector.startsWith('/')) return undefined;
  const quoted = /(['"])([^'"]+)\1\](?:\[[\d*]+\])*$/.exec(selector)?.[2];
  return quoted ?? selector.match(/[\p{L}_][\p{L}\p{N}_-]*/gu)?.at(-1);
}
