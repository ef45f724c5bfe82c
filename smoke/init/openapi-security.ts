// The credentials that an operation asks for, as headers whose values come from secrets.

import { upperName } from './names.ts';
import { type Api, isObject, type JsonObject, listAt, textAt } from './openapi-document.ts';
import type { Operation } from './openapi-operation.ts';
import type { Header } from './recorded.ts';
import { expression, text } from './value.ts';

/** Of several ways in the first; none where the operation is open to everybody. */
export function securityHeaders({ node }: Operation, { document, follow }: Api): Header[] {
  const [first] = node['security'] === undefined ? listAt(document, 'security') : listAt(node, 'security');
  const schemes = follow(follow(document['components'])?.['securitySchemes'] ?? document['securityDefinitions']);
  return Object.keys(isObject(first) ? first : {}).flatMap((name) => headerOf(follow(schemes?.[name])));
}

function headerOf(scheme: JsonObject | undefined): Header[] {
  const type = textAt(scheme, 'type');
  const named = textAt(scheme, 'name') ?? '';
  const isBasic = type === 'basic' || (type === 'http' && /^basic$/i.test(textAt(scheme, 'scheme') ?? ''));
  if (isBasic) return [{ name: 'Authorization', value: text('Basic ', expression('secret.WEB_BASIC')) }];
  if (type === 'apiKey' && textAt(scheme, 'in') === 'header')
    return [{ name: named, value: text(expression(`secret.${upperName(named.replace(/^x-/i, ''))}`)) }];
  if (type === 'apiKey' && textAt(scheme, 'in') === 'cookie')
    return [{ name: 'Cookie', value: text(`${named}=`, expression('secret.WEB_COOKIE')) }];
  if (type === 'http' || type === 'oauth2' || type === 'openIdConnect')
    return [{ name: 'Authorization', value: text('Bearer ', expression('secret.WEB_TOKEN')) }];
  return [];
}
