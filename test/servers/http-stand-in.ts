// What stand-ins for servers over HTTP share: a free port of loopback, requests noted, and faults on demand.

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export type Asked = {
  method: string;
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
};

/**
 * In place of the answer there would be: once for each, in their order. `hang` answers nothing, `cut` breaks off behind
 * that text, `right` is the answer there would be.
 */
export type Instead =
  | { status: number; body?: string; headers?: Record<string, string> }
  | 'hang'
  | 'right'
  | { cut: string };

export type HttpStandIn = {
  url: string;
  port: number;
  asked: Asked[];
  instead: Instead[];
  /** Takes no connection any more. */
  stop(): Promise<void>;
  /** Takes them again, on the same port. */
  start(): Promise<void>;
};

export type Pair = { key: Buffer; cert: Buffer };

/** `answer` is not called for a request that was answered by `instead`. */
export async function httpStandIn(
  answer: (asked: Asked, response: ServerResponse) => void,
  tls?: Pair,
): Promise<HttpStandIn> {
  const asked: Asked[] = [];
  const instead: Instead[] = [];
  const listener: RequestListener = (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
      const one = { method: request.method ?? '', path: pathname, query: searchParams, headers: request.headers, body };
      asked.push(one);
      const other = instead.shift();
      if (other === 'hang') return;
      if (other === undefined || other === 'right') answer(one, response);
      else if ('cut' in other) {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
        response.write(other.cut, () => response.destroy());
      } else response.writeHead(other.status, other.headers).end(other.body);
    });
  };
  let server: Server | undefined;
  let port = 0;
  async function start(): Promise<void> {
    server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
    const listening = server;
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    port = (listening.address() as AddressInfo).port;
  }
  await start();
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    asked,
    instead,
    start,
    async stop() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      closing.closeAllConnections();
      await new Promise<void>((resolve) => closing.close(() => resolve()));
    },
  };
}

export function giveJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
