// The body of a recorded request: its text and content type → what the `http` plug-in can send.

import type { Body } from './recorded.ts';
import { Refusal } from './refusal.ts';
import { jsonValue, type Mapping, mapping, type Value } from './value.ts';

export type ReadBody = { body?: Body; notes: readonly string[] };

/** `type` is the Content-Type as it was sent; empty where none was. */
export async function readBody(source: string, type: string): Promise<ReadBody> {
  if (source === '') return { notes: [] };
  const media = type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const json = /^[\s\uFEFF]*[[{"]/.test(source) ? jsonValue(source.replace(/^\uFEFF/, '')) : undefined;
  if (/[/+]json$/.test(media)) {
    if (json !== undefined) return { body: { kind: 'json', value: json }, notes: [] };
    throw new Refusal(
      `the body says it is ${media}, and it is none, or nested too deep`,
      'Record a request whose body can be read.',
    );
  }
  if (media === '' && json !== undefined) return { body: { kind: 'json', value: json }, notes: [] };
  if (media === 'multipart/form-data') return await readMultipart(source, type);
  if (/[/+]xml$/.test(media)) return { body: { kind: 'xml', value: source }, notes: [] };
  if (media === '' || media === 'application/x-www-form-urlencoded') {
    if (json === undefined) return { body: { kind: 'form', value: pairs(new URLSearchParams(source)) }, notes: [] };
    const note = `the body is JSON and was sent as ${media}: it is sent as application/json`;
    return { body: { kind: 'json', value: json }, notes: [note] };
  }
  return { body: { kind: 'text', value: source }, notes: [] };
}

/** Names that come several times hold a list. */
export function pairs(entries: Iterable<readonly [string, Value]>): Mapping {
  const all = new Map<string, Value>();
  for (const [name, value] of entries) {
    const before = all.get(name);
    if (before === undefined) all.set(name, value);
    else all.set(name, Array.isArray(before) ? [...(before as readonly Value[]), value] : [before, value]);
  }
  return all;
}

async function readMultipart(source: string, type: string): Promise<ReadBody> {
  let form: FormData;
  try {
    form = await new Response(source.replaceAll(/\r?\n/g, '\r\n'), { headers: { 'content-type': type } }).formData();
  } catch (cause) {
    throw new Refusal('the multipart body cannot be read', 'Its parts or their boundary are missing.', cause);
  }
  const parts: [string, Value][] = [];
  for (const [name, value] of form.entries())
    parts.push([name, typeof value === 'string' ? value : filePart(value.name, value.type)]);
  return multipartBody(parts);
}

/** One value a name, as the `http` plug-in sends them. */
export function multipartBody(parts: readonly (readonly [string, Value])[]): ReadBody {
  const value = new Map(parts);
  const notes = value.size < parts.length ? ['of form parts with one name only the last is sent'] : [];
  const files = [...value].filter(([, part]) => part instanceof Map).map(([name]) => name);
  if (files.length > 0)
    notes.push(`${files.join(', ')}: the file is not in the source; paths start at the scenario's folder`);
  return { body: { kind: 'multipart', value }, notes };
}

export function filePart(filename: string, type: string | undefined): Mapping {
  return mapping({ file: `./${filename.replace(/^\.?\//, '')}`, type: type === '' ? undefined : type });
}
