// Says in a reader's words what is wrong with YAML that cannot be read, with a hint for the traps of this language.

import type { YAMLError } from 'yaml';
import type { ProblemCode } from './problems.ts';

export type SyntaxProblem = { code: ProblemCode; message: string; hint?: string; from: number; to: number };

const QUOTE = "Put quotes around the whole value: '…'. ";

/** `from` and `to` are offsets in the text. */
export function syntaxProblem(error: YAMLError, text: string): SyntaxProblem {
  const [from, to] = error.pos;
  const lineStart = text.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = text.indexOf('\n', from);
  const line = text.slice(lineStart, Math.min(lineEnd < 0 ? text.length : lineEnd, lineStart + 2000));
  const tab = /^ *\t/.exec(line);
  if (error.code === 'TAB_AS_INDENT' || tab !== null) {
    const at = tab === null ? from : lineStart + tab[0].length - 1;
    return { code: 'tab', message: 'a tab cannot indent YAML', hint: 'Use spaces.', from: at, to: at + 1 };
  }
  const trap =
    templateTrap(text, from, lineStart) ?? pathTrap(text, from, lineStart) ?? dashTrap(text, from, lineStart);
  if (trap !== undefined) return { code: 'yaml', ...trap };
  if (error.code === 'BLOCK_AS_IMPLICIT_KEY') {
    return {
      code: 'yaml',
      message: 'a second `: ` in this line',
      hint: `${QUOTE}A \`: \` inside a text needs that.`,
      from,
      to,
    };
  }
  if (/scalar at node end/.test(error.message) && text[from - 1] === "'") {
    return {
      code: 'yaml',
      message: 'the text ends at this quote',
      hint: "Inside '…' a quote is written twice: ''.",
      from: from - 1,
      to: from,
    };
  }
  if (error.code === 'MISSING_CHAR' && /quote/.test(error.message)) {
    const open = lastQuote(text, /"/.test(error.message) ? '"' : "'", from);
    return { code: 'yaml', message: 'this quote is never closed', from: open, to: open + 1 };
  }
  if (error.code === 'BAD_SCALAR_START') {
    return {
      code: 'yaml',
      message: `a text cannot begin with \`${text[from]}\` without quotes`,
      hint: QUOTE.trim(),
      from,
      to,
    };
  }
  return { code: 'yaml', message: plainWords(error), from, to };
}

type Trap = { message: string; hint: string; from: number; to: number };

/** `{ url: ${{ x }} }`: inside `{ }` and `[ ]` a brace ends an unquoted text. */
function templateTrap(text: string, from: number, lineStart: number): Trap | undefined {
  const open = [from, from - 1, from - 2].find((at) => at >= lineStart && text.startsWith('${{', at));
  if (open === undefined) return undefined;
  const close = text.indexOf('}}', open);
  const to = close < 0 ? open + 3 : close + 2;
  const inside = open === from ? 'with a `: ` or another trap of YAML in it' : 'inside `{ }` or `[ ]`';
  return {
    message: `\`\${{ }}\` without quotes, ${inside}`,
    hint: `${QUOTE}Without quotes YAML reads it as its own.`,
    from: open,
    to,
  };
}

/** `{ records: $.x[*] }`: inside `{ }` and `[ ]` a bracket ends an unquoted text. */
function pathTrap(text: string, from: number, lineStart: number): Trap | undefined {
  const before = text.slice(Math.max(lineStart, from - 500), from + 1);
  const path = /(?:^|[\s{[,])(\$[^\s,{}'"]*)\[$/.exec(before)?.[1];
  if (path === undefined) return undefined;
  return {
    message: '`$…[` without quotes inside `{ }` or `[ ]`',
    hint: `${QUOTE}Without quotes YAML takes the brackets for its own.`,
    from: from - path.length,
    to: from + 1,
  };
}

/** An item of a list that stands further left or right than the items before it. */
function dashTrap(text: string, from: number, lineStart: number): Trap | undefined {
  const at = lineStart + dashIndent(text.slice(lineStart, lineStart + 2000));
  if (at < Math.max(from, lineStart)) return undefined;
  const own = at - lineStart;
  const [near] = openDashes(text.slice(0, lineStart)).toSorted((a, b) => Math.abs(a - own) - Math.abs(b - own));
  if (near === undefined || near === own) return undefined;
  return {
    message: `this \`-\` stands in column ${own + 1}, those before it in column ${near + 1}`,
    hint: 'The items of a list stand in one column.',
    from: at,
    to: at + 1,
  };
}

/** How far the items before are indented, of each list that is still open at the end of the text. */
function openDashes(before: string): number[] {
  const found: number[] = [];
  let left = Number.POSITIVE_INFINITY;
  for (const line of before.split('\n').reverse()) {
    const indent = line.search(/[^ \r]/);
    if (indent < 0 || line[indent] === '#' || indent >= left) continue;
    left = indent;
    if (dashIndent(line) >= 0) found.push(indent);
    else if (left === 0) break;
  }
  return found;
}

/** How far the line's `- ` is indented; -1 where it begins with none. */
function dashIndent(line: string): number {
  return /^ *-(?=\s|$)/.test(line) ? line.indexOf('-') : -1;
}

/** The error of an unclosed quote stands at the end of the file; the quote itself helps more. */
function lastQuote(text: string, quote: string, end: number): number {
  let at = text.lastIndexOf(quote, end);
  for (let before = at; before >= 0; before = text.lastIndexOf(quote, before - 1)) {
    at = before;
    if (/[\s:[{,-]/.test(text[before - 1] ?? '\n')) break;
    if (before === 0) break;
  }
  return Math.max(0, at);
}

function plainWords(error: YAMLError): string {
  const message = error.message.replace(/\.$/, '');
  return message.charAt(0).toLowerCase() + message.slice(1);
}
