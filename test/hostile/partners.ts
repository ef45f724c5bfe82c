// Partners that misbehave when they are asked for a booking.

import type { ServerResponse } from 'node:http';
import type { Seen } from '../probes/local-server.ts';
import type { Face } from './faced.ts';

/** What was asked, and the note that the last send brought. */
export type Asked = { request: Seen; note: string };

/** Answers each look at the partner so. */
export function partner(
  answer: (response: ServerResponse, asked: Asked) => void,
  more: Omit<Face, 'instead'> = {},
): Face {
  let note = '';
  return {
    look: byField('$.note'),
    ...more,
    instead: (request, response) => {
      if (request.method === 'POST') note = (JSON.parse(request.body) as { note: string }).note;
      if (request.method !== 'GET' || !request.url.startsWith('/partner')) return false;
      answer(response, { request, note });
      return true;
    },
  };
}

export function saying(
  body: string | Uint8Array,
  type: string,
  headers: Readonly<Record<string, string | string[]>> = {},
  more: Omit<Face, 'instead'> = {},
): Face {
  return partner((response) => response.writeHead(200, { 'content-type': type, ...headers }).end(body), more);
}

export const json = (body: string, more: Omit<Face, 'instead'> = {}): Face =>
  saying(body, 'application/json', {}, more);
export const html = (body: string, more: Omit<Face, 'instead'> = {}): Face =>
  saying(body, 'text/html', {}, { look: byField('note'), ...more });
export const xml = (body: string, more: Omit<Face, 'instead'> = {}): Face =>
  saying(body, 'application/xml', {}, { look: byField('note'), ...more });

/** One record by its marker, which is known however long the send takes. */
export const byField =
  (field: string) =>
  (url: string): string =>
    `{ http: { url: '${url}/partner/\${{ marker }}', field: '${field}' } }`;

/** A list of records. */
export const inList =
  (selection: string) =>
  (url: string): string =>
    `{ http: { url: '${url}/partner/list', records: '$.r[*]', ${selection} field: $.note } }`;

/** The whole answer. */
export const whole = (url: string): string => `{ http: { url: '${url}/partner/\${{ marker }}' } }`;
