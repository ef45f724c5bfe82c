// A recorded request as the options of an `http` step: without what changes from call to call, and without credentials.

import type { Addresses } from './addresses.ts';
import { credentialsInside, isCredential, namesCredential, namesCsrf } from './credential.ts';
import { upperName } from './names.ts';
import { decoded } from './percent.ts';
import type { Body, Header, Request } from './recorded.ts';
import type { Secrets } from './secrets.ts';
import { expression, isItems, isMapping, isText, type Mapping, mapping, type Text, text, type Value } from './value.ts';

/** What a browser or a tool adds on its own, or what means one call only. */
const dropped =
  /^(?::.*|host|user-agent|sec-.*|content-length|accept-.*|connection|keep-alive|transfer-encoding|te|expect|cache-control|pragma|dnt|priority|upgrade-insecure-requests|if-(?:none-match|modified-since|match|unmodified-since|range)|traceparent|tracestate|baggage|x-request-id|x-correlation-id|x-forwarded-.*|forwarded|purpose|save-data|sentry-trace)$/i;

export type Cleaning = { addresses: Addresses; secrets: Secrets };

/** Body and all; `marked` is the body with the marker in it. */
export function httpOptions(request: Request, marked: Body | undefined, cleaning: Cleaning): Mapping {
  const { url, userInfo } = withoutUser(request.url);
  const system = upperName(cleaning.addresses.nameOf(url));
  const csrf = request.headers.some(({ name }) => namesCsrf(name)) || hasCsrfField(request.body);
  const headers = new Map<string, Value>();
  const hasOwn = request.headers.some(({ name }) => name.toLowerCase() === 'authorization');
  if (userInfo !== undefined && !hasOwn) headers.set('Authorization', basic(userInfo, system, cleaning.secrets));
  for (const header of request.headers) {
    const value = headerValue(header, { csrf, system, body: request.body, secrets: cleaning.secrets });
    if (value !== undefined) headers.set(shownName(header.name), value);
  }
  const body = marked === undefined ? undefined : cleanBody(marked, cleaning.secrets);
  const implied = body === undefined ? 'GET' : 'POST';
  return mapping({
    method: request.method === implied && implied === 'GET' ? undefined : request.method,
    url: cleaning.addresses.shorten(cleanQuery(url, cleaning.secrets)),
    headers: headers.size === 0 ? undefined : headers,
    ...(body !== undefined && { [body.kind]: body.value }),
  });
}

/** What looks at the same system need to be let in: the headers of the send that are credentials. */
export function credentialHeaders(options: Mapping): Mapping | undefined {
  const headers = options.get('headers');
  if (!isMapping(headers)) return undefined;
  const kept = [...headers].filter(([, value]) => namesSecret(value));
  return kept.length === 0 ? undefined : new Map(kept);
}

function namesSecret(value: Value): boolean {
  const parts = isText(value) ? value.parts : [];
  return parts.some((part) => typeof part !== 'string' && /\bsecret\./.test(part.expression));
}

type Around = { csrf: boolean; system: string; body: Body | undefined; secrets: Secrets };

function headerValue({ name, value }: Header, { csrf, system, body, secrets }: Around): Value | undefined {
  if (typeof value !== 'string') return value;
  const lower = name.toLowerCase();
  if (dropped.test(name) || (lower === 'accept' && !/^application\/(?!json\b)[^,]+$/.test(value))) return undefined;
  if (/^(?:origin|referer)$/.test(lower)) return csrf ? cleanQuery(text(value), secrets) : undefined;
  if (lower === 'idempotency-key') return text(expression('uuid()'));
  if (lower === 'content-type') return body !== undefined && impliedType(body, value) ? undefined : value;
  if (/^(?:proxy-|x-)?authorization$/.test(lower)) return authorization(value, system, secrets);
  if (lower === 'cookie')
    return text(secrets.take(value, `${system}_COOKIE`, 'the Cookie header of a session that is logged in'));
  const wanted = upperName(name.replace(/^x-/i, ''));
  if (isCredential(name, value, 'header')) return text(secrets.take(value, wanted, `the header ${name}`));
  return hidden(value, wanted, `the header ${name}`, secrets);
}

function authorization(value: string, system: string, secrets: Secrets): Text {
  const [, scheme = '', rest = value] = /^([A-Za-z][\w-]*)\s+(\S.*)$/.exec(value.trim()) ?? [];
  if (/^basic$/i.test(scheme)) {
    const plain = Buffer.from(rest, 'base64').toString('utf8');
    if (/^[^\0-\x1f\ufffd]*:[^\0-\x1f\ufffd]*$/.test(plain)) return basic(plain, system, secrets);
  }
  const name = /^\$\{?([A-Za-z_]\w*)\}?$/.exec(rest)?.[1] ?? `${system}_TOKEN`;
  return text(
    ...(scheme === '' ? [] : [`${scheme} `]),
    secrets.take(rest, name, `the token behind ${scheme === '' ? 'Authorization' : scheme}`),
  );
}

/** `user:password`, as HTTP's Basic sends it: base64 of both, made when the scenario runs. */
function basic(userInfo: string, system: string, secrets: Secrets): Text {
  return text(
    'Basic ',
    secrets.take(Buffer.from(userInfo, 'utf8').toString('base64'), `${system}_BASIC`, 'base64 of user:password'),
  );
}

function withoutUser(url: Text): { url: Text; userInfo: string | undefined } {
  const [first = '', ...rest] = url.parts;
  const found = typeof first === 'string' ? /^(https?:\/\/)([^/?#]*)@/i.exec(first) : null;
  if (found === null || typeof first !== 'string') return { url, userInfo: undefined };
  const [whole = '', scheme = '', user = ''] = found;
  return { url: text(scheme + first.slice(whole.length), ...rest), userInfo: decoded(user) };
}

/** Without values of the query that are credentials by name or by their look, and without what is one in the path. */
export function cleanQuery(url: Text, secrets: Secrets): Text {
  const parts = url.parts.flatMap((part) => {
    if (typeof part !== 'string') return [part];
    return part.split(/(?<=[?&])/).flatMap((piece) => {
      const [, name = '', value = '', end = ''] = /^([^=&?]*)=([^&#]+)(&?(?:#.*)?)$/s.exec(piece) ?? [];
      const [called, plain] = [decoded(name), decoded(value.replaceAll('+', ' '))];
      if (value !== '' && isCredential(called, plain, 'query'))
        return [`${name}=`, secrets.take(plain, upperName(called), `${called} in the address`), end];
      return partsOf(hidden(piece, 'WEB_KEY', 'a key in the address', secrets));
    });
  });
  return { parts };
}

function partsOf(one: Text | string): Text['parts'] {
  return typeof one === 'string' ? [one] : one.parts;
}

/** The text without what is known to be a secret, and without what is one by its look. */
function hidden(literal: string, wanted: string, what: string, secrets: Secrets): Text | string {
  for (const one of credentialsInside(literal)) secrets.take(one, wanted, what);
  return secrets.hide(literal);
}

/** `<Password>…</Password>` becomes known, so that it is hidden wherever it stands. */
function learnElements({ kind, value }: Body, secrets: Secrets): void {
  const whole = typeof value === 'string' ? value : kind === 'xml' && isText(value) ? textsOf(value) : '';
  if (kind !== 'xml') return;
  for (const [, name = '', content = ''] of whole.matchAll(/<(?:[\w.-]+:)?([\w.-]+)(?:\s[^<>]*)?>([^<>]+)<\//g))
    if (isCredential(name, content, 'body')) secrets.take(content, upperName(name), `${name} in the body`);
}

function textsOf({ parts }: Text): string {
  return parts.map((part) => (typeof part === 'string' ? part : '')).join('');
}

function cleanBody(body: Body, secrets: Secrets): { kind: Body['kind']; value: Value } {
  learnElements(body, secrets);
  return { kind: body.kind, value: withoutSecrets(body.value, '', secrets) };
}

/** Texts of a body that are credentials become secrets; others lose what is known to be one. */
export function withoutSecrets(value: Value, name: string, secrets: Secrets): Value {
  if (isItems(value)) return value.map((item) => withoutSecrets(item, name, secrets));
  if (isMapping(value))
    return new Map([...value].map(([key, item]) => [key, withoutSecrets(item, nameIn(name, key), secrets)]));
  const [wanted, what] = [upperName(name), name === '' ? 'a key in the body' : `${name} in the body`];
  if (isText(value))
    return {
      parts: value.parts.flatMap((part) =>
        typeof part === 'string' ? partsOf(hidden(part, wanted, what, secrets)) : [part],
      ),
    };
  if (typeof value !== 'string' || value === '') return value;
  if (name !== '' && isCredential(name, value, 'body')) return text(secrets.take(value, wanted, what));
  return hidden(value, wanted, what, secrets);
}

/** `token: { value: … }` holds a token. */
function nameIn(outer: string, key: string): string {
  return namesCredential(outer) && /^(?:value|raw|data|key|content|text)$/i.test(key) ? outer : key;
}

function hasCsrfField(body: Body | undefined): boolean {
  if (body === undefined || !isMapping(body.value as Value)) return false;
  return [...(body.value as Mapping).keys()].some(namesCsrf);
}

function impliedType(body: Body, type: string): boolean {
  const media = type.split(';', 1)[0]?.trim().toLowerCase();
  const implied = {
    json: ['application/json', 'application/x-www-form-urlencoded', 'text/plain'],
    form: ['application/x-www-form-urlencoded'],
    multipart: ['multipart/form-data'],
    text: [],
    xml: ['application/xml'],
  } as const satisfies Record<Body['kind'], readonly string[]>;
  return (implied[body.kind] as readonly (string | undefined)[]).includes(media);
}

/** `content-type` → `Content-Type` */
function shownName(name: string): string {
  return name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
