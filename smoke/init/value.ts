// Values of a scenario that is being written. What came from a source stays literal, whatever it holds; only an
// expression that smoketrail itself put there becomes `${{ }}`.

/** What stands between `${{` and `}}`. */
export type Expression = { readonly expression: string };

/** A text with expressions in it. */
export type Text = { readonly parts: readonly (string | Expression)[] };

/** A value with a comment above it or beside it. */
export type Noted = { readonly noted: Value; readonly above?: string; readonly beside?: string };

/** Mappings are Maps: their keys keep their order, and no key means anything to JavaScript. */
export type Value =
  | null
  | boolean
  | number
  | bigint
  | string
  | Text
  | Noted
  | readonly Value[]
  | ReadonlyMap<string, Value>;

export type Mapping = ReadonlyMap<string, Value>;

/** How deep a body may be nested; deeper than any form or record is. */
const deepest = 64;

export function expression(code: string): Expression {
  return { expression: code };
}

export function text(...parts: readonly (string | Expression)[]): Text {
  return { parts };
}

export function isText(value: Value): value is Text {
  return typeof value === 'object' && value !== null && 'parts' in value;
}

export function isNoted(value: Value): value is Noted {
  return typeof value === 'object' && value !== null && 'noted' in value;
}

export function isMapping(value: Value | undefined): value is Mapping {
  return value instanceof Map;
}

export function isItems(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** Entries without a value are left out. */
export function mapping(entries: Readonly<Record<string, Value | undefined>>): Mapping {
  return new Map(Object.entries(entries).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
}

/** The text as the file must hold it, so that the loader reads the literal parts as they are. */
export function templateOf(value: string | Text): string {
  const parts = typeof value === 'string' ? [value] : value.parts;
  return parts.map((part) => (typeof part === 'string' ? escaped(part) : `\${{ ${part.expression} }}`)).join('');
}

/** `${{` of a source is no template: a template that gives these three characters stands for it. */
function escaped(literal: string): string {
  return literal.replaceAll('${{', "${{ '${{' }}");
}

/** Parsed JSON as a value. Whole numbers too large for a double keep their digits. Undefined where it is no JSON, or nested too deep. */
export function jsonValue(source: string): Value | undefined {
  try {
    return fromJson(JSON.parse(source, keepDigits), 0);
  } catch {
    return undefined;
  }
}

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const isLong = typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
  return isLong && /^-?\d+$/.test(context?.source ?? '') ? BigInt(context?.source ?? 0) : value;
}

/** Plain data (of JSON, of YAML) as a value. Throws a RangeError where it is nested too deep. */
export function fromJson(data: unknown, depth = 0): Value {
  if (depth > deepest) throw new RangeError(`nested more than ${deepest} levels deep`);
  if (Array.isArray(data)) return data.map((item) => fromJson(item, depth + 1));
  if (typeof data === 'object' && data !== null)
    return new Map(Object.entries(data).map(([key, item]) => [key, fromJson(item, depth + 1)]));
  if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean' || typeof data === 'bigint')
    return data;
  return null;
}
