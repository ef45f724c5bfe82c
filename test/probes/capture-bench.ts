// A partner, a capture before it, and a worker's requests, for the tests of captures.

import { type Agent, type IncomingHttpHeaders, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import type { Passed } from '../../smoke/probes/capture/capture-record.ts';
import { type CaptureServer, openServer, type ServerOptions } from '../../smoke/probes/capture/capture-server.ts';
import { testHost } from '../../smoke/testing/host.ts';
import { type LocalServer, serve } from './local-server.ts';

export type Bench = { server: CaptureServer; url: string; partner: LocalServer; passed(): Passed[] };

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/** `listener` answers for the partner, once a request's body was read. */
export async function capturing(
  t: TestContext,
  listener: Listener = (_request, response) => void response.end('ok'),
  options: Partial<ServerOptions> = {},
): Promise<Bench> {
  const partner = await serve(t, listener);
  return { ...(await captureBefore(t, partner.url, options)), partner };
}

export async function captureBefore(
  t: TestContext,
  forward: string | undefined,
  options: Partial<ServerOptions> = {},
): Promise<Omit<Bench, 'partner'>> {
  const given = { host: '127.0.0.1', port: 0, forward, trust: { insecure: false }, closed: false };
  const server = await openServer({ ...given, limit: 100_000, total: 10_000_000, ...options }, testHost().clock);
  t.after(() => server.close(AbortSignal.abort()));
  const passed = (): Passed[] => server.store.after(0).changes.map((one) => one.passed);
  return { server, url: `http://127.0.0.1:${server.port}`, passed };
}

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  raw: readonly string[];
  trailers: NodeJS.Dict<string>;
  body: Buffer;
};

export type Asking = {
  method?: string;
  path?: string;
  headers?: Readonly<Record<string, string | string[]>>;
  body?: string | Buffer;
  agent?: Agent;
};

/** As a worker's plain client does. */
export function ask(url: string, { body, agent, ...asking }: Asking = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: agent ?? false, ...asking });
    sent.on('error', reject);
    sent.on('response', (answer) => {
      const pieces: Buffer[] = [];
      answer.on('error', reject);
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () => {
        const { statusCode: status = 0, headers, rawHeaders: raw, trailers } = answer;
        resolve({ status, headers, raw, trailers, body: Buffer.concat(pieces) });
      });
    });
    sent.end(body);
  });
}
