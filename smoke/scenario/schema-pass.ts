// Walks over JSON Schemas: changing each part, finding the keys at a path.

export type Json = { [key: string]: unknown };

const MAPS = ['properties', 'patternProperties', '$defs'];
const LISTS = ['anyOf', 'oneOf', 'allOf', 'prefixItems'];
const PARTS = ['items', 'additionalProperties', 'not'];

/** The schema with every schema in it changed, innermost first. */
export function mapSchema(schema: Json, change: (part: Json) => Json): Json {
  return change(mapParts(schema, (part) => mapSchema(part, change)));
}

/** The schema with the schemas right below it changed; `key`: the name of the property, or the keyword they stand under. */
export function mapParts(schema: Json, change: (part: Json, key: string) => Json): Json {
  const changed = (part: unknown, key: string): unknown => (isJson(part) ? change(part, key) : part);
  const parts = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (MAPS.includes(key) && isJson(value))
      return [key, Object.fromEntries(Object.entries(value).map(([name, part]) => [name, changed(part, name)]))];
    if (LISTS.includes(key) && Array.isArray(value)) return [key, value.map((part: unknown) => changed(part, key))];
    return [key, PARTS.includes(key) ? changed(value, key) : value];
  });
  return Object.fromEntries(parts);
}

const TEMPLATE: Json = { type: 'string', pattern: '\\$\\{\\{', description: 'A value from `${{ }}`.' };
/** What a text with a template in it may not fit although its value will. */
const NARROW = ['enum', 'const', 'pattern', 'format', 'minLength', 'maxLength'];

/** Numbers, booleans, fixed words and patterns may as well be a `${{ }}`. */
export function withTemplates(schema: Json): Json {
  return mapSchema(schema, (part) => {
    const typed = part['type'] === 'number' || part['type'] === 'integer' || part['type'] === 'boolean';
    if (!typed && !NARROW.some((key) => Object.hasOwn(part, key))) return part;
    const { description, examples, default: standard, ...rest } = part;
    return {
      ...(description !== undefined && { description }),
      ...(examples !== undefined && { examples }),
      ...(standard !== undefined && { default: standard }),
      anyOf: [rest, TEMPLATE],
    };
  });
}

/** Every key that a mapping at this path may have, whichever shape it takes. */
export function keysAt(schema: Json, defs: Readonly<Record<string, Json>>, path: readonly string[]): readonly string[] {
  let here = shapesOf(schema, defs);
  for (const step of path) {
    here = here.flatMap((shape) => {
      const properties = isJson(shape['properties']) ? shape['properties'] : {};
      const next = Object.hasOwn(properties, step)
        ? properties[step]
        : /^\d+$/.test(step)
          ? shape['items']
          : shape['additionalProperties'];
      return isJson(next) ? shapesOf(next, defs) : [];
    });
  }
  return [...new Set(here.flatMap((shape) => (isJson(shape['properties']) ? Object.keys(shape['properties']) : [])))];
}

function shapesOf(schema: Json, defs: Readonly<Record<string, Json>>, depth = 0): Json[] {
  if (depth > 10) return [];
  const name = typeof schema['$ref'] === 'string' ? schema['$ref'].replace('#/$defs/', '') : undefined;
  const target = name !== undefined && Object.hasOwn(defs, name) ? defs[name] : undefined;
  const branches = ['anyOf', 'oneOf', 'allOf'].flatMap((key) =>
    Array.isArray(schema[key]) ? (schema[key] as unknown[]).filter(isJson) : [],
  );
  const inner = target === undefined ? branches : [...branches, target];
  return [schema, ...inner.flatMap((part) => shapesOf(part, defs, depth + 1))];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
