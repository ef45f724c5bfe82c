// Cuts TypeScript source into tokens, so that no comment, text or regular expression is mistaken for code.

export type Token = { kind: 'name' | 'text' | 'number' | 'sign'; text: string; line: number };

/** Tokens in order. A `text` is a quoted string without its quotes; templates give the tokens of their `${}` parts. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let line = 1;
  /** For each open `{`: whether it is the `${` of a template, to which the matching `}` returns. */
  const braces: boolean[] = [];

  const push = (kind: Token['kind'], text: string): void => void tokens.push({ kind, text, line });
  const skip = (to: number): void => {
    for (; at < to; at += 1) if (source[at] === '\n') line += 1;
  };
  const endOf = (mark: string, from: number): number => {
    const end = source.indexOf(mark, from);
    return end < 0 ? source.length : end + mark.length;
  };

  /** From behind a backtick or a `}` to the end of the template, or into its next `${`. */
  function template(): void {
    while (at < source.length) {
      const from = at;
      const enters = source.startsWith('${', at);
      skip(at + (enters || source[at] === '\\' ? 2 : 1));
      if (enters) braces.push(true);
      if (enters || source[from] === '`') break;
    }
  }

  function quoted(quote: string): void {
    let end = at + 1;
    while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
    push('text', source.slice(at + 1, end));
    skip(end + 1);
  }

  function regularExpression(): void {
    let inClass = false;
    for (skip(at + 1); at < source.length; skip(at + 1)) {
      const character = source[at];
      if (character === '\\') skip(at + 1);
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '/' && !inClass) break;
    }
    skip(at + 1);
    // A mark of its own, so that a division after it is not taken for another expression.
    push('text', '');
  }

  if (source.startsWith('#!')) skip(endOf('\n', 0));
  while (at < source.length) {
    const character = source[at] ?? '';
    const name = /[\p{ID_Start}$_#\d]/u.test(character)
      ? (/^#?[\p{ID_Continue}$.]+/u.exec(source.slice(at, at + 300))?.[0] ?? '')
      : '';
    if (/\s/.test(character)) skip(at + 1);
    else if (source.startsWith('//', at)) skip(endOf('\n', at));
    else if (source.startsWith('/*', at)) skip(endOf('*/', at + 2));
    else if (character === "'" || character === '"') quoted(character);
    else if (character === '`') {
      push('text', '');
      skip(at + 1);
      template();
    } else if (character === '/' && beginsExpression(tokens.at(-1))) regularExpression();
    else if (/\d/.test(character)) {
      push('number', name);
      skip(at + name.length);
    } else if (name !== '') {
      const plain = name.split('.')[0] ?? name;
      push('name', plain);
      skip(at + plain.length);
    } else {
      if (character === '{') braces.push(false);
      if (character === '}' && braces.pop() === true) {
        skip(at + 1);
        template();
        continue;
      }
      push('sign', character);
      skip(at + 1);
    }
  }
  return tokens;
}

const keywordsBefore = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'await',
  'yield',
  'throw',
]);

/** Whether a `/` after this token begins a regular expression and is no division. */
function beginsExpression(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'name') return keywordsBefore.has(before.text);
  if (before.kind !== 'sign') return false;
  return ![')', ']', '}'].includes(before.text);
}
