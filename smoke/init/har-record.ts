// What a recording shows of the new record: its id in the answer, who reads it, who deletes it.

import type { Entry } from './har.ts';
import { jsonPath, literally, pathPattern } from './names.ts';
import { decoded, encoded } from './percent.ts';
import type { Recorded } from './recorded.ts';
import { expression, isItems, isMapping, jsonValue, type Text, text, type Value } from './value.ts';

/** `path`: where it stands in the answer's JSON. */
export type Id = { value: string; keep: NonNullable<Recorded['keep']>; path?: readonly (string | number)[] };

/** The id of what the request created; one that later requests use goes before others. */
export function idIn(entry: Entry, later: readonly Entry[]): Id | undefined {
  const ids = [...jsonIds(entry), ...locationIds(entry)];
  return ids.find(({ value }) => later.some(({ url }) => splitAt(url, value) !== undefined)) ?? ids[0];
}

function jsonIds({ answer, answerType }: Entry): Id[] {
  const json = /json/i.test(answerType) ? jsonValue(answer) : undefined;
  const found: { path: (string | number)[]; value: string; rank: number }[] = [];
  const walk = (value: Value, path: (string | number)[], name: string): void => {
    if (isMapping(value) && path.length < 4) for (const [key, item] of value) walk(item, [...path, key], key);
    else if (isItems(value)) return;
    else if (
      ['string', 'number', 'bigint'].includes(typeof value) &&
      /(?:^_?|[a-z_])(?:id|uuid|Id|ID|number|code|reference|ref)$/.test(name) &&
      `${value}` !== ''
    )
      found.push({ path, value: `${value}`, rank: path.length * 2 + (/^_?(?:uu)?id$/.test(name) ? 0 : 1) });
  };
  if (json !== undefined) walk(json, [], '');
  return found
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ path, value }) => ({ value, path, keep: { from: jsonPath(path), sure: 'seen' } }));
}

/** `Location: /bookings/8841`. A redirect is followed, so there the id is read from where it led. */
function locationIds({ url, status, answerHeaders }: Entry): Id[] {
  const location = answerHeaders.find(({ name }) => name.toLowerCase() === 'location')?.value ?? '';
  if (location === '' || !URL.canParse(location, url)) return [];
  const { pathname } = new URL(location, url);
  const [, folder = '', value = ''] = /^(.*\/)([^/]+)\/?$/.exec(pathname) ?? [];
  if (!/\d/.test(value)) return [];
  const from = status >= 300 && status < 400 ? 'url:' : 'header:Location';
  return [{ value: decoded(value), keep: { from, match: `${pathPattern(folder)}([^/?#]+)`, sure: 'seen' } }];
}

/** The first later request that showed the record: JSON goes before pages. */
export function lookIn(later: readonly Entry[], id: Id, typed: string, alias: string): Recorded['look'] {
  const shown = later.flatMap((entry) => {
    const url =
      entry.method === 'GET' && entry.status >= 200 && entry.status < 300
        ? addressIn(entry.url, id.value, alias)
        : undefined;
    if (url === undefined) return [];
    const json = /json/i.test(entry.answerType) ? jsonValue(entry.answer) : undefined;
    const path = json === undefined ? undefined : pathOfText(json, typed, []);
    if (json === undefined ? !holds(entry.answer, typed) : path === undefined) return [];
    const isField = path?.every((step) => typeof step === 'string') === true;
    return [
      {
        rank: json === undefined ? 1 : 0,
        look: { url, ...(isField && path && { field: jsonPath(path) }), sure: 'seen' as const },
      },
    ];
  });
  return shown.toSorted((a, b) => a.rank - b.rank)[0]?.look;
}

/** The address with the alias in place of the id. */
export function addressIn(url: string, id: string, alias: string): Text | undefined {
  const split = splitAt(url, id);
  return split === undefined ? undefined : text(split[0], expression(alias), split[1]);
}

/** Where the id stands as a whole part of the path, or as a whole value of the query. */
export function splitAt(url: string, id: string): [before: string, after: string] | undefined {
  const plain = url.replace(/#.*$/, '');
  const origin = /^https?:\/\/[^/?#]*/i.exec(plain)?.[0] ?? '';
  const rest = plain.slice(origin.length);
  const found = new RegExp(`(?<=[/=])${literally(encoded(id))}(?=[/?&]|$)`).exec(rest);
  if (found === null) return undefined;
  return [origin + rest.slice(0, found.index), rest.slice(found.index + found[0].length)];
}

/** A page may show the text escaped, so its longest plain piece is looked for. */
function holds(page: string, typed: string): boolean {
  const piece = typed.split(/[&<>"'\s]+/).toSorted((a, b) => b.length - a.length)[0] ?? '';
  return piece !== '' && page.includes(piece);
}

export function pathOfText(
  value: Value,
  typed: string,
  path: readonly (string | number)[],
): (string | number)[] | undefined {
  if (typeof value === 'string') return typed !== '' && value.includes(typed) ? [...path] : undefined;
  const entries = isItems(value) ? [...value.entries()] : isMapping(value) ? [...value] : [];
  for (const [key, item] of entries) {
    const found = path.length < 8 ? pathOfText(item, typed, [...path, key]) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
