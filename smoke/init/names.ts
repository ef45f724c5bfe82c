// Names for what a source does not name: scenarios, aliases, variables, secrets; and selectors for names.

import { nameFault, reservedNames } from '../scenario/expression.ts';
import { looksLikeCredential, looksRandom } from './credential.ts';

/** `/api/v1/bookings` → `bookings`: the last part of a path that is a word. */
export function placeIn(pathname: string): string | undefined {
  const words = pathname
    .split('/')
    .filter((part) => /^[A-Za-z][\w.-]*$/.test(part) && !/^v\d+$/.test(part) && !isKey(part));
  return words.at(-1);
}

function isKey(part: string): boolean {
  return looksLikeCredential(part) || looksRandom(part, 16);
}

/** A path as a regular expression, without a key that stands in it. */
export function pathPattern(pathname: string): string {
  return pathname
    .split('/')
    .map((part) => (isKey(part) ? '[^/?#]+' : literally(part)))
    .join('/');
}

/** The alias for a record's id: `/api/bookings` → `booking`. */
export function aliasFor(pathname: string): string {
  const word = (placeIn(pathname) ?? 'record').replace(/\.\w+$/, '').toLowerCase();
  const name = singular(word).replaceAll(/[^a-z0-9_]+/g, '_');
  return nameFault(name) === undefined && !reservedNames.includes(name) ? name : 'record';
}

function singular(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return word.replace(/ies$/, 'y');
  if (/(?:ss|us|is)$/.test(word)) return word;
  return word.replace(/(?<=(?:ss|x|ch|sh))es$|(?<!s)s$/, '');
}

/** A scenario's and file's name: letters, digits and hyphens. */
export function slug(words: string): string {
  const plain = words
    .replaceAll(/([a-z\d])([A-Z])/g, '$1-$2')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase();
  return (
    plain
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '')
      .slice(0, 60) || 'first'
  );
}

/** `X-Api-Key` → `X_API_KEY` */
export function upperName(words: string): string {
  const name = words
    .replaceAll(/([a-z\d])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .replaceAll(/^[_\d]+|_+$/g, '')
    .toUpperCase()
    .slice(0, 50);
  return name === '' ? 'SECRET' : name;
}

/** A step of a JSONPath: `.name`, `['a b']`, `[0]`. */
export function pathStep(step: string | number): string {
  if (typeof step === 'number') return `[${step}]`;
  if (/^[A-Za-z_]\w*$/.test(step)) return `.${step}`;
  return `['${step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;
}

export function jsonPath(steps: readonly (string | number)[]): string {
  return `$${steps.map(pathStep).join('')}`;
}

/** A literal text inside a regular expression. */
export function literally(words: string): string {
  return words.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
