// Which requests a look is about: `method` and `path` of the `capture` plug-in.

import { mentions } from '../../core/mention.ts';
import type { CaptureOptions } from './capture-options.ts';
import type { Passed } from './capture-record.ts';

export function matches(passed: Pick<Passed, 'method' | 'path'>, { method, path }: CaptureOptions): boolean {
  if (method !== undefined && method.toUpperCase() !== passed.method) return false;
  if (path === undefined) return true;
  return askedOf(passed, path).some((asked) => isLike(asked, path));
}

/**
 * Whether the record's name in `path` tells whose the request is: it stands in the request's own path, and as a whole
 * (`/r/91*` takes `/r/9100` as well). Of a request that only reads or deletes nothing is expected, unless `method` names it.
 */
export function isNamedByPath(
  passed: Pick<Passed, 'method' | 'path'>,
  { method, path }: Pick<CaptureOptions, 'method' | 'path'>,
  names: readonly string[],
): boolean {
  if (path === undefined || (method === undefined && !/^(?:POST|PUT|PATCH)$/.test(passed.method))) return false;
  const asked = askedOf(passed, path);
  const named = names.filter((name) => path.includes(name));
  const isWhole = (name: string): boolean =>
    asked.some((text) => text.includes(name) && (!isBesideStar(path, name) || mentions(text, name)));
  return named.length > 0 && named.every(isWhole);
}

function isBesideStar(pattern: string, name: string): boolean {
  return name.includes('*') || pattern.includes(`*${name}`) || pattern.includes(`${name}*`);
}

/** As it came and without its escapes; the query counts where the pattern has one. */
function askedOf({ path }: Pick<Passed, 'path'>, pattern: string): readonly string[] {
  const asked = pattern.includes('?') ? path : (path.split('?', 1)[0] ?? '');
  return [asked, decoded(asked)];
}

/** `*` stands for any text, an empty one included. In one pass, whatever the pattern. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // A bare percent sign.
    return path;
  }
}
