// An HTTP answer as a candidate: decoded text in its format, with headers and address for the selectors.

import { STATUS_CODES } from 'node:http';
import type { Candidate } from '../../core/look.ts';
import { documentCandidate } from '../../select/document.ts';
import { formatOf } from '../../select/format.ts';
import { maskedStart } from '../masked-start.ts';
import { type As, Blind, type RawAnswer } from '../plugin.ts';
import { shownPath } from './http-address.ts';
import type { Exchange } from './http-exchange.ts';
import { textOf } from './http-text.ts';

/** Characters of a header in a message. */
const longestShown = 100;

/** `declared` is what the answer says it is, `format` what it is read as. */
export type Decoded = { text: string; format: As; declared: As };

export function decode(exchange: Exchange, as: As | undefined): Decoded {
  const { wire, headers, body, status } = exchange;
  const contentType = headers['content-type'];
  const type = typeof contentType === 'string' ? contentType : undefined;
  const text = textOf(body, type);
  // These have a type perhaps, but no content of that type. An empty 200 that should be JSON is not JSON.
  const without = wire.method === 'HEAD' || status === 204 || status === 205;
  const declared = without ? 'text' : formatOf(type, text);
  return { text, declared, format: without ? 'text' : (as ?? declared) };
}

/** Throws a Blind where the body is not of its format. */
export async function candidateOf(exchange: Exchange, decoded: Decoded, named: boolean): Promise<Candidate> {
  const { wire, headers } = exchange;
  const { text, format } = decoded;
  const source = `${wire.method} ${shownPath(wire.url, wire.mask)}`;
  demandReadable(exchange, source);
  return documentCandidate({ text, format, source, named, answered: 'by a server', headers, url: wire.url.href });
}

export function rawAnswer(exchange: Exchange, as: As | undefined): RawAnswer {
  const { status, headers, body } = exchange;
  const { text, format } = decode(exchange, as);
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    (value === undefined ? [] : [value].flat()).map((one): [string, string] => [name, one]),
  );
  return {
    status: `${status} ${STATUS_CODES[status] ?? ''}`.trim(),
    headers: pairs,
    text,
    format,
    bytes: body.byteLength,
  };
}

/** What is packed in a way that nobody here can open would read as a text without the record. */
function demandReadable({ wire, headers, body }: Exchange, source: string): void {
  // The encodings that were undone on the way are not among the headers any more.
  const encoding = headers['content-encoding'];
  if (typeof encoding !== 'string' || body.byteLength === 0 || /^\s*(?:identity\s*)?$/i.test(encoding)) return;
  const shown = maskedStart(encoding, longestShown, wire.mask);
  throw new Blind('wrong-answer', `${source} answered with content-encoding ${shown}, which cannot be read here`);
}

/** Pictures, archives and the like hold no text in which a marker could be looked for. */
export function isBinary(contentType: string | string[] | undefined): boolean {
  const type = typeof contentType === 'string' ? contentType : '';
  return /^\s*(?:image\/(?!svg)|audio\/|video\/|font\/|application\/(?:pdf|zip|gzip|wasm|x-protobuf)\b)/i.test(type);
}
