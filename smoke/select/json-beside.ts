// What stands in a JSON document around the records: an answer may say there that it holds only some of them.

import type { Beside } from '../core/look.ts';
import { type Json, valueText } from './json-text.ts';

/** `way`: the lists and objects that lead to the records. */
type Known = { records: ReadonlySet<Json>; way: ReadonlySet<Json> };
type Place = { path: readonly string[]; within: NonNullable<Beside['within']>; given?: number | undefined };
type Members = { [name: string]: Json };

/** Levels of objects: `data.bookings.pageInfo.hasNextPage`, `data._links.next.href`. */
const levels = 5;

/** What is in a list is a record, or belongs to one, whether it is picked or not; but for a list of links. */
export function* besideRecords(value: Json, known: Known, place: Place = { path: [], within: [] }): Iterable<Beside> {
  const { records, way } = known;
  if (!isObject(value) || records.has(value)) return;
  const members = Object.entries(value);
  const list = members.some(([, one]) => Array.isArray(one) || (isObject(one) && records.has(one)));
  const isOnWay = way.has(value);
  const within = isOnWay ? [] : [...place.within, { name: place.path.at(-1) ?? '', list }];
  const given = isOnWay ? (lengthBelow(value, known) ?? place.given) : place.given;
  for (const [name, one] of members) {
    const path = [...place.path, name];
    const about = { list, within, ...(given !== undefined && { given }) };
    if (one === null || typeof one !== 'object') yield { path, text: valueText(value, name, one), ...about };
    else if (path.length < levels && Array.isArray(one)) yield* way.has(one) ? [] : linksIn(one, { path, within });
    else if (path.length < levels) yield* besideRecords(one, known, { path, within, given });
  }
}

/** The length of the list that the records come from; of all such lists where they come from several. */
function lengthBelow(value: Members, { records, way }: Known): number | undefined {
  const lengths = Object.values(value).flatMap((one) => {
    if (!way.has(one)) return [];
    if (Array.isArray(one)) return [one.length];
    return isObject(one) && !records.has(one) ? (lengthBelow(one, { records, way }) ?? []) : [];
  });
  return lengths.length === 0 ? undefined : lengths.reduce((sum, one) => sum + one, 0);
}

/** `links: [{ rel: 'next', href }]` says what `links: { next: { href } }` does. */
function* linksIn(list: readonly Json[], { path, within }: Place): Iterable<Beside> {
  for (const one of list) {
    if (!isObject(one)) continue;
    const rel = one['rel'] ?? one['relation'];
    const target = one['href'] ?? one['url'];
    if (typeof rel !== 'string' || typeof target !== 'string') continue;
    const objects = [path.at(-1) ?? '', rel].map((name) => ({ name, list: false }));
    yield { path: [...path, rel, 'href'], text: target, list: false, within: [...within, ...objects] };
  }
}

function isObject(value: Json): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
