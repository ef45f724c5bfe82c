// Tells a missing record from a wrong address, where an address was answered with 404 or 410.

import type { ReadContext } from './plugin.ts';

export const wrongAddress: string =
  'Its path has neither the marker nor an alias in it, so this is taken for a wrong address, not for a missing record.';

/**
 * A wrong address answers so whatever is asked in its query: only the path, or a page that was `found` before, tells that
 * it is the record that is missing.
 */
export function namesPage(asked: URL, { inPath }: Pick<ReadContext, 'inPath'>, found: ReadonlySet<string>): boolean {
  return inPath === undefined || inPath(asked) || found.has(pageOf(asked));
}

/** An address without its query. */
export function pageOf({ origin, pathname }: URL): string {
  return `${origin}${pathname}`;
}
