// Headers on their way through a capture: as they came, but for those that are about one connection.

import type { Header } from './capture-record.ts';

/** RFC 9110, 7.6.1. `transfer-encoding` is written anew, `te` where it asks for trailers. */
const ofOneConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authorization',
  'proxy-authenticate',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
]);

/** Says how long the message is and whom it is for: no `Connection` takes them away. */
const ofTheMessage: ReadonlySet<string> = new Set(['content-length', 'host']);

/** As Node takes them: names and values in turn. */
export function towardsPartner(headers: readonly Header[], method: string, host: string): string[] {
  const chunked = valuesOf(headers, 'transfer-encoding').length > 0;
  const sized = valuesOf(headers, 'content-length').length > 0;
  const onward = passing(headers).filter(([name]) => name.toLowerCase() !== 'host');
  const wantsTrailers = valuesOf(headers, 'te').some((value) => /\btrailers\b/i.test(value));
  return [
    ...['Host', host],
    ...onward.flat(),
    ...(wantsTrailers ? ['TE', 'trailers'] : []),
    ...(chunked ? ['Transfer-Encoding', 'chunked'] : []),
    // Node would send an empty body in chunks, which some servers do not take.
    ...(!chunked && !sized && /^(?:POST|PUT|PATCH)$/.test(method) ? ['Content-Length', '0'] : []),
  ];
}

export function towardsWorker(headers: readonly Header[]): string[] {
  return passing(headers).flat();
}

function passing(headers: readonly Header[]): Header[] {
  const named = valuesOf(headers, 'connection').flatMap((value) => value.toLowerCase().split(/[\s,]+/));
  const gone = new Set(named.filter((name) => !ofTheMessage.has(name)));
  return headers.filter(([name]) => !ofOneConnection.has(name.toLowerCase()) && !gone.has(name.toLowerCase()));
}

export function valuesOf(headers: readonly Header[], wanted: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
}
