// A small JSON Schema check (draft 2020-12) for the keywords that `smoketrail schema` prints. A keyword it does not know
// is an error, so that nothing passes unchecked.

type Schema = boolean | { readonly [keyword: string]: unknown };
type Check = (
  told: never,
  value: unknown,
  at: string,
  root: Schema,
  whole: Readonly<Record<string, unknown>>,
) => string[];

/** What is wrong, each with its path; empty where the value fits. */
export function faultsIn(value: unknown, schema: Schema, at = '$', root: Schema = schema): string[] {
  if (typeof schema === 'boolean') return schema ? [] : [`${at}: not allowed`];
  return Object.entries(schema).flatMap(([keyword, told]) => {
    if (annotations.has(keyword)) return [];
    const check = checks[keyword];
    if (check === undefined) throw new Error(`the keyword ${keyword} is not known to this check`);
    return check(told as never, value, at, root, schema);
  });
}

const annotations = new Set(['$schema', '$id', '$defs', 'title', 'description', 'examples', 'default']);

const checks: Readonly<Record<string, Check>> = {
  $ref: (ref: string, value, at, root) => {
    const defs = (root as { $defs?: Record<string, Schema> }).$defs ?? {};
    const target = defs[ref.replace('#/$defs/', '')];
    return target === undefined ? [`${at}: ${ref} leads nowhere`] : faultsIn(value, target, at, root);
  },
  type: (type: string | string[], value, at) =>
    [type].flat().some((one) => isOf(one, value)) ? [] : [`${at}: not ${[type].flat().join(' or ')}`],
  anyOf: (choices: Schema[], value, at, root) => {
    const faults = choices.map((choice) => faultsIn(value, choice, at, root));
    return faults.some((each) => each.length === 0) ? [] : (faults.at(-1) ?? []);
  },
  const: (only: unknown, value, at) => (value === only ? [] : [`${at}: not ${String(only)}`]),
  enum: (values: unknown[], value, at) => (values.includes(value) ? [] : [`${at}: not one of ${values.join(', ')}`]),
  pattern: (pattern: string, value, at) =>
    typeof value !== 'string' || new RegExp(pattern, 'u').test(value) ? [] : [`${at}: not ${pattern}`],
  minLength: (least: number, value, at) =>
    typeof value !== 'string' || value.length >= least ? [] : [`${at}: too short`],
  maxLength: (most: number, value, at) =>
    typeof value !== 'string' || value.length <= most ? [] : [`${at}: too long`],
  minimum: (least: number, value, at) => (typeof value !== 'number' || value >= least ? [] : [`${at}: too small`]),
  maximum: (most: number, value, at) => (typeof value !== 'number' || value <= most ? [] : [`${at}: too large`]),
  minItems: (least: number, value, at) => (!Array.isArray(value) || value.length >= least ? [] : [`${at}: too few`]),
  maxItems: (most: number, value, at) => (!Array.isArray(value) || value.length <= most ? [] : [`${at}: too many`]),
  minProperties: (least: number, value, at) =>
    !isObject(value) || Object.keys(value).length >= least ? [] : [`${at}: too few keys`],
  items: (schema: Schema, value, at, root, { prefixItems }) => {
    const start = Array.isArray(prefixItems) ? prefixItems.length : 0;
    const rest = Array.isArray(value) ? value.slice(start) : [];
    return rest.flatMap((item, index) => faultsIn(item, schema, `${at}[${index + start}]`, root));
  },
  prefixItems: (schemas: Schema[], value, at, root) =>
    Array.isArray(value)
      ? schemas.flatMap((schema, index) =>
          index < value.length ? faultsIn(value[index], schema, `${at}[${index}]`, root) : [],
        )
      : [],
  required: (keys: string[], value, at) =>
    isObject(value) ? keys.filter((key) => !Object.hasOwn(value, key)).map((key) => `${at}: ${key} is missing`) : [],
  properties: (schemas: Record<string, Schema>, value, at, root) =>
    entriesOf(value).flatMap(([key, inner]) => faultsIn(inner, schemas[key] ?? true, `${at}.${key}`, root)),
  patternProperties: (schemas: Record<string, Schema>, value, at, root) =>
    Object.entries(schemas).flatMap(([pattern, schema]) =>
      entriesOf(value)
        .filter(([key]) => new RegExp(pattern, 'u').test(key))
        .flatMap(([key, inner]) => faultsIn(inner, schema, `${at}.${key}`, root)),
    ),
  propertyNames: (schema: Schema, value, at, root) =>
    entriesOf(value).flatMap(([key]) => faultsIn(key, schema, `${at}.${key} as a key`, root)),
  additionalProperties: (schema: Schema, value, at, root, { properties, patternProperties }) => {
    const patterns = Object.keys(patternProperties ?? {}).map((pattern) => new RegExp(pattern, 'u'));
    return entriesOf(value)
      .filter(([key]) => !Object.hasOwn(properties ?? {}, key) && !patterns.some((pattern) => pattern.test(key)))
      .flatMap(([key, inner]) => faultsIn(inner, schema, `${at}.${key}`, root));
  },
};

function isOf(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'null') return value === null;
  return typeof value === type;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}
