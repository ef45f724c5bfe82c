// What a source file imports, types included, as its tokens say.

import type { Token } from './tokens.ts';

/** `type` is gone at run time, `lazy` is an `import()`, `plain` everything else, re-exports included. */
export type Import = { of: string; how: 'type' | 'plain' | 'lazy'; line: number };

export function importsOf(tokens: readonly Token[]): Import[] {
  const found: Import[] = [];
  tokens.forEach((token, index) => {
    if (token.kind !== 'name' || is(tokens[index - 1], '.')) return;
    if (token.text !== 'import' && token.text !== 'export') return;
    const next = tokens[index + 1];
    if (token.text === 'import' && is(next, '(')) {
      const of = tokens[index + 2];
      // `typeof import('x')` is a type; an `import('x').T` in a type is not used in this project.
      const how = tokens[index - 1]?.text === 'typeof' ? 'type' : 'lazy';
      if (of?.kind === 'text' && of.text !== '') found.push({ of: of.text, how, line: token.line });
      return;
    }
    if (token.text === 'import' && next?.kind === 'text') {
      found.push({ of: next.text, how: 'plain', line: token.line });
      return;
    }
    const of = source(tokens, index + 1, token.text);
    if (of !== undefined) found.push({ of, how: isType(tokens, index + 1) ? 'type' : 'plain', line: token.line });
  });
  return found;
}

/** The text behind `from` in `import … from 'x'` and `export {…} from 'x'`; undefined where there is none. */
function source(tokens: readonly Token[], start: number, keyword: string): string | undefined {
  let at = start;
  if (tokens[at]?.text === 'type' && !is(tokens[at + 1], '=')) at += 1;
  if (keyword === 'export' && !is(tokens[at], '{') && !is(tokens[at], '*')) return undefined;
  for (; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || is(token, ';') || is(token, '(') || is(token, '=')) return undefined;
    const behind = tokens[at + 1];
    if (token.kind === 'name' && token.text === 'from' && behind?.kind === 'text') return behind.text;
  }
  return undefined;
}

function isType(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.text === 'type' && tokens[at + 1]?.text !== 'from' && !is(tokens[at + 1], ',');
}

function is(token: Token | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}
