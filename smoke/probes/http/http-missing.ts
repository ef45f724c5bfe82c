// A 404 or 410 to a request that names the record: of a record that is missing, of a wrong address, or of something before
// the API that knows no such address.

import type { Origin } from '../../core/look.ts';
import type { As, ReadContext } from '../plugin.ts';
import { decode } from './http-candidate.ts';
import type { Exchange, Wire } from './http-exchange.ts';

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

/** The requests that were answered with data before. */
export type Answered = Set<string>;

/** Requests that are remembered: one for each marker that is looked for at an address of its own. */
const most = 10_000;

export function noteAnswer(known: Answered, wire: Wire, origin: Origin | undefined): void {
  if (origin !== 'data') return;
  if (known.size >= most) known.clear();
  known.add(keyOf(wire));
}

/** An empty body says what its status says; so does data. */
export function asPageOf(
  exchange: Exchange,
  asked: Wire,
  as: As | undefined,
  known: Answered,
): { asPage?: string; doubt?: string } {
  const { text, declared } = decode(exchange, undefined);
  if (text.trim() === '' || (declared !== 'html' && declared !== 'text')) return {};
  const asPage = `a ${exchange.status} in ${declared === 'html' ? 'HTML' : 'plain text'}`;
  if (as === 'json' || as === 'xml' || known.has(keyOf(asked)))
    return { doubt: `${asPage}, where this look reads data: perhaps of a gateway` };
  // Whoever knows the selectors can tell.
  return { asPage };
}

function keyOf({ method, url }: Wire): string {
  return `${method} ${url.href}`;
}
