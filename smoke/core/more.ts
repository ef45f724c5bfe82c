// Whether an answer says that it holds only some of the records there are: then nothing found in it proves nothing.

import { select } from './contents.ts';
import type { Candidate } from './look.ts';

/** The usual places of the usual words, at the top of a JSON answer or one level below. */
const places = ['$[NAMES]', "$['meta','pagination','paging','page','links','_links'][NAMES]"] as const;
const next = ['next', 'nextPage', 'next_page', 'nextPageToken', 'next_page_token', 'nextCursor', 'next_cursor'];
const flags = ['hasMore', 'has_more', 'hasNext', 'has_next'];
const totals = ['total', 'totalCount', 'total_count', 'totalItems', 'totalElements', 'totalResults'];

const nextIn = pathsTo(next);
const flagsIn = pathsTo(flags);
const totalsIn = pathsTo(totals);

/** Why there may be more than the `count` records cut out of the answer, or undefined where it says nothing of more. */
export function moreThan(answer: Candidate, count: number): string | undefined {
  const told = [
    ...valuesOf(answer, totalsIn),
    ...valuesOf(answer, ['header:X-Total-Count']),
    ...valuesOf(answer, ['header:Content-Range']).map((range) => range.slice(range.indexOf('/') + 1)),
  ];
  const total = told.find((one) => /^\d{1,15}$/.test(one.trim()) && Number(one) > count);
  if (total !== undefined) return `the answer holds ${count} of ${total.trim()}`;
  const goesOn =
    valuesOf(answer, nextIn).some((one) => !['', 'false', '{}', '[]'].includes(one.trim())) ||
    valuesOf(answer, flagsIn).some((one) => one.trim() === 'true');
  return goesOn ? `the answer holds ${count} and says that there are more` : undefined;
}

function pathsTo(names: readonly string[]): readonly string[] {
  const list = names.map((name) => `'${name}'`).join(',');
  return places.map((place) => place.replace('NAMES', list));
}

/** What is no JSON or no HTTP answer has none of these. */
function valuesOf(answer: Candidate, selectors: readonly string[]): readonly string[] {
  return selectors.flatMap((selector) => {
    const picked = select(answer, selector);
    return picked.fits ? picked.values : [];
  });
}
