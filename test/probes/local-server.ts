// Servers on 127.0.0.1 for the tests of the HTTP plug-in: they answer, or misbehave, as told.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from 'node:net';
import type { TestContext } from 'node:test';

export type Seen = { method: string; url: string; headers: Readonly<Record<string, unknown>>; body: string };

export type LocalServer = { url: string; seen: Seen[]; connections(): number; server: Server };

/** Notes every request, body read to its end, and answers with `listener`. Closed with the test. */
export async function serve(test: TestContext, listener: RequestListener): Promise<LocalServer> {
  const seen: Seen[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      body += chunk;
    });
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      listener(request, response);
    });
  });
  server.on('connection', () => {
    connections += 1;
  });
  const port = await listen(server);
  test.after(() => {
    server.closeAllConnections();
    return closed(server);
  });
  return { url: `http://127.0.0.1:${port}`, seen, connections: () => connections, server };
}

/** A server that is handed the bare connection. Closed with the test. */
export async function serveRaw(test: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    // A client that goes away is no failure of the test.
    socket.on('error', () => sockets.delete(socket));
    onSocket(socket);
  });
  const port = await listen(server);
  test.after(() => {
    for (const socket of sockets) socket.destroy();
    return closed(server);
  });
  return `http://127.0.0.1:${port}`;
}

/** An address at which nothing listens. */
export async function closedPort(): Promise<string> {
  const server = createTcpServer();
  const port = await listen(server);
  await closed(server);
  return `http://127.0.0.1:${port}`;
}

export async function listen(server: TcpServer): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

export async function closed(server: TcpServer): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
