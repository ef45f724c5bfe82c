// A frozen, plain-JSON copy of a value with every text passed through a function: what may leave a run.

export type TextMap = {
  /** Called for every text value, with the key it stands under (of an array: the array's own key). */
  text: (text: string, key: string) => string;
  /** Called for every object key. */
  key: (key: string) => string;
};

/** Deeper than any event; what lies below reads as a mark of where the copy stopped. */
const maxDepth = 48;

/**
 * Copies as JSON would (undefined, functions and symbols dropped, NaN and infinities null, dates as ISO texts),
 * so that a value and its copy read back from a file are the same. Big integers become texts; cycles are cut.
 */
export function plainCopy(value: unknown, map: TextMap): unknown {
  return copyOf(value, '', map, []);
}

function copyOf(value: unknown, key: string, map: TextMap, above: object[]): unknown {
  if (typeof value === 'string') return map.text(value, key);
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === 'bigint') return map.text(value.toString(), key);
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object') return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (above.length >= maxDepth || above.includes(value)) return '[not copied]';
  above.push(value);
  const copy = Array.isArray(value) ? copyOfArray(value, key, map, above) : copyOfObject(value, map, above);
  above.pop();
  return copy;
}

function copyOfArray(list: readonly unknown[], key: string, map: TextMap, above: object[]): unknown {
  const copy: unknown[] = [];
  for (const item of list) copy.push(copyOf(item, key, map, above) ?? null);
  return Object.freeze(copy);
}

function copyOfObject(from: object, map: TextMap, above: object[]): unknown {
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(from instanceof Error ? errorParts(from) : from)) {
    const value = copyOf(inner, key, map, above);
    if (value === undefined) continue;
    const name = map.key(key);
    // Assigning `__proto__` would set the prototype instead of a key.
    if (name === '__proto__') Object.defineProperty(copy, name, { value, enumerable: true });
    else copy[name] = value;
  }
  return Object.freeze(copy);
}

function errorParts(error: Error): Record<string, unknown> {
  return { ...error, name: error.name, message: error.message };
}
