// Whether an answer that only its request calls the record shows by itself that it is one.

import { hasField } from './by-alias.ts';
import { contentsOf } from './contents.ts';
import type { Candidate, Fault, Selection, Sought } from './look.ts';
import { mentions } from './mention.ts';

/**
 * Some servers answer a request for one record with 200 and an error page, an empty body or `{"error": …}`. What has
 * neither the field nor anything the record is known by may be such an answer: that is no record without the marker.
 */
export function whyUnrecognised(candidate: Candidate, selection: Selection, sought: Sought): Fault | undefined {
  if (candidate.named !== true || selection.records !== undefined || selection.where !== undefined) return undefined;
  if (hasField(candidate, selection)) return undefined;
  const { text, leaves } = contentsOf(candidate);
  const names = [sought.marker.text, ...sought.aliases.values()]
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const shows = (name: string): boolean => mentions(text, name) || leaves.some((leaf) => mentions(leaf.text, name));
  if (names.some(shows)) return undefined;
  const field = selection.field === undefined ? '' : `neither ${selection.field} nor `;
  return {
    kind: 'wrong-answer',
    message: `${candidate.source} answered with ${field === '' ? 'nothing' : `${field}anything`} that the record is known by, so it may be another answer than the record`,
    hint: 'Say with `where`, or `records` and `where`, what the record shows of itself.',
  };
}
