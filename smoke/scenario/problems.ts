// What can be wrong with a scenario file: a code, a place, and what to do about it.

import { nearest } from './did-you-mean.ts';
import type { At } from './tree.ts';

export type ProblemCode =
  | 'too-large'
  | 'empty'
  | 'yaml' // the YAML cannot be read
  | 'tab'
  | 'duplicate-key'
  | 'alias' // a YAML alias that leads nowhere, into itself, or to too much
  | 'forbidden-name' // __proto__, constructor, prototype, a reserved or malformed name
  | 'unknown-key'
  | 'missing-key'
  | 'wrong-type'
  | 'bad-value'
  | 'bad-duration'
  | 'bad-template'
  | 'undefined-name'
  | 'circular-vars'
  | 'unknown-plugin'
  | 'untrusted-plugin' // code that only a ledger's word would load
  | 'one-plugin' // none or several where one is needed
  | 'cannot-send'
  | 'cannot-look'
  | 'needs-alias' // an alias where the connection opens before the send
  | 'bad-selector'
  | 'duplicate-hop'
  | 'unknown-hop'
  | 'circular-route' // a hop that comes after itself
  | 'misplaced-key' // a key that means something only at a destination
  | 'unknown-session'
  | 'unused-session'
  | 'unused-alias' // one that is nearly the name of another that is used
  | 'bad-login' // a login that needs what a login cannot have
  | 'missing-value' // a variable, secret or environment value that nothing gives
  | 'no-marker' // the send never contains the marker
  | 'comment' // text behind ` #` that was probably meant
  | 'use' // a piece of another file that is missing, or made of itself
  | 'file' // another file that cannot be read
  | 'blind' // a hop nothing will look at
  | 'echo' // a look whose answer may only repeat its request
  | 'landmark' // a look at a page that may be another one
  | 'costly'; // a look that costs the system more than a read

/** `length` is how many characters of that line are meant. */
export type Problem = { code: ProblemCode; message: string; place: At & { length?: number }; hint?: string };

/** More than this help nobody. */
const MOST = 100;

/** Collects the problems of one file, each once. */
export type Report = {
  readonly problems: Problem[];
  readonly warnings: Problem[];
  problem(code: ProblemCode, message: string, place: Problem['place'], hint?: string): void;
  warning(code: ProblemCode, message: string, place: Problem['place'], hint?: string): void;
};

export function createReport(): Report {
  const problems: Problem[] = [];
  const warnings: Problem[] = [];
  const seen = new Set<string>();
  const add = (list: Problem[], problem: Problem): void => {
    const { file, line, column } = problem.place;
    const key = JSON.stringify([problem.message, file, line, column]);
    if (seen.has(key) || list.length > MOST) return;
    seen.add(key);
    list.push(
      list.length < MOST ? problem : { ...problem, message: `${problem.message} (and more than are listed here)` },
    );
  };
  return {
    problems,
    warnings,
    problem: (code, message, place, hint) => add(problems, made(code, message, place, hint)),
    warning: (code, message, place, hint) => add(warnings, made(code, message, place, hint)),
  };
}

export function made(code: ProblemCode, message: string, place: Problem['place'], hint?: string): Problem {
  const words = { code, message: printable(message), place };
  return hint === undefined ? words : { ...words, hint: printable(hint) };
}

/** Words of libraries and of the file reach a terminal only through here. */
function printable(text: string): string {
  const short = visible(text.slice(0, 600));
  return text.length > 600 ? `${short}…` : short;
}

/** In the order a reader meets them. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    ({ place: a }, { place: b }) =>
      (a.file === b.file ? 0 : a.file < b.file ? -1 : 1) || a.line - b.line || a.column - b.column,
  );
}

/** "Did you mean", or the known words where there are few of them. */
export function suggestion(word: string, known: readonly string[]): string | undefined {
  const meant = nearest(word, known);
  if (meant !== undefined) return `Did you mean \`${meant}\`?`;
  return known.length === 0 || known.length > 12 ? undefined : `Known here: ${known.join(', ')}.`;
}

/** A word of the file inside a message: never longer than a line, never a control character. */
export function quoted(word: string): string {
  const short = word.length > 60 ? `${word.slice(0, 57)}…` : word;
  return `\`${visible(short)}\``;
}

/** Characters that a terminal would act on or hide become their code: `\u001b`. */
export function visible(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(
      /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g,
      (odd) => `\\u${odd.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
