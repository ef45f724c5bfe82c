// Tells which kind of selector a text is: JSONPath, a regular expression, a part of an HTTP answer, or CSS and column names.

export type Selector =
  | { kind: 'jsonpath'; text: string }
  | { kind: 'regex'; text: string; pattern: RegExp }
  | { kind: 'header' | 'cookie'; text: string; name: string }
  | { kind: 'url'; text: string }
  /** CSS on HTML and XML, a column name on a row. */
  | { kind: 'name'; text: string }
  | { kind: 'wrong'; text: string; why: string };

const kept = new Map<string, Selector>();

/** Reads a selector once and keeps it: one scenario uses the same few selectors in every look. */
export function selectorOf(text: string): Selector {
  const known = kept.get(text);
  if (known !== undefined) return known;
  const selector = read(text.trim());
  if (kept.size >= 1000) kept.clear();
  kept.set(text, selector);
  return selector;
}

function read(text: string): Selector {
  if (text === '') return { kind: 'wrong', text, why: 'the selector is empty' };
  if (text.startsWith('$')) return { kind: 'jsonpath', text };
  if (text.startsWith('/')) return readRegex(text);
  if (text === 'url:') return { kind: 'url', text };
  const part = /^(header|cookie):\s*(\S.*)$/.exec(text);
  const name = part?.[2];
  if (name !== undefined) return { kind: part?.[1] === 'header' ? 'header' : 'cookie', text, name };
  return { kind: 'name', text };
}

function readRegex(text: string): Selector {
  const parts = /^\/(.+)\/([a-z]*)$/s.exec(text);
  const source = parts?.[1];
  const flags = parts?.[2] ?? '';
  if (source === undefined) {
    return { kind: 'wrong', text, why: `"${text}" begins like a regular expression and has no closing slash` };
  }
  if (!/^[dgimsuv]*$/.test(flags)) {
    return { kind: 'wrong', text, why: `"${text}" has a flag other than g, i, m, s, u and v` };
  }
  try {
    return { kind: 'regex', text, pattern: new RegExp(source, flags) };
  } catch (error) {
    return { kind: 'wrong', text, why: `"${text}" is no regular expression: ${(error as Error).message}` };
  }
}
