// A JSON value as the body of a candidate: JSONPath finds in it, also inside texts packed into texts.

import { memberPath, memberStep } from '../core/member-path.ts';
import type { Body, Found, Leaf, Part } from './candidate.ts';
import { besideRecords } from './json-beside.ts';
import type { JsonHit, JsonPath } from './json-path.ts';
import { type Json, valueText } from './json-text.ts';
import { unfold } from './unfold.ts';

/**
 * A whole document, which shows by its shape whether it could hold records. A log line or a row is one of many kinds,
 * and lacks what is in another without being at fault.
 */
export function jsonDocument(value: Json, query: JsonPath, text: string): Body {
  return {
    ...jsonBody(value, query, text),
    misfit(kind, selector) {
      const plain = kind === 'jsonpath' ? query.missing(selector, value) : undefined;
      const opened = plain === undefined ? undefined : unfold(value);
      return opened === undefined ? plain : query.missing(selector, opened);
    },
    around(kind, selector) {
      const plain = kind === 'jsonpath' ? query.find(selector, value) : undefined;
      if (plain?.fits !== true) return [];
      const root = plain.hits.length > 0 ? value : (unfold(value) ?? value);
      const found = root === value ? plain : query.find(selector, root);
      const records = new Set(found.fits ? found.hits.map((hit) => hit.value) : []);
      return besideRecords(root, { records, way: query.way(selector, root) });
    },
  };
}

/** `text` is the source's own text where there is one. */
export function jsonBody(value: Json, query: JsonPath, text: string = valueText({}, '', value)): Body {
  let unfolded: { value: Json | undefined } | undefined;
  const opened = (): Json | undefined => {
    unfolded ??= { value: unfold(value) };
    return unfolded.value;
  };
  return {
    text: () => text,
    leaves: () => jsonLeaves(opened() ?? value, '$'),
    find(kind, selector) {
      if (kind === 'name') return nameOnJson(selector, memberPath(selector, opened() ?? value));
      return findJson(query, selector, value, opened);
    },
  };
}

/** A name that stands alone reads nothing of JSON. `path`: what would. */
export function nameOnJson(name: string, path = '$.note'): Found {
  return { fits: false, why: `"${name}" is CSS or a column name, but this is JSON: use JSONPath, as in ${path}` };
}

/** Asks the value as it came, and only then with its packed texts opened: a text that looks like JSON stays itself. */
export function findJson(query: JsonPath, selector: string, value: Json, opened: () => Json | undefined): Found {
  const plain = query.find(selector, value);
  if (!plain.fits) return plain;
  const packed = plain.hits.length > 0 ? undefined : opened();
  const found = packed === undefined ? plain : query.find(selector, packed);
  return found.fits ? { fits: true, parts: found.hits.map((hit) => part(hit, query)) } : found;
}

function part(hit: JsonHit, query: JsonPath): Part {
  return { value: hit.text, body: () => jsonBody(hit.value, query, hit.text) };
}

/** Every text and number, with its path in JSONPath's own notation. */
export function* jsonLeaves(value: Json, path: string, container: object = {}, key = ''): Iterable<Leaf> {
  if (typeof value === 'string' || typeof value === 'number') {
    yield { path, text: valueText(container, key, value) };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* jsonLeaves(item, `${path}[${index}]`, value, String(index));
  } else if (value !== null && typeof value === 'object') {
    for (const [name, item] of Object.entries(value)) {
      yield* jsonLeaves(item, path + memberStep(name), value, name);
    }
  }
}
