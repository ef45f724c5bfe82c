// JSONPath (RFC 9535) by json-p3: loaded once, each query compiled once, never a pattern out of the data.

import type { JSONPathQuery } from 'json-p3';
import { type Json, valueText } from './json-text.ts';

export type JsonHit = { value: Json; text: string };
export type JsonHits = { fits: true; hits: readonly JsonHit[] } | { fits: false; why: string };
export type JsonPath = {
  find(query: string, root: Json): JsonHits;
  /** For a query that finds nothing: what of its path is missing, or undefined where that which it looks into is there, and empty. */
  missing(query: string, root: Json): string | undefined;
  /** The lists and objects that lead to what a query finds; where it finds nothing, as far as they are there. */
  way(query: string, root: Json): ReadonlySet<Json>;
};

const HIT_CAP = 100_000;

let loading: Promise<JsonPath> | undefined;

/** The query function; only its loading is asynchronous. */
export function loadJsonPath(): Promise<JsonPath> {
  loading ??= load();
  return loading;
}

async function load(): Promise<JsonPath> {
  const { JSONPathEnvironment, JSONPathQuery: Query, JSONPathSyntaxError } = await import('json-p3');
  // Texts that were packed into texts may stand deeper than one document may be.
  const environment = new JSONPathEnvironment({ maxRecursionDepth: 1000 });
  const check = environment.checkWellTypedness.bind(environment);
  environment.checkWellTypedness = (token, args) => {
    const pattern = token.value === 'match' || token.value === 'search' ? args[1] : undefined;
    if (pattern !== undefined && typeof (pattern as { value?: unknown }).value !== 'string') {
      throw new JSONPathSyntaxError('the pattern must be written out, never taken from the data', token);
    }
    return check(token, args);
  };
  const compiled = new Map<string, JSONPathQuery | string>();

  function compile(query: string): JSONPathQuery | string {
    const known = compiled.get(query);
    if (known !== undefined) return known;
    const made = attempt(() => environment.compile(query));
    if (compiled.size >= 1000) compiled.clear();
    compiled.set(query, made);
    return made;
  }

  return { find, missing, way };

  function find(query: string, root: Json): JsonHits {
    const path = compile(query);
    if (typeof path === 'string') return { fits: false, why: `"${query}" is not JSONPath: ${path}` };
    const hits: JsonHit[] = [];
    // Lazily, so that a wide query over a large answer holds no list of everything it passed.
    for (const node of path.lazyQuery(root)) {
      if (hits.length >= HIT_CAP) return { fits: false, why: `"${query}" selects more than ${HIT_CAP} values` };
      const value = node.value as Json;
      hits.push({ value, text: hitText(value, node.location, root) });
    }
    return { fits: true, hits };
  }

  function missing(query: string, root: Json): string | undefined {
    const path = compile(query);
    if (typeof path === 'string') return undefined;
    const upTo = (length: number): JSONPathQuery => new Query(environment, path.segments.slice(0, length));
    const gap = path.segments.findIndex((_segment, index) => upTo(index + 1).match(root) === undefined);
    const segment = path.segments[gap];
    if (segment === undefined) return undefined;
    const last = gap === path.segments.length - 1;
    // A list may be empty at any depth; a member that others are looked for in is there, or the answer is another.
    if (segment.selectors.some((selector) => 'name' in selector) && !last) {
      return `there is no ${upTo(gap + 1).toString()}`;
    }
    for (const node of upTo(gap).lazyQuery(root)) if (typeof node.value === 'object') return undefined;
    return `${upTo(gap).toString()} is neither a list nor an object`;
  }

  function way(query: string, root: Json): ReadonlySet<Json> {
    const path = compile(query);
    const found = new Set<Json>([root]);
    if (typeof path === 'string') return found;
    for (let { length } = path.segments; length > 0; length--) {
      let hits = 0;
      for (const { location } of new Query(environment, path.segments.slice(0, length)).lazyQuery(root)) {
        hits += 1;
        if (hits > HIT_CAP) break;
        for (const one of containersAt(location, root)) found.add(one);
      }
      if (hits > 0) break;
    }
    return found;
  }
}

function attempt(compile: () => JSONPathQuery): JSONPathQuery | string {
  try {
    return compile();
  } catch (error) {
    return (error as Error).message;
  }
}

function* containersAt(location: readonly (string | number)[], root: Json): Iterable<Json> {
  let at: Json | undefined = root;
  for (const key of location) {
    if (at === null || typeof at !== 'object') return;
    at = (at as { [key: string]: Json })[key];
    if (at !== null && typeof at === 'object') yield at;
  }
}

/** A number's digits are kept with its container, which the location leads to. */
function hitText(value: Json, location: readonly (string | number)[], root: Json): string {
  if (typeof value !== 'number') return valueText({}, '', value);
  let container: object = {};
  let at: Json | undefined = root;
  for (const key of location) {
    if (at === null || typeof at !== 'object') return String(value);
    container = at;
    at = (at as { [key: string]: Json })[key];
  }
  return valueText(container, location.at(-1) ?? '', value);
}
