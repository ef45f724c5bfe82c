// An OpenAPI 3 or Swagger 2 document: read, and its references followed, cycles and strangers included.

import { textOf } from '../core/text-of.ts';
import { decoded } from './percent.ts';
import { Refusal } from './refusal.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export type Api = {
  document: JsonObject;
  version: '2' | '3';
  /** The object that a node is or refers to; undefined for one that leads nowhere, outside, or only to itself. */
  follow(node: Json | undefined): JsonObject | undefined;
  /** Those of a list that lead somewhere. */
  followAll(nodes: readonly Json[]): JsonObject[];
};

/** Parts that are looked at; a document of ten thousand operations takes fewer. */
const mostFollowed = 300_000;

/** Throws a Refusal for what is no such document. */
export async function readApi(source: string, name: string): Promise<Api> {
  const document = await parsed(source, name);
  if (!isObject(document)) throw notApi(name);
  const version = typeof document['openapi'] === 'string' ? '3' : document['swagger'] === '2.0' ? '2' : undefined;
  if (version === undefined || !isObject(document['paths'])) throw notApi(name);
  let followed = 0;
  const follow: Api['follow'] = (node) => {
    followed += 1;
    if (followed > mostFollowed)
      throw new Refusal(
        `${name} refers to itself too often to make a sample of it`,
        '--operation names a simpler operation.',
      );
    const seen = new Set<string>();
    let at = node;
    while (isObject(at) && typeof at['$ref'] === 'string') {
      const ref = at['$ref'];
      if (seen.has(ref) || !ref.startsWith('#')) return undefined;
      seen.add(ref);
      at = pointedAt(document, ref);
    }
    return isObject(at) ? at : undefined;
  };
  const followAll: Api['followAll'] = (nodes) => nodes.map(follow).filter((one) => one !== undefined);
  return { document, version, follow, followAll };
}

export function isObject(node: Json | undefined): node is JsonObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

export function textAt(node: JsonObject | undefined, key: string): string | undefined {
  const value = node === undefined || !Object.hasOwn(node, key) ? undefined : node[key];
  return typeof value === 'string' ? value : undefined;
}

export function listAt(node: JsonObject | undefined, key: string): readonly Json[] {
  const value = node?.[key];
  return Array.isArray(value) ? value : [];
}

/** JSON is YAML too, but its own parser is a hundred times as fast. */
async function parsed(source: string, name: string): Promise<Json> {
  if (/^[\s\uFEFF]*\{/.test(source)) {
    try {
      return JSON.parse(source.replace(/^\uFEFF/, '')) as Json;
    } catch {
      // A YAML document may begin with a brace.
    }
  }
  const { parse } = await import('yaml');
  try {
    return parse(source, { logLevel: 'error', maxAliasCount: 100 }) as Json;
  } catch (error) {
    throw new Refusal(`${name} is neither JSON nor YAML: ${textOf(error).split('\n', 1)[0] ?? ''}`, undefined, error);
  }
}

/** RFC 6901 in a fragment. */
function pointedAt(document: JsonObject, ref: string): Json | undefined {
  let at: Json | undefined = document;
  for (const step of ref
    .replace(/^#\/?/, '')
    .split('/')
    .filter((one) => one !== '')) {
    const key = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~');
    at = isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }
  return at;
}

function notApi(name: string): Refusal {
  return new Refusal(`${name} is no OpenAPI document: it has no \`openapi: 3.…\` or \`swagger: '2.0'\` with \`paths\``);
}
