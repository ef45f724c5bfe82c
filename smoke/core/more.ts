// Whether an answer says that it holds only some of the records there are: then nothing found in it proves nothing.

import { contentsOf, split } from './contents.ts';
import { fullPage } from './full-page.ts';
import type { Beside, Candidate } from './look.ts';
import { isAllByHeaders, moreByHeaders } from './more-headers.ts';

// Names in lower case, and without what parts their words: `next_page_url` is `nextpageurl`.
const next =
  /^(?:odata)?next(?:page|records?|results?)?(?:ur[li]|link|href|token|cursor|marker|offset|start)?$|^(?:next)?continuationtoken$/;
const target = /^(?:href|ur[li]|link|page|token|cursor)$/;
/** These may tell of anything that comes next: `schedule.next`. */
const looseNext = /^next(?:start)?$/;
/** A key of many parts, each a value. */
const lastKey = 'lastevaluatedkey';
const flag =
  /^(?:has)?more(?:results|items|records|data|pages|available)?$|^hasnext(?:page)?$|^(?:is|results?)?truncated$|^incompleteresults$/;
const last = /^(?:is)?last(?:page)?$/;
const total =
  /^(?:total(?:count|items|elements|results|records|hits|rows|entries|size)|odatacount|recordsfiltered|numfound)$/;
/** These may count or add up anything: they count beside a list, at the top, and in the usual places. */
const looseTotal = /^(?:total|count)$/;
const places =
  /^(?:meta|metadata|pages?|pageinfo|pager|paging|pagination|cursors?|links?|info|hits|resultinfo|searchmetadata|responsemetadata|lastevaluatedkey)$/;
const current = /^(?:current|currentpage|page|pagenumber|pageno|number)$/;
const pages = /^(?:totalpages?|lastpage|pagecount|numpages|pages)$/;

/** Worked out once for all the markers that are judged by one reading. */
const known = new WeakMap<object, { why: string | undefined }>();

/** Why there may be more than what `records` cut out of the answer, or undefined where it says nothing of more. */
export function moreThan(
  answer: Candidate,
  records: string | undefined,
  cut: readonly Candidate[] | undefined,
): string | undefined {
  const key = cut ?? answer;
  const found = known.get(key) ?? { why: whyMore(answer, records, cut) };
  known.set(key, found);
  return found.why;
}

function whyMore(
  answer: Candidate,
  records: string | undefined,
  cut: readonly Candidate[] | undefined,
): string | undefined {
  const around = cut === undefined || records === undefined ? [] : [...(answer.around?.(records) ?? [])];
  const all = around
    .filter(isOfRecords)
    .map((one) => ({ ...one, path: one.path.map(plainName), text: one.text.trim() }));
  const count = cut?.length ?? 0;
  const most = all.find(
    (one) => isTotal(one) && /^\d{1,15}$/.test(one.text) && Number(one.text) > (one.given ?? count),
  );
  if (most !== undefined) return `the answer holds ${most.given ?? count} of ${most.text}`;
  const given = lengthOf(answer) ?? around.find(({ path }) => path.length === 1)?.given ?? cut?.length;
  const byHeaders = moreByHeaders(answer, given);
  if (byHeaders !== undefined) return byHeaders;
  if (all.some(goesOn)) return `the answer holds ${count} and says that there are more`;
  const page = pageOf(all);
  if (page !== undefined || isAllByHeaders(answer, given) || all.some((one) => endsHere(one, given))) return page;
  return fullPage(answer, given);
}

/** It says itself that these are all. */
function endsHere(one: Beside, given: number | undefined): boolean {
  const { path, text } = one;
  const name = path.at(-1) ?? '';
  // A count may be that of the page.
  if (isTotal(one) && !path.includes('count')) return /^\d{1,15}$/.test(text) && Number(text) === (one.given ?? given);
  if (flag.test(name)) return /^(?:false|0)$/i.test(text);
  if (pages.test(name) && /^\d/.test(text)) return text === '1';
  if (last.test(name)) return text === 'true';
  return next.test(name) && /^(?:|false|null|none)$/i.test(text);
}

/** Of an answer that is a list itself. */
function lengthOf(answer: Candidate): number | undefined {
  if (!contentsOf(answer).text.trimStart().startsWith('[')) return undefined;
  const all = split(answer, '$[*]');
  return all.fits ? all.candidates.length : undefined;
}

/** What stands in an object with a list of its own, or deep in another one, tells of that: `user.messages.has_more`. */
function isOfRecords({ within = [] }: Beside): boolean {
  const isPlace = ({ name }: { name: string }): boolean => places.test(plainName(name));
  if (within.some((one) => one.list && !isPlace(one))) return false;
  return within.length < 2 || within.some(isPlace);
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
  if (/^(?:|0|false|null|none)$/i.test(text)) return false;
  if (path.includes(lastKey) || (next.test(parent) && target.test(name))) return true;
  return next.test(name) && !(looseNext.test(name) && !places.test(parent) && isDateOrWords(text));
}

/** `2026-01-01`, `1.2.2026`, `14:30`, `Check-in at 3 pm`: neither an address nor a token. */
function isDateOrWords(text: string): boolean {
  return /\s|^\d{4}-\d\d(?:-\d\d)?(?:T[\d:.,+Z-]*)?$|^\d\d?([./])\d\d?\1\d{2,4}$|^\d\d?:\d\d(?::\d\d)?$/.test(text);
}

/** `current_page: 1` beside `last_page: 17`; the last one of several holds no more than another. */
function pageOf(all: readonly Beside[]): string | undefined {
  const numbers = all.filter(({ text }) => /^\d{1,15}$/.test(text));
  for (const [, group] of Map.groupBy(numbers, ({ path }) => path.slice(0, -1).join('.'))) {
    const named = (what: RegExp): number | undefined => {
      const one = group.find(({ path }) => what.test(path.at(-1) ?? ''));
      return one === undefined ? undefined : Number(one.text);
    };
    const at = named(current);
    const end = named(pages) ?? 0;
    if (end > 1) return `the answer holds ${at === undefined ? 'one' : `page ${at}`} of ${end} pages`;
  }
  return undefined;
}

/** Without a prefix that says whose word it is: `hydra:next`. */
function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^[a-z]\w*:/, '')
    .replace(/[^a-z0-9]/g, '');
}
