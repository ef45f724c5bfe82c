// A request that passed, as a candidate: what was sent counts as what it holds, the answer is found by selectors alone.

import { brotliDecompressSync, constants, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { visible } from '../../core/escape.ts';
import type { Aside, Candidate } from '../../core/look.ts';
import { memberPath } from '../../core/member-path.ts';
import { type Body, candidate, type Leaf } from '../../select/candidate.ts';
import { formatOf } from '../../select/format.ts';
import { findJson, jsonLeaves, nameOnJson } from '../../select/json-body.ts';
import { type JsonPath, loadJsonPath } from '../../select/json-path.ts';
import { type Json, parseJson } from '../../select/json-text.ts';
import { markupBody } from '../../select/markup-body.ts';
import { selectorOf } from '../../select/selector.ts';
import { unfold } from '../../select/unfold.ts';
import { textOf } from '../http/http-text.ts';
import { maskedLine } from '../masked-start.ts';
import type { As } from '../plugin.ts';
import { isNamedByPath } from './capture-filter.ts';
import { valuesOf } from './capture-headers.ts';
import type { CaptureOptions } from './capture-options.ts';
import { isFailed, isOngoing, longestShown, sourceOf } from './capture-outcome.ts';
import type { Copy, Header, Passed } from './capture-record.ts';

export type Shown = {
  as?: As | undefined;
  named: boolean;
  /** By which it was chosen. */
  filter: Pick<CaptureOptions, 'method' | 'path'>;
  /** Of the look. */
  now: Date;
  /** The header in which a worker says which instance it is. */
  instance?: string | undefined;
  mask(text: string): string;
};

/** `ended`: the whole exchange. */
type Message = Copy & { headers: readonly Header[]; complete: boolean; ended: boolean };
/** `why`: what is not seen may be in it all the same. `markup`: for CSS. */
type Read = { text: string; value: Json; markup?: Body; why?: string };

/** Bytes of a body that was packed. */
const mostUnpacked = 8 * 1024 * 1024;

export async function passedCandidate(passed: Passed, shown: Shown): Promise<Candidate> {
  const query = await loadJsonPath();
  const { method, path, request, response, failed } = passed;
  const sent = await readBody({ ...request, ended: passed.ms !== undefined }, shown.as);
  const came = response && (await readBody({ ...response, ended: passed.ms !== undefined }, undefined));
  const tree: Json = {
    method,
    path,
    at: passed.at,
    from: passed.from,
    status: response?.status ?? null,
    failed: failed ?? null,
    request: { method, path, headers: headersJson(request.headers), body: sent.value },
    response:
      response && came ? { status: response.status, headers: headersJson(response.headers), body: came.value } : null,
  };
  const instance = instanceOf(passed, shown);
  const source = sourceOf(passed, shown.mask, shown.now);
  const awaits = (selector: string): boolean => isOngoing(passed) && !readsRequest(selector);
  const made = candidate(
    {
      source,
      named: shown.named,
      at: passed.at,
      ...(instance !== undefined && { instance }),
      ...(isOngoing(passed) && { ongoing: true, awaits }),
      ...(isFailed(passed) && { failed: true }),
      answer: { headers: headersJson(request.headers), url: path },
    },
    bodyOf(tree, sent, { method, path, query, carried: carriedBy(request.headers) }),
  );
  return {
    ...made,
    ...(sent.why !== undefined && { closed: `${source}: ${sent.why}` }),
    isChosenBy: (names, field) =>
      (field === undefined || readsRequest(field)) && isNamedByPath(passed, shown.filter, names),
  };
}

/** It reads what was sent, and not what became of that. Only JSONPath reads both. */
function readsRequest(selector: string): boolean {
  return (
    selectorOf(selector).kind !== 'jsonpath' || /^\s*\$(?:\.|\[['"])(?:request|method|path|at|from)\b/.test(selector)
  );
}

function bodyOf(
  tree: Json,
  sent: Read,
  { method, path, query, carried }: { method: string; path: string; query: JsonPath; carried: string },
): Body {
  let unfolded: { value: Json | undefined } | undefined;
  const opened = (): Json | undefined => {
    unfolded ??= { value: unfold(tree) };
    return unfolded.value;
  };
  return {
    text: () => `${method} ${path}\n${carried}${sent.text}`,
    *leaves(): Iterable<Leaf> {
      yield { path: '$.request.path', text: path };
      yield* sent.markup?.leaves() ?? jsonLeaves(unfold(sent.value) ?? sent.value, '$.request.body');
    },
    find(kind, selector) {
      if (kind === 'jsonpath') return findJson(query, selector, tree, opened);
      if (sent.markup !== undefined) return sent.markup.find(kind, selector);
      // Among requests of several kinds, one without elements lacks them. What JSONPath would find is no element.
      const path = memberPath(selector, tree) ?? memberPath(selector, sent.value, '$.request.body');
      return path === undefined ? { fits: true, parts: [] } : nameOnJson(selector, path);
    },
  };
}

/** The baggage of a send with `trace-context`, which tells whose the request is, and nothing of its text. */
function carriedBy(headers: readonly Header[]): string {
  const [entry] = valuesOf(headers, 'baggage').flatMap(
    (value) => /\bsmoketrail\.marker=[\w%-]{1,200}/.exec(value) ?? [],
  );
  return entry === undefined ? '' : `baggage: ${entry}\n`;
}

const ofTheTrace: ReadonlySet<string> = new Set(['baggage', 'traceparent', 'tracestate']);

/** The headers are not searched as what was sent; but a request that has the marker in one of them did go out. */
export function headersAside(passed: Passed, { mask }: { mask(text: string): string }, now: Date): Aside[] {
  const own = passed.request.headers.filter(([name]) => !ofTheTrace.has(name.toLowerCase()));
  const says = `${sourceOf(passed, mask, now)} has the marker in a header: \`field: header:NAME\` reads one`;
  return [{ text: own.map(([, value]) => value).join('\n'), says, doubtful: true }];
}

/** Workers on this machine all have one address. */
function instanceOf({ request, from }: Passed, { instance, mask }: Shown): string | undefined {
  if (instance !== undefined) {
    const [told] = valuesOf(request.headers, instance.toLowerCase());
    return told === undefined ? undefined : visible(maskedLine(told, longestShown, mask));
  }
  const address = from.replace(/^::ffff:/, '');
  return address === '' || address === '::1' || address.startsWith('127.') ? undefined : address;
}

/** Lower-case name → its value, or its values. */
function headersJson(headers: readonly Header[]): { [name: string]: string | string[] } {
  const byName = Map.groupBy(headers, ([name]) => name.toLowerCase());
  return Object.fromEntries(
    [...byName].map(([name, all]) => {
      const values = all.map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

async function readBody(message: Message, as: As | undefined): Promise<Read> {
  const { bytes, size, headers, complete, ended } = message;
  const cut = bytes.length < size ? `only ${bytes.length} of ${size} bytes of its body were kept` : undefined;
  const coding = valuesOf(headers, 'content-encoding').join(',').trim();
  // Some pack a body and do not say so.
  const unpacked = unpack(bytes, coding === '' && isGzip(bytes) ? 'gzip' : coding);
  const [type] = valuesOf(headers, 'content-type');
  const broken = complete ? undefined : ended ? 'it broke off before its end' : 'not all of it had come';
  const why = unpacked.why ?? cut ?? broken ?? (isText(unpacked.bytes, type) ? undefined : 'its body is no text');
  const text = textOf(unpacked.bytes, type);
  const more = why === undefined ? {} : { why };
  if (text === '') return { text, value: null, ...more };
  if (as === undefined && /^\s*application\/x-www-form-urlencoded\b/i.test(type ?? ''))
    return { text: formText(text), value: formJson(text), ...more };
  return { text, ...(await contentIn(text, as ?? formatOf(type, text))), ...more };
}

/** What is not of the format that it says it is stays a text. */
async function contentIn(text: string, format: As): Promise<Pick<Read, 'value' | 'markup'>> {
  try {
    if (format === 'json') return { value: parseJson(text) };
    if (format !== 'text') return { value: text, markup: await markupBody(text, format) };
  } catch {
    // A part of a document, or none.
  }
  return { value: text };
}

function formJson(text: string): { [name: string]: Json } {
  const fields = [...new URLSearchParams(text)];
  return Object.fromEntries(
    [...Map.groupBy(fields, ([name]) => name)].map(([name, all]): [string, Json] => {
      const values = all.map(([, value]) => value);
      return [name, values.length === 1 ? (values[0] ?? '') : values];
    }),
  );
}

function formText(text: string): string {
  return [...new URLSearchParams(text)].map(([name, value]) => `${name}: ${value}`).join('\n');
}

/** What was packed once, as it is; of a stream that was cut what there is. */
function unpack(bytes: Uint8Array, coding: string): { bytes: Uint8Array; why?: string } {
  const name = coding.trim().toLowerCase();
  if (name === '' || name === 'identity' || bytes.length === 0) return { bytes };
  const options = { maxOutputLength: mostUnpacked, finishFlush: constants.Z_SYNC_FLUSH };
  try {
    if (name === 'gzip' || name === 'x-gzip') return { bytes: gunzipSync(bytes, options) };
    if (name === 'deflate')
      return { bytes: isZlib(bytes) ? inflateSync(bytes, options) : inflateRawSync(bytes, options) };
    if (name === 'br')
      return {
        bytes: brotliDecompressSync(bytes, {
          maxOutputLength: mostUnpacked,
          finishFlush: constants.BROTLI_OPERATION_FLUSH,
        }),
      };
  } catch {
    return { bytes, why: `its body cannot be unpacked (${visible(name.slice(0, 40))}), or holds more than 8 MB` };
  }
  return { bytes, why: `its body has the content-encoding ${visible(name.slice(0, 40))}, which cannot be read here` };
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What is packed, encrypted or of a binary format holds what nobody sees, beside what stands there as letters. */
function isText(bytes: Uint8Array, type: string | undefined): boolean {
  if (/charset\s*=\s*"?utf-?(?:16|32)/i.test(type ?? '') || isUtf16(bytes)) return true;
  return !bytes.includes(0);
}

/** By its byte order mark. */
function isUtf16(bytes: Uint8Array): boolean {
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return mark === 0xfeff || mark === 0xfffe;
}

/** Some send the bare stream where the name asks for one with zlib's header. */
function isZlib(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & 0x0f) === 8 && ((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)) % 31 === 0;
}
