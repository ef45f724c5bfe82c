// Which requests a look is about: `method` and `path` of the `capture` plug-in.

import type { CaptureOptions } from './capture-options.ts';
import type { Passed } from './capture-record.ts';

export function matches(passed: Pick<Passed, 'method' | 'path'>, { method, path }: CaptureOptions): boolean {
  if (method !== undefined && method.toUpperCase() !== passed.method) return false;
  if (path === undefined) return true;
  const asked = path.includes('?') ? passed.path : (passed.path.split('?', 1)[0] ?? '');
  return isLike(asked, path) || isLike(decoded(asked), path);
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
