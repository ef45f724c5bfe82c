// The words of whatever was thrown, which may be anything.

/** Never throws. An error's message, or its code or name where it has none; else the value as text. Not cut: a secret in it is masked first. */
export function textOf(thrown: unknown): string {
  try {
    const text = thrown instanceof Error ? messageOf(thrown) : thrown;
    const words = typeof text === 'string' ? text : String(text);
    return words === '' ? 'it said nothing' : words;
  } catch {
    return 'what it threw cannot be shown';
  }
}

/** Node's own errors may hold others and say nothing themselves: an AggregateError of each address that refused. */
function messageOf(error: Error & { code?: unknown }): unknown {
  if (error.message !== '') return error.message;
  if (typeof error.code === 'string') return error.code;
  return error.name === 'Error' ? '' : error.name;
}
