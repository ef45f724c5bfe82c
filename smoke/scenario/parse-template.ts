// Turns a parsed scalar's text into a template where it holds `${{ }}`. Never sees the raw text of a file.

import { ExpressionFault, parseExpression } from './expression.ts';
import { type At, type Expression, TEMPLATE, type Template } from './tree.ts';

export type ParsedText =
  | { ok: true; tree: string | Template }
  | { ok: false; message: string; index: number; hint: string | undefined };

/**
 * `at` says where the n-th `${{` of the text stands in the file, and what is so many characters behind it.
 * A text without `${{` stays a text.
 */
export function parseTemplate(
  text: string,
  place: At,
  at: (index: number) => At = () => place,
  escapeFor?: 'url' | 'xml',
): ParsedText {
  const parts: (string | Expression)[] = [];
  let index = 0;
  for (;;) {
    const open = text.indexOf('${{', index);
    if (open < 0) break;
    if (open > index) parts.push(text.slice(index, open));
    try {
      const { expression, end } = parseExpression(text, open + 3, at);
      parts.push(expression);
      index = end;
    } catch (error) {
      if (error instanceof ExpressionFault)
        return { ok: false, message: error.message, index: error.index, hint: error.hint };
      throw error;
    }
  }
  if (parts.length === 0) return { ok: true, tree: text };
  if (index < text.length) parts.push(text.slice(index));
  const template: Template = { [TEMPLATE]: true, source: text, place, parts };
  return { ok: true, tree: escapeFor === undefined ? template : { ...template, escape: escapeFor } };
}
