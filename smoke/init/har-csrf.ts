// A token against forged requests in a recording: where the browser got it, so that the scenario can get its own.

import { namesCsrf } from './credential.ts';
import type { Entry } from './har.ts';
import type { Before, Body, Header, Request } from './recorded.ts';
import { expression, isMapping, mapping, text, type Value } from './value.ts';

export type Csrf = { request: Request; before: readonly Before[]; notes: readonly string[] };

/** The request with its tokens taken from an earlier page; a note for one that no earlier answer shows. */
export function withFreshTokens(request: Request, earlier: readonly Entry[]): Csrf {
  const names = tokensOf(request);
  if (names.length === 0) return { request, before: [], notes: [] };
  const [{ name, value } = { name: '', value: '' }] = names;
  const found = sourceOf(value, earlier);
  if (found === undefined)
    return {
      request,
      before: [],
      notes: [
        `${name} is a token against forged requests, and no earlier answer shows where it comes from: a copied one is refused before long`,
      ],
    };
  const fresh = text(expression('csrf'));
  const replace = (own: string, was: Value): Value => (namesCsrf(own) && was === value ? fresh : was);
  const headers = request.headers.map(
    (one): Header => (namesCsrf(one.name) && one.value === value ? { name: one.name, value: fresh } : one),
  );
  const body = request.body === undefined ? undefined : replacedIn(request.body, replace);
  const cookies = found.entry.headers.filter((one) => one.name.toLowerCase() === 'cookie');
  const page: Request = { method: 'GET', url: text(found.entry.url.replace(/#.*$/, '')), headers: cookies };
  const keep = mapping({ csrf: mapping({ from: found.from, secret: true }) });
  return {
    request: { ...request, headers, ...(body !== undefined && { body }) },
    before: [{ request: page, keep }],
    notes: [],
  };
}

function tokensOf({ headers, body }: Request): { name: string; value: string }[] {
  const fields =
    body !== undefined && isMapping(body.value as Value) ? [...(body.value as ReadonlyMap<string, Value>)] : [];
  return [...headers.map(({ name, value }): [string, unknown] => [name, value]), ...fields].flatMap(([name, value]) =>
    namesCsrf(name) && typeof value === 'string' && value !== '' ? [{ name, value }] : [],
  );
}

function replacedIn(body: Body, replace: (name: string, value: Value) => Value): Body {
  if (body.kind === 'text' || body.kind === 'xml' || !isMapping(body.value)) return body;
  return { ...body, value: new Map([...body.value].map(([name, value]) => [name, replace(name, value)])) } as Body;
}

/** The last page before the request that has the token in a field, in a `meta` element or in a cookie it sets. */
function sourceOf(token: string, earlier: readonly Entry[]): { entry: Entry; from: string } | undefined {
  for (const entry of earlier.toReversed()) {
    if (entry.method !== 'GET' || entry.status >= 400) continue;
    const tag = [...entry.answer.matchAll(/<(input|meta)\b[^<>]{0,1000}>/gi)].find(
      ([whole]) => attribute(whole, 'value') === token || attribute(whole, 'content') === token,
    );
    const kind = tag?.[1]?.toLowerCase();
    const name = attribute(tag?.[0] ?? '', 'name');
    if (kind !== undefined && name !== '' && !/["\\\]]/.test(name))
      return { entry, from: `${kind}[name="${name}"]@${kind === 'input' ? 'value' : 'content'}` };
    for (const header of entry.answerHeaders) {
      const [, cookie = '', value = ''] =
        /^\s*([^=;\s]+)=([^;]*)/.exec(header.name.toLowerCase() === 'set-cookie' ? header.value : '') ?? [];
      if (value !== '' && value === token) return { entry, from: `cookie:${cookie}` };
    }
  }
  return undefined;
}

function attribute(tag: string, name: string): string {
  return (
    new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i')
      .exec(tag)
      ?.slice(1)
      .find((one) => one !== undefined) ?? ''
  );
}
