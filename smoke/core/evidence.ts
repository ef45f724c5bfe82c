// What a look shows for itself: where the record was read, a piece of it, and what the record says of its instance.

import { select } from './contents.ts';
import { excerptOf } from './excerpt.ts';
import type { Candidate, Evidence, Selection, Sought } from './look.ts';

/** The text that was judged, and the field it is from. */
export type Shown = { text: string; field?: string };

export function evidenceOf(
  candidate: Candidate,
  selection: Selection,
  sought: Sought,
  shown: Shown,
  mask: (text: string) => string,
): Evidence {
  const { evidence } = selection;
  const at = firstOf(candidate, evidence?.at) ?? candidate.at;
  const instance = firstOf(candidate, evidence?.instance) ?? candidate.instance;
  const release = firstOf(candidate, evidence?.commit);
  const startedAt = firstOf(candidate, evidence?.started);
  return {
    source: candidate.source,
    excerpt: excerptOf(shown.text, [sought.marker.text, ...sought.aliases.values()], mask),
    ...(shown.field === undefined ? {} : { field: shown.field }),
    ...(at === undefined ? {} : { at }),
    ...(instance === undefined ? {} : { instance }),
    ...(release === undefined ? {} : { release }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(candidate.ongoing && { ongoing: true }),
    ...(candidate.failed && { failed: true }),
  };
}

/** Evidence is extra: a selector for it that fits nothing takes nothing from the look. */
function firstOf(candidate: Candidate, selector: string | undefined): string | undefined {
  if (selector === undefined) return undefined;
  const picked = select(candidate, selector);
  return picked.fits ? picked.values.find((value) => value.trim() !== '') : undefined;
}
