// A recording of a browser → the request that created a record, and what the recording shows of that record.

import { guessed } from './curl-recorded.ts';
import { freeTextIn } from './free-text.ts';
import { bodyOf, type Entry, readHar } from './har.ts';
import { cleanIn } from './har-clean.ts';
import { withFreshTokens } from './har-csrf.ts';
import { addressIn, idIn, lookIn } from './har-record.ts';
import { aliasFor } from './names.ts';
import type { FreeText, Recorded, Request } from './recorded.ts';
import { Refusal } from './refusal.ts';
import type { Asked } from './source.ts';
import { text } from './value.ts';

export async function recordedFromHar(source: string, name: string, asked: Asked): Promise<Recorded> {
  const entries = readHar(source, name);
  const { entry, request, freeText, notes } = await chosen(entries, asked);
  const at = entries.indexOf(entry);
  const [earlier, later] = [entries.slice(0, at), entries.slice(at + 1)];
  const alias = aliasFor(new URL(entry.url).pathname);
  const id = idIn(entry, later);
  const look =
    id === undefined ? undefined : (lookIn(later, id, freeText.value, alias) ?? located(entry, id.value, alias));
  const clean =
    id === undefined ? undefined : cleanIn(entry, later, { id, typed: freeText.value, alias, source: name });
  const fresh = withFreshTokens(request, earlier);
  const usual = guessed(request, request.body, alias);
  return {
    source: name,
    request: fresh.request,
    freeText,
    alias,
    ...usual,
    ...(id && { keep: id.keep }),
    ...(look && { look }),
    ...(clean && { clean }),
    ...(entry.status > 0 && { status: entry.status }),
    before: fresh.before,
    notes: [...notes, ...fresh.notes, ...withoutCookies(entries)],
  };
}

type Chosen = { entry: Entry; request: Request; freeText: FreeText; notes: readonly string[] };

/** The request with the text that was asked for, else the last one that creates something with a free text in it. */
async function chosen(entries: readonly Entry[], asked: Asked): Promise<Chosen> {
  const mutating = entries.filter(({ method, posted }) => /^(?:POST|PUT|PATCH)$/.test(method) && posted !== undefined);
  const fitting: Chosen[] = [];
  for (const entry of mutating) {
    try {
      const { body, notes } = await bodyOf(entry);
      const request = {
        method: entry.method,
        url: text(entry.url),
        headers: entry.headers,
        ...(body !== undefined && { body }),
      };
      fitting.push({ entry, request, freeText: freeTextIn(body, asked), notes });
    } catch (error) {
      // A request without a text that fits is one of the many that were not meant.
      if (!(error instanceof Refusal)) throw error;
    }
  }
  const found = fitting.findLast(({ entry }) => entry.status < 400) ?? fitting.at(-1);
  if (found !== undefined) return found;
  const seen = mutating.slice(-10).map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  throw new Refusal(
    asked.match === undefined
      ? 'the recording has no request that creates something with a free text in it'
      : `--match: no request of the recording sends ${JSON.stringify(asked.match)}`,
    seen.length === 0
      ? 'It has no POST, PUT or PATCH with a body: record while the form is submitted.'
      : `It has ${seen.join(', ')}. --match TEXT or --field NAME says what was typed.`,
  );
}

/** Where the answer itself says that the record is. */
function located(entry: Entry, id: string, alias: string): Recorded['look'] {
  const location = entry.answerHeaders.find(({ name }) => name.toLowerCase() === 'location')?.value ?? '';
  const url = URL.canParse(location, entry.url) ? addressIn(new URL(location, entry.url).href, id, alias) : undefined;
  return url === undefined || location === '' ? undefined : { url, sure: 'seen' };
}

/** Browsers leave cookies and Authorization out of an export unless they are told otherwise. */
function withoutCookies(entries: readonly Entry[]): string[] {
  const has = entries.some(({ headers }) => headers.some(({ name }) => /^(?:cookie|authorization)$/i.test(name)));
  return has ? [] : ['the recording holds no cookies and no Authorization: if the page needs a login, add it to send'];
}
