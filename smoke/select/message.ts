// Turns messages of a queue, or values of a store, into Candidates: JSON or PHP-serialized data where they are, else text.

import type { Candidate } from '../core/look.ts';
import { type Answer, type Body, candidate, textBody } from './candidate.ts';
import { jsonBody } from './json-body.ts';
import { type JsonPath, loadJsonPath } from './json-path.ts';
import { parseJson } from './json-text.ts';
import { looksSerialized, parsePhp } from './php-serialized.ts';

export type MessageInput = {
  bytes: Uint8Array;
  /** `entry 3 of queues:default` */
  source: string;
  named?: boolean;
  at?: string;
  instance?: string;
  /** For `header:Name`, where messages have headers. */
  headers?: NonNullable<Answer['headers']>;
};

/** Messages that are read together: a selector that fits data only finds nothing in a plain text among data. */
export async function messageCandidates(messages: readonly MessageInput[]): Promise<Candidate[]> {
  const query = await loadJsonPath();
  const bodies: Body[] = [];
  const texts = messages.map(({ bytes }) => bytesText(bytes));
  const mixed = texts.some(looksLikeData);
  // A queue is long and most of its messages are never selected from: each is parsed when it is first asked.
  const bodyAt = (index: number): Body => {
    const body = bodies[index] ?? bodyOf(texts[index] ?? '', mixed, query);
    bodies[index] = body;
    return body;
  };
  return messages.map(({ bytes: _bytes, headers, ...facts }, index) =>
    candidate(headers === undefined ? facts : { ...facts, answer: { headers } }, {
      text: () => texts[index] ?? '',
      leaves: () => bodyAt(index).leaves(),
      find: (kind, selector) => bodyAt(index).find(kind, selector),
    }),
  );
}

function looksLikeData(text: string): boolean {
  return /^\s*[[{]/.test(text) || looksSerialized(text);
}

function bodyOf(text: string, mixed: boolean, query: JsonPath): Body {
  const data = looksLikeData(text) ? dataIn(text) : undefined;
  if (data !== undefined) return jsonBody(data, query, text);
  const plain = textBody(text, 'a message that is neither JSON nor PHP-serialized');
  if (!mixed) return plain;
  return {
    ...plain,
    find: (kind, selector) => (kind === 'jsonpath' ? { fits: true, parts: [] } : plain.find(kind, selector)),
  };
}

function dataIn(text: string): ReturnType<typeof parseJson> | undefined {
  try {
    return looksSerialized(text) ? parsePhp(text) : parseJson(text);
  } catch {
    // What only begins like data is text.
    return undefined;
  }
}

/** UTF-8 where it is, else one character a byte, so that packed bytes (zlib, a pickle) stay searchable. */
export function bytesText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // Not UTF-8.
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }
}
