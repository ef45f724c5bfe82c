// An OpenAPI document → the request that creates a record, and the operations that read, find and delete it.

import { originIn } from './addresses.ts';
import { pairs } from './body.ts';
import { freeTextIn } from './free-text.ts';
import type { Asked } from './imported.ts';
import { aliasFor, jsonPath } from './names.ts';
import { type Api, isObject, type JsonObject, listAt, readApi, textAt } from './openapi-document.ts';
import { answerOf, bodyOf, chosenOperation, type Operation, operationsOf } from './openapi-operation.ts';
import { sampleOf } from './openapi-sample.ts';
import { securityHeaders } from './openapi-security.ts';
import type { Body, Recorded } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { type Expression, expression, fromJson, isMapping, type Text, text, type Value } from './value.ts';

export async function recordedFromOpenApi(source: string, name: string, asked: Asked): Promise<Recorded> {
  const api = await readApi(source, name);
  const all = operationsOf(api);
  const operation = chosenOperation(all, (one) => bodyOf(one, api) !== undefined, asked.operation);
  const base = serverOf(api, asked.web);
  const open = new Set<string>();
  const url = { parts: [base, ...pathParts(operation, open, undefined), ...requiredQuery(operation, open)] };
  const { body, rooms } = sampleBody(operation, api);
  const freeText = freeTextIn(body, asked);
  const room = rooms.get(freeText.path.filter((step) => typeof step === 'string').join('.'));
  const alias = aliasFor(operation.path.replaceAll(/\{[^}]*\}/g, ''));
  const field = freeText.path.findLast((step) => typeof step === 'string');
  const records = recordOperations(operation, all);
  const answer = answerOf(operation, api);
  const keep = keepOf(answer, api);
  const address = (one: Operation): Text => ({ parts: [base, ...pathParts(one, open, alias)] });
  const find = keep === undefined ? undefined : findOf(records.list, api, base, open);
  return {
    source: name,
    request: { method: operation.method, url, headers: securityHeaders(operation, api), body },
    freeText: { ...freeText, ...(room !== undefined && { room }) },
    alias,
    ...(keep && { keep: { ...keep, sure: 'seen' } }),
    ...(keep &&
      records.read && { look: { url: address(records.read), ...fieldOf(records.read, field, api), sure: 'seen' } }),
    ...(find && keep && { find: { ...find, keep: keep.from } }),
    ...(keep &&
      records.remove && { clean: { urls: [address(records.remove)], from: `${name}: DELETE ${records.remove.path}` } }),
    ...(answer.status !== undefined && { status: answer.status }),
    openVars: [...open],
    notes: [
      'the body is a sample made from the schema: put in values that your system accepts',
      ...(keep === undefined
        ? ['the document does not say where the answer holds the new record’s id: fill in keep']
        : []),
    ],
  };
}

/** `servers[0]`, or Swagger's host; `--web` goes before its origin. */
function serverOf({ document, version, follow, followAll }: Api, web: string | undefined): string {
  const [first] = followAll(listAt(document, 'servers'));
  const variables = follow(first?.['variables']) ?? {};
  const filled = (textAt(first, 'url') ?? '').replaceAll(
    /\{([^{}]+)\}/g,
    (_, key: string) => textAt(follow(variables[key]), 'default') ?? '',
  );
  const scheme = listAt(document, 'schemes').includes('https') ? 'https' : 'http';
  const host = textAt(document, 'host');
  const written =
    version === '3'
      ? filled
      : `${host === undefined ? '' : `${scheme}://${host}`}${textAt(document, 'basePath') ?? ''}`;
  const origin = originIn(written);
  const prefix = written.slice(origin.length).replace(/\/$/, '');
  if (web === undefined && origin === '')
    throw new Refusal('the document does not say where its API runs', 'Give the address with --web http://…');
  return `${web === undefined ? origin : originIn(web)}${prefix === '' || prefix.startsWith('/') ? prefix : `/${prefix}`}`;
}

/** `/hotels/{hotelId}/bookings/{id}`: the last hole is the record where `alias` is given, others are variables. */
function pathParts(
  { path, parameters }: Operation,
  open: Set<string>,
  alias: string | undefined,
): (string | Expression)[] {
  const pieces = path.split(/(\{[^{}]+\})/);
  const last = pieces.findLastIndex((piece) => piece.startsWith('{'));
  return pieces.map((piece, index) => {
    if (!piece.startsWith('{')) return piece;
    if (alias !== undefined && index === last) return expression(alias);
    return given(piece.slice(1, -1), parameters, open);
  });
}

/** The value of a parameter that must be there: its example, else a variable that the user sets. */
function given(name: string, parameters: readonly JsonObject[], open: Set<string>): string | Expression {
  const found = parameters.find((one) => one['name'] === name);
  const schema = isObject(found?.['schema']) ? found['schema'] : found;
  const value = [found?.['example'], schema?.['example'], schema?.['default']].find((one) =>
    ['string', 'number'].includes(typeof one),
  );
  if (value !== undefined) return encodeURIComponent(String(value));
  const variable = name.replaceAll(/\W+/g, '_').replace(/^(?=[\d])/, '_') || 'value';
  open.add(variable);
  return expression(`vars.${variable}`);
}

function requiredQuery({ parameters }: Operation, open: Set<string>): (string | Expression)[] {
  return parameters
    .filter((one) => one['in'] === 'query' && one['required'] === true)
    .flatMap((one, index) => {
      const name = textAt(one, 'name') ?? '';
      return [`${index === 0 ? '?' : '&'}${encodeURIComponent(name)}=`, given(name, [one], open)];
    });
}

function sampleBody(operation: Operation, api: Api): { body: Body; rooms: ReadonlyMap<string, number> } {
  const described = bodyOf(operation, api);
  const sample = sampleOf(described?.schema, api);
  const example = described?.example === undefined ? undefined : fromJson(described.example);
  const value: Value =
    isMapping(example) && isMapping(sample.value) ? new Map([...sample.value, ...example]) : (example ?? sample.value);
  const type = described?.type ?? '';
  if (/urlencoded/.test(type) && isMapping(value))
    return { body: { kind: 'form', value: pairs(value) }, rooms: sample.rooms };
  if (/multipart/.test(type) && isMapping(value)) return { body: { kind: 'multipart', value }, rooms: sample.rooms };
  if (/json/.test(type)) return { body: { kind: 'json', value }, rooms: sample.rooms };
  throw new Refusal(
    `${operation.method} ${operation.path} takes ${type === '' ? 'no body' : type}, which has no sample`,
    'Name an operation with a JSON or form body: --operation',
  );
}

/** What the document says about the record's own address and about the list it is in. */
function recordOperations(
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

/** The id in the answer, or in its Location header. */
function keepOf(
  { schema, headers }: ReturnType<typeof answerOf>,
  api: Api,
): { from: string; match?: string } | undefined {
  const path =
    schema === undefined
      ? undefined
      : (pathTo(schema, api, (name) => /^(?:id|uuid|_id)$/i.test(name), 0) ??
        pathTo(schema, api, (name) => /(?:Id|_id|Number|Code)$/.test(name), 0));
  if (path !== undefined) return { from: jsonPath(path) };
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

function fieldOf(read: Operation, field: string | undefined, api: Api): { field?: string } {
  const { schema } = answerOf(read, api);
  const path =
    schema === undefined || field === undefined ? undefined : pathTo(schema, api, (name) => name === field, 0);
  return path === undefined ? {} : { field: jsonPath(path) };
}

/** A search in the list: a query parameter that takes a text. */
function findOf(
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
    `?${encodeURIComponent(textAt(search, 'name') ?? '')}=`,
    expression('marker'),
  );
  return { url, records };
}
