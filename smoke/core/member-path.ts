// A name that stands alone, on JSON: the JSONPath by which the member of that name is found.

/** `name` may lead through members (`request.path`). `from` is the path of `value`. Undefined where it leads to nothing. */
export function memberPath(name: string, value: unknown, from = '$'): string | undefined {
  if (!isObject(value)) return undefined;
  if (Object.hasOwn(value, name)) return from + memberStep(name);
  const [first = '', ...rest] = name.split('.');
  if (rest.length === 0 || !Object.hasOwn(value, first)) return undefined;
  return memberPath(rest.join('.'), value[first], from + memberStep(first));
}

export function memberStep(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
