// The request of a recording that deletes the new record. Another resource may have the same number for its id, so only
// one at an address that is known to be the record's is taken.

import type { Entry } from './har.ts';
import { addressIn, type Id, pathOfText, splitAt } from './har-record.ts';
import { isOwnId } from './own-id.ts';
import { encoded } from './percent.ts';
import type { Recorded } from './recorded.ts';
import { isItems, isMapping, jsonValue, type Value } from './value.ts';

/** A shorter text stands in answers about something else. */
const shortestShown = 8;

export function cleanIn(
  entry: Entry,
  later: readonly Entry[],
  { id, typed, alias, source }: { id: Id; typed: string; alias: string; source: string },
): Recorded['clean'] {
  // What the request itself named was there before: it is no new record's.
  if (sends(entry, id.value)) return undefined;
  const known = [...own(entry, id, alias), ...later.filter((one) => shows(one, id.value, typed)).map(({ url }) => url)];
  const removal = later.find(
    ({ method, url, status }) =>
      method === 'DELETE' && status > 0 && status < 400 && known.some((one) => isSame(one, url, id.value)),
  );
  const url = removal === undefined ? undefined : addressIn(removal.url, id.value, alias);
  return url === undefined ? undefined : { urls: [url], from: source };
}

/** What the answer says of the address: `Location`, or the id behind the address that created the record. */
function own({ method, url, status, answerHeaders }: Entry, { value, path }: Id, alias: string): string[] {
  if (method !== 'POST') return [];
  const location = answerHeaders.find(({ name }) => name.toLowerCase() === 'location')?.value ?? '';
  const told = status === 201 && location !== '' && URL.canParse(location, url) ? [new URL(location, url).href] : [];
  const { origin, pathname } = new URL(url);
  const behind = `${origin}${pathname.replace(/\/$/, '')}/${encoded(value)}`;
  return path === undefined || isOwnId(path, alias) ? [...told, behind] : told;
}

/** An answer at an address with the id, and with the whole text that was typed. */
function shows({ method, url, status, answer, answerType }: Entry, id: string, typed: string): boolean {
  if (method !== 'GET' || status < 200 || status >= 300 || splitAt(url, id) === undefined) return false;
  if (typed.length < shortestShown) return false;
  const json = /json/i.test(answerType) ? jsonValue(answer) : undefined;
  if (json !== undefined) return pathOfText(json, typed, []) !== undefined;
  const escaped = typed.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return answer.includes(typed) || answer.includes(escaped);
}

/** One address: with the id in its path the query may differ, for it only says how the record is shown or deleted. */
function isSame(known: string, url: string, id: string): boolean {
  const [one, other] = [new URL(known), new URL(url)];
  if (one.origin !== other.origin || one.pathname.replace(/\/$/, '') !== other.pathname.replace(/\/$/, ''))
    return false;
  const split = splitAt(url, id);
  return split !== undefined && (!split[0].includes('?') || one.search === other.search);
}

function sends({ url, posted }: Entry, id: string): boolean {
  if (splitAt(url, id) !== undefined) return true;
  const { text = '', params = [] } = posted ?? {};
  const json = jsonValue(text);
  const holds = (value: Value): boolean =>
    isItems(value) ? value.some(holds) : isMapping(value) ? [...value.values()].some(holds) : `${value}` === id;
  if (json !== undefined && holds(json)) return true;
  return [...new URLSearchParams(text)].some(([, value]) => value === id) || params.some(({ value }) => value === id);
}
