// One request on the wire and its whole answer, with got. The only file that loads got.

import got from 'got';
import { shownUrl } from './http-address.ts';
import type { Agents, Secured } from './http-agents.ts';
import { abortedFault, begunFault, faultOf, HttpFault, staleFault } from './http-fault.ts';

export type Wire = {
  method: string;
  /** Without credentials: those are a header. */
  url: URL;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array | undefined;
  /** Masks the secrets in a text. */
  mask(text: string): string;
};

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** `body` is decompressed. */
export type Exchange = { wire: Wire; status: number; headers: Headers; body: Uint8Array };

export type Line = { agents: Pick<Agents, 'for'>; insecure: boolean; secured?: Secured | undefined };

/** Bytes of one answer, decompressed, so that a few kilobytes cannot unfold into gigabytes. */
export const bodyCap: number = 8 * 1024 * 1024;

/** What is sent, for messages: `GET http://127.0.0.1:4100/api/bookings`. */
export function named(wire: Wire): string {
  return `${wire.method} ${shownUrl(wire.url, wire.mask)}`;
}

/**
 * Sends once: no retry, no redirect. Throws an HttpFault; `count` is told the bytes as they come, so that an
 * answer that never ends has its cost as well.
 */
export function exchange(
  wire: Wire,
  line: Line,
  signal: AbortSignal,
  count: (bytes: number) => void,
): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortedFault(named(wire), signal.reason, false, false));
      return;
    }
    const stream = got.stream(wire.url, {
      method: wire.method as 'GET',
      headers: wire.headers,
      ...(wire.body === undefined ? {} : { body: wire.body }),
      agent: line.agents.for(wire.url, line.secured),
      https: { rejectUnauthorized: !line.insecure },
      retry: { limit: 0 },
      followRedirect: false,
      throwHttpErrors: false,
    });
    const chunks: Uint8Array[] = [];
    let size = 0;
    let head: { status: number; headers: Headers } | undefined;
    let settled = false;

    const left = (): boolean => {
      const { timings } = stream;
      const ready = wire.url.protocol === 'https:' ? timings?.secureConnect : timings?.connect;
      // From the moment the connection is ready, part of the request may be on its way.
      return ready !== undefined || timings?.upload !== undefined;
    };
    const settle = (act: () => void): void => {
      if (settled) return;
      settled = true;
      signal.removeEventListener('abort', onAbort);
      act();
    };
    const fail = (fault: HttpFault): void =>
      settle(() => {
        reject(fault);
        stream.destroy();
      });
    const onAbort = (): void => fail(abortedFault(named(wire), signal.reason, left(), head !== undefined));

    signal.addEventListener('abort', onAbort, { once: true });
    // Stays on after the promise is settled: got may report the end of a stream that was given up.
    stream.on('error', (error: unknown) => {
      const fault = faultOf(named(wire), error, left(), head !== undefined);
      if (head) fail(begunFault(fault, { status: head.status, body: Buffer.concat(chunks) }));
      else fail(stream.reusedSocket === true ? staleFault(fault) : fault);
    });
    stream.on('response', (response: { statusCode: number; headers: Headers }) => {
      head = { status: response.statusCode, headers: response.headers };
    });
    stream.on('data', (chunk: Uint8Array) => {
      size += chunk.byteLength;
      count(chunk.byteLength);
      chunks.push(chunk);
      if (size > bodyCap) fail(tooLong(wire));
    });
    stream.on('end', () =>
      settle(() => {
        if (head) resolve({ wire, ...head, body: Buffer.concat(chunks) });
        else reject(faultOf(named(wire), undefined, true, false));
      }),
    );
    // Where no body is given, got would wait for one to be written.
    if (wire.body === undefined && wire.method !== 'GET' && wire.method !== 'HEAD') stream.end();
  });
}

function tooLong(wire: Wire): HttpFault {
  const hint = 'Ask for less: a filter, a page, or one record by its id.';
  return new HttpFault(`${named(wire)}: the answer is over 8 MB`, { kind: 'gave-up', left: true, broken: false, hint });
}
