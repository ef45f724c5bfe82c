// Whether an answer holds just as many records as its address asked for: then there may be more.

import { select } from './contents.ts';
import type { Candidate } from './look.ts';

// In lower case, without what parts the words: `per_page`, `page[size]`, `$top`.
const asks = /^(?:limit|pagelimit|perpage|pagesize|size|count|take|top|first|rows|maxresults)$/;

/** `count`: how many records the answer holds, where that is known. */
export function fullPage(answer: Candidate, count: number | undefined): string | undefined {
  if (count === undefined || count === 0) return undefined;
  const picked = select(answer, 'url:');
  const [url = ''] = picked.fits ? picked.values : [];
  if (!URL.canParse(url)) return undefined;
  const asked = [...new URL(url).searchParams].find(
    ([name, value]) =>
      asks.test(name.toLowerCase().replace(/[^a-z]/g, '')) && /^\d{1,9}$/.test(value) && Number(value) === count,
  );
  return asked === undefined
    ? undefined
    : `the answer holds ${count}, as many as ${asked[0]} asks for: there may be more`;
}
