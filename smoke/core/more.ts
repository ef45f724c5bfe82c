// Whether an answer says that it holds only some of the records there are: then nothing found in it proves nothing.

import { select } from './contents.ts';
import type { Beside, Candidate } from './look.ts';

// Names in lower case, and without what parts their words: `next_page_url` is `nextpageurl`.
const next =
  /^(?:odata)?next(?:page|records?|results?)?(?:ur[li]|link|href|token|cursor|marker|offset)?$|^(?:next)?continuationtoken$/;
const target = /^(?:href|ur[li]|link|page|token|cursor)$/;
const flag =
  /^(?:has)?more(?:results|items|records|data|pages|available)?$|^hasnext(?:page)?$|^(?:is|results?)?truncated$|^incompleteresults$/;
const last = /^(?:is)?last(?:page)?$/;
const total =
  /^(?:total(?:count|items|elements|results|records|hits|rows|entries|size)|odatacount|recordsfiltered|numfound)$/;
/** These may count or add up anything: they count beside a list, at the top, and in the usual places. */
const looseTotal = /^(?:total|count)$/;
const places =
  /^(?:meta|metadata|page|pages|pageinfo|pager|paging|pagination|links|info|hits|resultinfo|responsemetadata)$/;
const current = /^(?:current|currentpage|page|pagenumber|pageno|number)$/;
const pages = /^(?:totalpages?|lastpage|pagecount|numpages|pages)$/;

/** Worked out once for all the markers that are judged by one reading. */
const known = new WeakMap<readonly Candidate[], { why: string | undefined }>();

/** Why there may be more than what `records` cut out of the answer, or undefined where it says nothing of more. */
export function moreThan(answer: Candidate, records: string, cut: readonly Candidate[]): string | undefined {
  const found = known.get(cut) ?? { why: whyMore(answer, [...(answer.around?.(records) ?? [])], cut.length) };
  known.set(cut, found);
  return found.why;
}

function whyMore(answer: Candidate, beside: readonly Beside[], count: number): string | undefined {
  const all = beside.map(({ path, text, list }) => ({ path: path.map(plainName), text: text.trim(), list }));
  const told = [
    ...all.filter(isTotal).map(({ text }) => text),
    ...valuesOf(answer, 'header:X-Total-Count'),
    ...valuesOf(answer, 'header:Content-Range').map((range) => range.slice(range.indexOf('/') + 1)),
  ];
  const most = told.find((one) => /^\d{1,15}$/.test(one.trim()) && Number(one) > count);
  if (most !== undefined) return `the answer holds ${count} of ${most.trim()}`;
  const linked = valuesOf(answer, 'header:Link').some((link) => /;\s*rel="?next\b/i.test(link));
  if (linked || all.some(goesOn)) return `the answer holds ${count} and says that there are more`;
  return pageOf(all);
}

/** `total`, or `total.value` as search engines have it. */
function isTotal({ path, list }: Beside): boolean {
  const isNested = path.length > 1 && path.at(-1) === 'value';
  const [parent = '', name = ''] = ['', ...(isNested ? path.slice(0, -1) : path)].slice(-2);
  if (total.test(name)) return true;
  return looseTotal.test(name) && (list || parent === '' || places.test(parent));
}

function goesOn({ path, text }: Beside): boolean {
  const [parent = '', name = ''] = ['', ...path].slice(-2);
  if (flag.test(name)) return /^(?:true|1)$/i.test(text);
  if (last.test(name)) return text === 'false';
  const names = next.test(name) || (next.test(parent) && target.test(name));
  return names && !/^(?:|0|false|null|none)$/i.test(text);
}

/** `current_page: 1` beside `last_page: 17`. Pages that are counted from 0 end one earlier. */
function pageOf(all: readonly Beside[]): string | undefined {
  const numbers = all.filter(({ text }) => /^\d{1,15}$/.test(text));
  for (const [, group] of Map.groupBy(numbers, ({ path }) => path.slice(0, -1).join('.'))) {
    const named = (what: RegExp): number | undefined => {
      const one = group.find(({ path }) => what.test(path.at(-1) ?? ''));
      return one === undefined ? undefined : Number(one.text);
    };
    const at = named(current);
    const end = named(pages) ?? 0;
    if (Math.max(at ?? 1, 1) < end)
      return `the answer holds ${at === undefined ? 'one' : `page ${at}`} of ${end} pages`;
  }
  return undefined;
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** What is no HTTP answer has none of these. */
function valuesOf(answer: Candidate, selector: string): readonly string[] {
  const picked = select(answer, selector);
  return picked.fits ? picked.values : [];
}
