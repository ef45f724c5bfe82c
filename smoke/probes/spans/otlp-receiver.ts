// An OTLP/HTTP receiver: takes in what exporters post, and answers as the protocol wants it.
// https://opentelemetry.io/docs/specs/otlp/#otlphttp

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { Blind } from '../plugin.ts';
import { hostOf, portOf } from './otlp-options.ts';

/** Bytes of one request as it comes, and unpacked: a few kilobytes must not unfold into gigabytes. */
const bodyCap = 8 * 1024 * 1024;
const unpackedCap = 16 * 1024 * 1024;
/** Requests that are read and unpacked at once. Exporters come again with what is turned away. */
const mostAtOnce = 16;

/** What a request is turned down with. */
class Refusal extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
  }
}

export type Taking = {
  /** A decoded ExportTraceServiceRequest. */
  traces(request: unknown): void;
  /** An export that was turned down, in words. */
  refused(why: string): void;
};

/** Resolves once it listens. Throws a Blind where it cannot. */
export async function receiveOtlp(address: string, taking: Taking): Promise<{ close(): Promise<void> }> {
  let atOnce = 0;
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    atOnce += 1;
    const protobuf = typeOf(request) === 'application/x-protobuf';
    handle(request, taking, atOnce)
      .then(() => answer(response, 200, protobuf, undefined))
      .catch((error: unknown) => {
        if (request.destroyed && !request.complete) {
          response.destroy();
          return;
        }
        const status = error instanceof Refusal ? error.status : 400;
        const why = error instanceof Error ? error.message : 'it cannot be read';
        taking.refused(`${request.method ?? ''} ${(request.url ?? '').slice(0, 100)} was answered ${status}: ${why}`);
        request.resume();
        answer(response, status, protobuf, why);
      })
      .finally(() => {
        atOnce -= 1;
      });
  });
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, socket) => {
    const isHttp2 = error.rawPacket?.subarray(0, 14).toString('latin1') === 'PRI * HTTP/2.0';
    if (isHttp2) taking.refused('it came over HTTP/2, as gRPC does: OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf');
    socket.destroy();
  });
  await listening(server, address);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(request: IncomingMessage, taking: Taking, atOnce: number): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0];
  if (path !== '/v1/traces' && path !== '/v1/logs' && path !== '/v1/metrics')
    throw new Refusal(404, 'there are /v1/traces, /v1/logs and /v1/metrics');
  if (request.method !== 'POST') throw new Refusal(405, 'exports are posted');
  if (atOnce > mostAtOnce) throw new Refusal(503, 'too many exports come at once');
  const type = typeOf(request);
  if (type !== 'application/json' && type !== 'application/x-protobuf')
    throw new Refusal(415, 'the content type must be application/x-protobuf or application/json');
  const body = await bodyOf(request);
  // Taken, so that an exporter that has them does not complain.
  if (path !== '/v1/traces') return;
  const bytes = await unpacked(body, String(request.headers['content-encoding'] ?? 'identity'));
  taking.traces(await decoded(bytes, type === 'application/json'));
}

async function decoded(bytes: Uint8Array, isJson: boolean): Promise<unknown> {
  if (isJson) {
    try {
      return JSON.parse(new TextDecoder().decode(bytes)) as unknown;
    } catch {
      // Its message would quote what was sent.
      throw new Refusal(400, 'the body is not JSON');
    }
  }
  const { decodeTraces } = await import('./otlp-protobuf.ts');
  try {
    return decodeTraces(bytes);
  } catch (error) {
    throw new Refusal(400, `the body is no trace in Protocol Buffers: ${error instanceof Error ? error.message : ''}`);
  }
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const tooLong = new Refusal(413, `a body may have ${bodyCap} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > bodyCap) throw tooLong;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyCap) throw tooLong;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const unpackers = { gzip: promisify(gunzip), 'x-gzip': promisify(gunzip), deflate: promisify(inflate) } as const;

async function unpacked(body: Buffer, encoding: string): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return body;
  if (!Object.hasOwn(unpackers, name)) throw new Refusal(415, 'the content encoding must be gzip, deflate or none');
  try {
    return await unpackers[name as keyof typeof unpackers](body, { maxOutputLength: unpackedCap });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new Refusal(413, `a body may have ${unpackedCap} bytes once it is unpacked`);
    throw new Refusal(400, `the body is not ${name}`);
  }
}

function typeOf({ headers }: IncomingMessage): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** An empty ExportTraceServiceResponse, in the encoding of the request; a Status with its message where it was turned down. */
function answer(response: ServerResponse, status: number, protobuf: boolean, why: string | undefined): void {
  const json = Buffer.from(why === undefined ? '{}' : JSON.stringify({ code: status, message: why }));
  const body = protobuf ? (why === undefined ? Buffer.alloc(0) : statusMessage(why)) : json;
  response.writeHead(status, {
    'content-type': protobuf ? 'application/x-protobuf' : 'application/json',
    'content-length': body.length,
    ...(status === 405 && { allow: 'POST' }),
    ...(status === 503 && { 'retry-after': '1' }),
    // What was not read to its end is not waited for.
    ...(status === 413 && { connection: 'close' }),
  });
  response.end(body);
}

/** google.rpc.Status: `message` is its field 2. The texts of ours are shorter than 128 bytes or cut. */
function statusMessage(why: string): Buffer {
  const text = Buffer.from(why).subarray(0, 127);
  return Buffer.concat([Buffer.from([(2 << 3) | 2, text.length]), text]);
}

function listening(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(notListening(address, error)));
    server.listen(portOf(address), hostOf(address), () => resolve());
  });
}

function notListening(address: string, cause: NodeJS.ErrnoException): Blind {
  const { code = cause.message } = cause;
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'something else listens there already',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'that is no address of this machine',
    ENOTFOUND: 'that name is not known',
  };
  const kind = code === 'EACCES' ? 'permission' : 'error';
  const hint = 'Let `listen` name a free port, and export the spans to that: OTEL_EXPORTER_OTLP_ENDPOINT.';
  return new Blind(kind, `no spans can be taken in at ${address}: ${why[code] ?? code}`, { cause, hint });
}
