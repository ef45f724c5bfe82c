// The body of a request, in bytes, with the content type that goes with it.

import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { HttpOptions, Values } from './http-options.ts';

export type Payload = { bytes: Uint8Array; type: string };

/** Undefined where the options name no body. Paths start at `baseDir`. Throws where a file cannot be read. */
export async function payloadOf(options: HttpOptions, baseDir: string): Promise<Payload | undefined> {
  if (options.json !== undefined) return payload(jsonText(options.json), 'application/json');
  if (options.form) return payload(`${parametersOf(options.form)}`, 'application/x-www-form-urlencoded');
  if (options.text !== undefined) return payload(options.text, 'text/plain; charset=utf-8');
  if (typeof options.xml === 'string') return payload(options.xml, 'application/xml; charset=utf-8');
  if (options.xml) {
    return { bytes: await readFile(resolve(baseDir, options.xml.file)), type: 'application/xml' };
  }
  return options.multipart ? multipart(options.multipart, baseDir) : undefined;
}

/** A list becomes the same name several times. */
export function parametersOf(values: Values): URLSearchParams {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const one of Array.isArray(value) ? value : [value]) parameters.append(name, String(one));
  }
  return parameters;
}

function payload(text: string, type: string): Payload {
  return { bytes: new TextEncoder().encode(text), type };
}

/** A YAML integer too large for a double keeps its digits. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? rawJson(inner) : inner));
}

function rawJson(integer: bigint): unknown {
  // Part of the language since Node 21, not yet of TypeScript's library.
  const raw = (JSON as { rawJSON?: (text: string) => unknown }).rawJSON;
  return raw ? raw(integer.toString()) : Number(integer);
}

async function multipart(parts: NonNullable<HttpOptions['multipart']>, baseDir: string): Promise<Payload> {
  const form = new FormData();
  for (const [name, part] of Object.entries(parts)) {
    if (typeof part !== 'object') {
      form.append(name, String(part));
      continue;
    }
    const blob = new Blob([await readFile(resolve(baseDir, part.file))], part.type ? { type: part.type } : {});
    form.append(name, blob, part.filename ?? basename(part.file));
  }
  // Response writes a form the way fetch would, boundary included.
  const written = new Response(form);
  const type = written.headers.get('content-type') ?? 'multipart/form-data';
  return { bytes: new Uint8Array(await written.arrayBuffer()), type };
}
