// What a look's request asks for: whether it names the record, and the texts that an answer may repeat.

import { isTemplate, namesIn, type Tree } from '../scenario/template.ts';
import type { Journey } from './journey.ts';

/** Options in which a name asks for nothing. A header that carries one (a correlation id) does not, nor do credentials. */
const silent: ReadonlySet<string> = new Set(['headers', 'auth', 'tls', 'expect']);

/** Whether the request itself names the marker or an alias. */
export function namesRecord(options: Tree, { scenario }: Journey): boolean {
  const isMap = typeof options === 'object' && options !== null && !Array.isArray(options) && !isTemplate(options);
  const { marker, aliases } = namesIn((isMap ? asking(options) : [options]) as readonly Tree[], scenario.vars);
  return marker || aliases.size > 0;
}

/** The texts of resolved options that hold the marker or an alias; of an address also as it reads without its escapes. */
export function questionIn(options: unknown, { marker, aliases }: Journey): readonly string[] {
  const names = [marker.text, ...aliases.values()].filter((name) => name !== '');
  const isMap = typeof options === 'object' && options !== null && !Array.isArray(options);
  return textsIn(isMap ? asking(options) : options)
    .flatMap((text) => [text, unescaped(text)])
    .filter((text) => names.some((name) => text.includes(name)));
}

/** Whether the marker or an alias stands in the path of an address. A short number may do so by chance (`/v1/`). */
export function standsInPath(address: URL, { marker, aliases }: Journey): boolean {
  const path = unescaped(address.pathname);
  return [marker.text, ...aliases.values()].some(
    (name) => name !== '' && (name.length > 3 ? path.includes(name) : path.split(/[^\p{L}\p{N}]+/u).includes(name)),
  );
}

function asking(options: object): unknown[] {
  return Object.entries(options).flatMap(([name, value]) => (silent.has(name) ? [] : [value]));
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsIn);
  return value === undefined || value === null ? [] : [String(value)];
}

function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // A % of its own.
  }
}
