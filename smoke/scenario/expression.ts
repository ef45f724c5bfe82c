// Parses what stands between `${{` and `}}`: names, literals, a few functions and `??`. No other logic.

import { nearest } from './did-you-mean.ts';
import { callFault, functionNames } from './functions.ts';
import type { At, Expression, NameSpace } from './tree.ts';

const SPACES = ['vars', 'env', 'secret', 'run', 'session'] as const;
/** Those that mean nothing without a dot. An alias may be called `session`. */
const NEED_DOT = ['vars', 'env', 'secret', 'run'] as const;
const RUN_NAMES = ['id', 'startedAt'];
/** How deep calls may nest. */
const DEPTH = 8;

const NAME = /[A-Za-z_][A-Za-z0-9_-]*/y;
const NUMBER = /-?\d+(?:\.\d+)?(?![A-Za-z0-9_.])/y;
const SPACE = /\s*/y;

/** Names that an alias or a variable may not have, and their reason. */
export function nameFault(name: string): string | undefined {
  if (name === '__proto__' || name === 'constructor' || name === 'prototype') return `\`${name}\` cannot be a name`;
  if (!/^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name))
    return 'a name is letters, digits, _ and -, begins with a letter, and has 64 characters at most';
  return undefined;
}

/** Names that mean something of their own in `${{ }}`. */
export const reservedNames: readonly string[] = ['marker', ...NEED_DOT];

/** What a scenario with `trace-context` knows from the beginning: the trace of its marker. */
export const traceAlias = 'trace-id';

/** Thrown inside the parser; `index` counts in the scalar's text. */
export class ExpressionFault extends Error {
  readonly index: number;
  readonly hint: string | undefined;
  constructor(message: string, index: number, hint?: string) {
    super(message);
    this.name = 'ExpressionFault';
    this.index = index;
    this.hint = hint;
  }
}

/** Parses from `start` (just behind `${{`) to its `}}`; `end` is the index behind it. Throws ExpressionFault. */
export function parseExpression(
  text: string,
  start: number,
  at: (index: number) => At,
): { expression: Expression; end: number } {
  let index = start;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = index;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) index += found.length;
    return found;
  }
  function eat(word: string): boolean {
    take(SPACE);
    if (!text.startsWith(word, index)) return false;
    index += word.length;
    return true;
  }

  function chain(depth: number): Expression {
    const first = operand(depth);
    const rest: Expression[] = [];
    while (eat('??')) rest.push(operand(depth));
    return rest.length === 0 ? first : { kind: 'first', of: [first, ...rest] };
  }

  function operand(depth: number): Expression {
    take(SPACE);
    const from = index;
    if (text[index] === "'") return { kind: 'literal', value: quoted() };
    const number = take(NUMBER);
    if (number !== undefined) return { kind: 'literal', value: Number(number) };
    const word = take(NAME);
    if (word === undefined) throw unexpected(from);
    if (text[index] === '.') {
      index += 1;
      return { kind: 'name', ...member(word, from), place: at(from) };
    }
    if (eat('(')) return call(word, from, depth);
    return { kind: 'name', ...plain(word, from), place: at(from) };
  }

  function quoted(): string {
    const from = index;
    let value = '';
    for (;;) {
      const close = text.indexOf("'", index + 1);
      if (close < 0) throw new ExpressionFault('this text in quotes is never closed', from);
      value += text.slice(index + 1, close);
      index = close + 1;
      if (text[index] !== "'") return value;
      value += "'";
    }
  }

  function member(word: string, from: number): { space: NameSpace; name: string } {
    const space = SPACES.find((known) => known === word);
    const name = take(NAME);
    if (space === undefined) {
      const meant = nearest(word, SPACES);
      throw new ExpressionFault(
        `\`${word}.\` is not known: before a dot stands vars, env, secret, session or run`,
        from,
        meant === undefined ? undefined : `Did you mean \`${meant}.${name ?? ''}\`?`,
      );
    }
    if (name === undefined) throw new ExpressionFault(`\`${word}.\` needs a name behind the dot`, from);
    if (text[index] === '.') throw new ExpressionFault(`\`${word}.${name}\` has nothing inside to take`, from);
    const fault = nameFault(name);
    if (fault !== undefined) throw new ExpressionFault(fault, from);
    if (space === 'run' && !RUN_NAMES.includes(name))
      throw new ExpressionFault(`\`run.${name}\` is not known: there are run.id and run.startedAt`, from);
    return { space, name };
  }

  function plain(word: string, from: number): { space: NameSpace; name: string } {
    if (word === 'marker') return { space: 'marker', name: 'marker' };
    if (NEED_DOT.some((space) => space === word))
      throw new ExpressionFault(`\`${word}\` needs a dot and a name: ${word}.x`, from);
    const fault = nameFault(word);
    if (fault !== undefined) throw new ExpressionFault(fault, from);
    return { space: 'alias', name: word };
  }

  function call(fn: string, from: number, depth: number): Expression {
    if (depth >= DEPTH) throw new ExpressionFault(`calls are nested more than ${DEPTH} deep`, from);
    const args: Expression[] = [];
    if (!eat(')')) {
      do args.push(chain(depth + 1));
      while (eat(','));
      if (!eat(')')) throw new ExpressionFault(`${fn}( is never closed`, from);
    }
    const fault = callFault(fn, args);
    if (fault !== undefined) {
      const meant = functionNames.includes(fn) ? undefined : nearest(fn, functionNames);
      const hint = functionNames.includes(fn)
        ? undefined
        : meant
          ? `Did you mean \`${meant}\`?`
          : `There are ${functionNames.join(', ')}.`;
      throw new ExpressionFault(fault, from, hint);
    }
    const [path] = args;
    if (fn === 'file' && path?.kind === 'literal')
      return { kind: 'file', path: String(path.value), place: at(from), content: undefined };
    return { kind: 'call', fn, args, text: `${fn}(${args.map(spelling).join(', ')})`, place: at(from) };
  }

  function unexpected(from: number): ExpressionFault {
    const odd = text[from];
    if (odd === undefined)
      return new ExpressionFault('`${{` is never closed', start - 3, 'Write `}}` behind the name.');
    if (text.startsWith('}}', from)) return new ExpressionFault('nothing stands between `${{` and `}}`', from);
    const hint =
      odd === '"'
        ? 'Texts stand in single quotes here.'
        : 'There are names, texts in single quotes, numbers, a few functions and `??`.';
    return new ExpressionFault(`${JSON.stringify(odd)} means nothing in \`\${{ }}\``, from, hint);
  }

  const expression = chain(0);
  if (!eat('}}')) throw unexpected(index);
  return { expression, end: index };
}

function spelling(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return typeof expression.value === 'number'
        ? String(expression.value)
        : `'${expression.value.replaceAll("'", "''")}'`;
    case 'name':
      return expression.space === 'alias' || expression.space === 'marker'
        ? expression.name
        : `${expression.space}.${expression.name}`;
    case 'call':
      return expression.text;
    case 'file':
      return `file('${expression.path.replaceAll("'", "''")}')`;
    default:
      return expression.of.map(spelling).join(' ?? ');
  }
}
