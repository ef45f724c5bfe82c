// What a document says of a record: the operations on it, and where its id and its text stand in the answers.

import { jsonPath } from './names.ts';
import { pathParts } from './openapi-address.ts';
import { type Api, isObject, type JsonObject, listAt, textAt } from './openapi-document.ts';
import { answerOf, type Operation } from './openapi-operation.ts';
import { encoded } from './percent.ts';
import { expression, type Text, text } from './value.ts';

/** What the document says about the record's own address and about the list it is in. */
export function recordOperations(
  { path }: Operation,
  all: readonly Operation[],
): { read?: Operation; remove?: Operation; list?: Operation } {
  const own = (method: string): Operation | undefined =>
    all.find(
      (one) =>
        one.method === method &&
        one.path.startsWith(`${path.replace(/\/$/, '')}/{`) &&
        /^\/\{[^{}/]+\}\/?$/.test(one.path.slice(path.replace(/\/$/, '').length)),
    );
  const [read, remove] = [own('GET'), own('DELETE')];
  const list = all.find((one) => one.method === 'GET' && one.path === path);
  return { ...(read && { read }), ...(remove && { remove }), ...(list && { list }) };
}

/** The id in the answer (`path`), or in its Location header. */
export function keepOf(
  { schema, headers }: ReturnType<typeof answerOf>,
  api: Api,
): { from: string; match?: string; path?: readonly string[] } | undefined {
  const path =
    schema === undefined
      ? undefined
      : (pathTo(schema, api, (name) => /^(?:id|uuid|_id)$/i.test(name), 0) ??
        pathTo(schema, api, (name) => /(?:Id|_id|Number|Code)$/.test(name), 0));
  if (path !== undefined) return { from: jsonPath(path), path };
  const location = Object.keys(headers ?? {}).some((name) => /^location$/i.test(name));
  return location ? { from: 'header:Location', match: '([^/?#]+)/?(?:[?#]|$)' } : undefined;
}

/** Where a property stands in what the schema describes, nearest first. */
function pathTo(schema: JsonObject, api: Api, fits: (name: string) => boolean, depth: number): string[] | undefined {
  const properties = Object.entries(propertiesOf(schema, api, 0));
  const here = properties.find(([name]) => fits(name));
  if (here !== undefined) return [here[0]];
  if (depth >= 3) return undefined;
  for (const [name, property] of properties) {
    const inner = api.follow(property);
    const path = inner === undefined ? undefined : pathTo(inner, api, fits, depth + 1);
    if (path !== undefined) return [name, ...path];
  }
  return undefined;
}

function propertiesOf(schema: JsonObject, api: Api, depth: number): JsonObject {
  const parts = depth > 4 ? [] : api.followAll([...listAt(schema, 'allOf'), ...listAt(schema, 'oneOf').slice(0, 1)]);
  const own = schema['properties'];
  return Object.assign(
    {},
    ...parts.map((part) => propertiesOf(part, api, depth + 1)),
    isObject(own) ? own : {},
  ) as JsonObject;
}

export function fieldOf(read: Operation, field: string | undefined, api: Api): { field?: string } {
  const { schema } = answerOf(read, api);
  const path =
    schema === undefined || field === undefined ? undefined : pathTo(schema, api, (name) => name === field, 0);
  return path === undefined ? {} : { field: jsonPath(path) };
}

/** A search in the list: a query parameter that takes a text. */
export function findOf(
  list: Operation | undefined,
  api: Api,
  base: string,
  open: Set<string>,
): { url: Text; records: string } | undefined {
  const search = list?.parameters.find(
    (one) => one['in'] === 'query' && /^(?:search|q|query|text|term|filter|s)$/i.test(textAt(one, 'name') ?? ''),
  );
  const { schema } = list === undefined ? {} : answerOf(list, api);
  if (list === undefined || search === undefined || schema === undefined) return undefined;
  const name = Object.entries(propertiesOf(schema, api, 0)).find(
    ([, property]) => api.follow(property)?.['type'] === 'array',
  )?.[0];
  const records = schema['type'] === 'array' ? '$[*]' : name === undefined ? undefined : `${jsonPath([name])}[*]`;
  if (records === undefined) return undefined;
  const url = text(
    base,
    ...pathParts(list, open, undefined),
    `?${encoded(textAt(search, 'name') ?? '')}=`,
    expression('marker'),
  );
  return { url, records };
}
