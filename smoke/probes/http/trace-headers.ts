// The headers that carry a marker's trace, beside those that the scenario gives to a message: its own win, in whatever case.

export function withTrace<V>(
  given: Readonly<Record<string, V>> | undefined,
  trace: Readonly<Record<string, string>> | undefined,
): Readonly<Record<string, V | string>> | undefined {
  if (trace === undefined) return given;
  const own = new Set(Object.keys(given ?? {}).map((name) => name.toLowerCase()));
  return { ...Object.fromEntries(Object.entries(trace).filter(([name]) => !own.has(name))), ...given };
}
