// A small HTTP server on loopback for the demo's processes: a request comes in read, an answer goes out whole.

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';

export type Asked = {
  method: string;
  url: URL;
  headers: IncomingHttpHeaders;
  body: string;
};

export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: string };

/** `hang-up`: the connection is cut without an answer. */
export type Handler = (asked: Asked) => Promise<Answer | 'hang-up'> | Answer | 'hang-up';

const bodyLimit = 64 * 1024;

/** Thrown while handling a request: becomes the answer. */
export class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

export function jsonAnswer(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: `${JSON.stringify(value)}\n` };
}

export function htmlAnswer(status: number, html: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', ...headers }, body: html };
}

export function emptyAnswer(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers, body: '' };
}

export function jsonBody(asked: Asked): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(asked.body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new Refusal(400, `the body is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  throw new Refusal(400, 'the body must be a JSON object');
}

export function makeServer(handle: Handler): Server {
  return createServer((request, response) => {
    answer(request, response, handle).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      response.destroy();
    });
  });
}

/**
 * Listens on 127.0.0.1 and gives the port. Where the wanted port is taken: another one if `mayMove`,
 * else it waits a little for the port (a process that restarts must keep its address).
 */
export async function listen(server: Server, port: number, mayMove: boolean): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await listenOnce(server, port);
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
      if (taken && mayMove) return await listenOnce(server, 0);
      if (!taken || attempt >= 40) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}

function listenOnce(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Stops listening and cuts every connection. */
export function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve();
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, handle: Handler): Promise<void> {
  const result = await respond(request, handle);
  if (result === 'hang-up') {
    request.socket.destroy();
    return;
  }
  const body = Buffer.from(result.body);
  response.writeHead(result.status, { ...result.headers, 'content-length': body.length });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function respond(request: IncomingMessage, handle: Handler): Promise<Answer | 'hang-up'> {
  try {
    const body = await readBody(request);
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const method = request.method === 'HEAD' ? 'GET' : (request.method ?? 'GET');
    return await handle({ method, url, headers: request.headers, body });
  } catch (error) {
    if (error instanceof Refusal) return jsonAnswer(error.status, { error: error.message });
    if (request.destroyed) return 'hang-up';
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return jsonAnswer(500, { error: 'something went wrong here' });
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimit) throw new Refusal(413, `the body is longer than ${bodyLimit} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
