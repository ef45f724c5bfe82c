// Whether the headers of an HTTP answer say that it holds only some of the records there are.

import { select } from './contents.ts';
import type { Candidate } from './look.ts';

/** Characters of a header that are looked at. */
const longest = 8_192;
const nextLink = /;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next[\s"]|next(?=[\s;]|$))/i;

/** `count`: how many records the answer holds, where that is known. */
export function moreByHeaders(answer: Candidate, count: number | undefined): string | undefined {
  const isLinked = valuesOf(answer, 'Link').some((links) => links.split(',').some((link) => nextLink.test(link)));
  const isNamed = valuesOf(answer, 'X-Next-Page').some((page) => !/^(?:|0|false|null|none)$/i.test(page));
  if (isLinked || isNamed) return 'the answer says that there are more';
  const total = valuesOf(answer, 'X-Total-Count').find(isNumber);
  if (count !== undefined && Number(total) > count) return `the answer holds ${count} of ${total}`;
  const pages = valuesOf(answer, 'X-Total-Pages').find(isNumber);
  if (Number(pages) > 1) return `the answer holds one of ${pages} pages`;
  const isAll = count !== undefined && total !== undefined;
  return valuesOf(answer, 'Content-Range')
    .map((range) => moreByRange(range, count, isAll))
    .find((why) => why !== undefined);
}

/** Links to other pages, and none to a next one: so the last page of several, or of one, comes. */
export function isAllByHeaders(answer: Candidate, count: number | undefined): boolean {
  const isCounted = count !== undefined && valuesOf(answer, 'X-Total-Count').some((total) => Number(total) === count);
  return isCounted || valuesOf(answer, 'Link').some((links) => /;\s*rel\s*=\s*"?(?:first|prev|last)\b/i.test(links));
}

/** `items 0-9/200`, `0-1/*` where the number of all is unknown (unless another header tells it), `*\/200`. */
function moreByRange(range: string, count: number | undefined, isAll: boolean): string | undefined {
  const [, from, to, total = ''] =
    /^(?:[a-z-]+[ =])?\s*(?:(\d{1,15})-(\d{1,15})|\*)\/(\d{1,15}|\*)$/i.exec(range) ?? [];
  // It may count something else than records, as bytes: then its own end tells, and no number of ours.
  const held = from === undefined || to === undefined ? count : Number(to) - Number(from) + 1;
  if (held === undefined) return undefined;
  if (total === '*') return isAll ? undefined : `the answer holds ${held} of an unknown number`;
  return Number(total) > held ? `the answer holds ${held} of ${total}` : undefined;
}

function isNumber(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

/** What is no HTTP answer has none of these. */
function valuesOf(answer: Candidate, name: string): readonly string[] {
  const picked = select(answer, `header:${name}`);
  return picked.fits ? picked.values.map((value) => value.slice(0, longest).trim()) : [];
}
