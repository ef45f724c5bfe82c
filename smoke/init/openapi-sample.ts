// A value that a schema allows: from its examples and defaults, else the plainest that fits.

import { type Api, isObject, type Json, type JsonObject, listAt, textAt } from './openapi-document.ts';
import { expression, fromJson, text, type Value } from './value.ts';

/** Levels of a sample; a schema may contain itself. */
const deepest = 8;

/** Characters that a text may have: `maxLength` of the field at a path of property names. */
export type Sample = { value: Value; rooms: ReadonlyMap<string, number> };

export function sampleOf(schema: Json | undefined, api: Api): Sample {
  const rooms = new Map<string, number>();
  const value = make(schema, [], { api, rooms, refs: [] }) ?? null;
  return { value, rooms };
}

type Around = { api: Api; rooms: Map<string, number>; refs: readonly string[] };

/** Undefined: nothing sensible, so the property is left out. */
function make(node: Json | undefined, path: readonly string[], around: Around): Value | undefined {
  const ref = isObject(node) ? textAt(node, '$ref') : undefined;
  if (path.length > deepest || (ref !== undefined && around.refs.includes(ref))) return undefined;
  const inner = ref === undefined ? around : { ...around, refs: [...around.refs, ref] };
  const schema = merged(around.api.follow(node), around.api, 0);
  if (schema === undefined) return undefined;
  const room = schema['maxLength'];
  if (typeof room === 'number') around.rooms.set(path.join('.'), room);
  const type = typeOf(schema);
  const given = exampleOf(schema);
  // An example of a whole object may hold what only the server sets.
  if (given !== undefined && type !== 'object') return exampleValue(given);
  if (type === 'object') return objectOf(schema, given, path, inner);
  if (type === 'array') {
    const item = make(schema['items'], path, inner);
    return item === undefined ? [] : [item];
  }
  const [choice] = listAt(schema, 'enum');
  if (choice !== undefined) return exampleValue(choice);
  if (type === 'string') return textOf(schema);
  if (type === 'integer' || type === 'number') return numberOf(schema, type === 'integer');
  return type === 'boolean' ? false : undefined;
}

/** Required properties first, then those with an example or a text in them: a marker needs a free one. */
function objectOf(schema: JsonObject, given: Json | undefined, path: readonly string[], around: Around): Value {
  const properties = isObject(schema['properties']) ? Object.entries(schema['properties']) : [];
  const required = new Set(listAt(schema, 'required'));
  const examples = isObject(given) ? given : {};
  const made = new Map<string, Value>();
  for (const isRequired of [true, false]) {
    for (const [name, property] of properties) {
      if (required.has(name) !== isRequired || made.has(name)) continue;
      const inner = merged(around.api.follow(property), around.api, 0);
      if (inner === undefined || inner['readOnly'] === true || inner['deprecated'] === true) continue;
      const example = Object.hasOwn(examples, name) ? examples[name] : undefined;
      const value = make(property, [...path, name], around);
      const wanted = isRequired || example !== undefined || exampleOf(inner) !== undefined || isFreeText(inner);
      if (!wanted) continue;
      if (example !== undefined && !isObject(example)) made.set(name, exampleValue(example));
      else if (value !== undefined) made.set(name, value);
    }
  }
  if (properties.length === 0 && isObject(given)) return exampleValue(given);
  return made;
}

function isFreeText(schema: JsonObject): boolean {
  return (
    typeOf(schema) === 'string' &&
    schema['format'] === undefined &&
    schema['pattern'] === undefined &&
    schema['enum'] === undefined
  );
}

/** `allOf` put together; of `oneOf` and `anyOf` the first. */
function merged(schema: JsonObject | undefined, api: Api, depth: number): JsonObject | undefined {
  if (schema === undefined || depth > deepest) return schema;
  const [choice] = [...listAt(schema, 'oneOf'), ...listAt(schema, 'anyOf')].filter(
    (one) => api.follow(one)?.['type'] !== 'null',
  );
  const parts = api.followAll([...listAt(schema, 'allOf'), ...(choice === undefined ? [] : [choice])]);
  const { allOf: _all, oneOf: _one, anyOf: _any, ...own } = schema;
  let all: JsonObject = own;
  for (const part of parts.toReversed()) {
    const inner = merged(part, api, depth + 1) ?? {};
    all = Object.assign({}, inner, all, joined(all, inner));
  }
  return all;
}

function joined(a: JsonObject, b: JsonObject): JsonObject {
  const properties = {
    ...(isObject(b['properties']) ? b['properties'] : {}),
    ...(isObject(a['properties']) ? a['properties'] : {}),
  };
  const required = [...listAt(b, 'required'), ...listAt(a, 'required')];
  return {
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function typeOf(schema: JsonObject): string | undefined {
  const { type } = schema;
  // OpenAPI 3.1: `type: [string, 'null']`.
  const named = Array.isArray(type) ? type.find((one) => one !== 'null') : type;
  if (typeof named === 'string') return named;
  if (isObject(schema['properties'])) return 'object';
  return schema['items'] === undefined ? undefined : 'array';
}

function exampleOf(schema: JsonObject): Json | undefined {
  return [schema['example'], listAt(schema, 'examples')[0], schema['default'], schema['const']].find(
    (one) => one !== undefined && one !== null,
  );
}

function textOf(schema: JsonObject): Value {
  const formats: Readonly<Record<string, Value>> = {
    date: text(expression("date('+1d')")),
    'date-time': text(expression("datetime('+1d')")),
    uuid: text(expression('uuid()')),
    email: 'smoke.test@example.com',
    uri: 'https://example.com/',
    url: 'https://example.com/',
    time: '12:00:00',
    ipv4: '127.0.0.1',
    hostname: 'example.com',
  };
  const format = textAt(schema, 'format') ?? '';
  if (Object.hasOwn(formats, format)) return formats[format] ?? '';
  const [least, most] = [schema['minLength'], schema['maxLength']];
  const plain = isFreeText(schema) ? 'Smoke test' : '';
  const long = typeof least === 'number' ? plain.padEnd(Math.min(least, 1000), '.') : plain;
  return typeof most === 'number' ? long.slice(0, most) : long;
}

function numberOf(schema: JsonObject, whole: boolean): Value {
  const number = (key: string): number | undefined => (typeof schema[key] === 'number' ? schema[key] : undefined);
  const above = number('exclusiveMinimum');
  const least = number('minimum') ?? (above === undefined ? undefined : above + 1);
  const most = number('maximum') ?? number('exclusiveMaximum');
  const step = number('multipleOf') ?? 1;
  const value = Math.ceil((least ?? Math.min(1, most ?? 1)) / step) * step;
  return whole ? Math.ceil(value) : value;
}

export function exampleValue(json: Json): Value {
  try {
    return fromJson(json);
  } catch {
    return null;
  }
}
