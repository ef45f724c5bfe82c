// Lays JSON and XML out over lines, as text: digits, order and what is malformed stay as they came.

import type { As } from '../probes/plugin.ts';

const step = '  ';
/** Nested deeper, it is not indented further: a hostile answer must not grow by its depth. */
const deepest = 40;

/** Characters; a longer text stays as it came. */
const longest = 100_000;

export function indented(text: string, format: As): string {
  if (text.length > longest) return text;
  if (format === 'json') return indentJson(text);
  return format === 'xml' ? indentXml(text) : text;
}

/** What stands in quotes is left alone; white space outside of them is ours. */
function indentJson(text: string): string {
  const parts: string[] = [];
  let depth = 0;
  let opened = false;
  const breakLine = (): void => void parts.push(`\n${step.repeat(Math.min(depth, deepest))}`);
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^\s"{}[\],:]+/gs)) {
    const closes = token === '}' || token === ']';
    if (closes) depth = Math.max(0, depth - 1);
    // An empty list stays on its line.
    if (opened !== closes) breakLine();
    parts.push(token === ':' ? ': ' : token);
    opened = token === '{' || token === '[';
    if (opened) depth += 1;
    if (token === ',') breakLine();
  }
  return parts.join('');
}

/** An element that holds nothing but a short text stays on one line. */
function indentXml(text: string): string {
  const lines: string[] = [];
  let depth = 0;
  let open: string | undefined;
  const put = (part: string): void => void lines.push(step.repeat(Math.min(depth, deepest)) + part);
  for (const [token] of text.matchAll(/<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[^>]*>|[^<]+|</gs)) {
    const part = token.trim();
    if (part === '') continue;
    if (part.startsWith('</')) {
      depth = Math.max(0, depth - 1);
      if (open === undefined) put(part);
      else lines.push(`${lines.pop() ?? ''}${part}`);
      open = undefined;
    } else if (part.startsWith('<') && !/^<[?!]|\/>$/.test(part)) {
      put(part);
      depth += 1;
      open = part;
    } else if (part.startsWith('<') && !part.startsWith('<![CDATA[')) {
      put(part);
      open = undefined;
    } else if (open !== undefined) lines.push(`${lines.pop() ?? ''}${part}`);
    else put(part);
  }
  return lines.join('\n');
}
