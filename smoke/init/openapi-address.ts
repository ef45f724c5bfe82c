// Addresses of a document's operations: where the API runs, and what fills the holes of its paths.

import { originIn } from './addresses.ts';
import { type Api, isObject, type JsonObject, listAt, textAt } from './openapi-document.ts';
import type { Operation } from './openapi-operation.ts';
import { encoded } from './percent.ts';
import { Refusal } from './refusal.ts';
import { type Expression, expression } from './value.ts';

/** `servers[0]`, or Swagger's host; `--web` goes before its origin. */
export function serverOf({ document, version, follow, followAll }: Api, web: string | undefined): string {
  const [first] = followAll(listAt(document, 'servers'));
  const variables = follow(first?.['variables']) ?? {};
  const filled = (textAt(first, 'url') ?? '').replaceAll(
    /\{([^{}]+)\}/g,
    (_, key: string) => textAt(follow(variables[key]), 'default') ?? '',
  );
  const scheme = listAt(document, 'schemes').includes('https') ? 'https' : 'http';
  const host = textAt(document, 'host');
  const written =
    version === '3'
      ? filled
      : `${host === undefined ? '' : `${scheme}://${host}`}${textAt(document, 'basePath') ?? ''}`;
  const origin = originIn(written);
  const prefix = written.slice(origin.length).replace(/\/$/, '');
  if (web === undefined && origin === '')
    throw new Refusal('the document does not say where its API runs', 'Give the address with --web http://…');
  return `${web === undefined ? origin : originIn(web)}${prefix === '' || prefix.startsWith('/') ? prefix : `/${prefix}`}`;
}

/** `/hotels/{hotelId}/bookings/{id}`: the last hole is the record where `alias` is given, others are variables. */
export function pathParts(
  { path, parameters }: Operation,
  open: Set<string>,
  alias: string | undefined,
): (string | Expression)[] {
  const pieces = path.split(/(\{[^{}]+\})/);
  const last = pieces.findLastIndex((piece) => piece.startsWith('{'));
  return pieces.map((piece, index) => {
    if (!piece.startsWith('{')) return piece;
    if (alias !== undefined && index === last) return expression(alias);
    return given(piece.slice(1, -1), parameters, open);
  });
}

/** The value of a parameter that must be there: its example, else a variable that the user sets. */
function given(name: string, parameters: readonly JsonObject[], open: Set<string>): string | Expression {
  const found = parameters.find((one) => one['name'] === name);
  const schema = isObject(found?.['schema']) ? found['schema'] : found;
  const value = [found?.['example'], schema?.['example'], schema?.['default']].find((one) =>
    ['string', 'number'].includes(typeof one),
  );
  if (value !== undefined) return encoded(String(value));
  const variable = name.replaceAll(/\W+/g, '_').replace(/^(?=[\d])/, '_') || 'value';
  open.add(variable);
  return expression(`vars.${variable}`);
}

export function requiredQuery({ parameters }: Operation, open: Set<string>): (string | Expression)[] {
  return parameters
    .filter((one) => one['in'] === 'query' && one['required'] === true)
    .flatMap((one, index) => {
      const name = textAt(one, 'name') ?? '';
      return [`${index === 0 ? '?' : '&'}${encoded(name)}=`, given(name, [one], open)];
    });
}
