// The words of whatever somebody else's code threw, which may be anything.

/** Never throws. An error's message; else the value as text. Not cut: a secret in it is masked first. */
export function textOf(thrown: unknown): string {
  try {
    const text: unknown = thrown instanceof Error ? thrown.message : thrown;
    const words = typeof text === 'string' ? text : String(text);
    return words === '' ? 'it said nothing' : words;
  } catch {
    return 'what it threw cannot be shown';
  }
}
