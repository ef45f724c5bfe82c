// The listener of a capture: what workers send goes to the partner, and other runs on this machine may follow what passed.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../plugin.ts';
import { answerFollower, controlPath } from './capture-control.ts';
import { type Passing, pass, refuse } from './capture-exchange.ts';
import { mostHeaders, openOutgoing, type Trust } from './capture-outgoing.ts';
import { createStore, type Store } from './capture-store.ts';
import { type Target, targetOf, type Where } from './capture-target.ts';
import { leaveToken, newToken, takeToken } from './capture-token.ts';

export type ServerOptions = Where & {
  host: string;
  /** 0: any that is free. */
  port: number;
  trust: Trust;
  closed: boolean;
  /** Bytes kept of each body, and in all. */
  limit: number;
  total: number;
};

export type CaptureServer = {
  store: Store;
  port: number;
  /** Why no other run can follow it; undefined where it can. */
  alone: string | undefined;
  /** Takes nothing more, and waits for what is on its way until the signal aborts. */
  close(patience: AbortSignal): Promise<void>;
};

/** In closed mode what is younger is never let go, in milliseconds: a run looks within that time. */
const keepsFor = 10 * 60_000;
/** Milliseconds a worker's idle connection is kept: longer than clients keep theirs, so that none meets its end. */
const idle = 75_000;

/** Milliseconds in which what is on its way to the partner may end when the capture does; a second signal ends it at once. */
export const patience = 10_000;

/** Rejects as `listen` does where the address cannot be had. */
export async function openServer(options: ServerOptions, clock: Clock): Promise<CaptureServer> {
  const { host, port, closed, total, limit, trust } = options;
  const store = createStore({ total, keepsFor: closed ? keepsFor : 0 }, clock);
  const outgoing = await openOutgoing(trust);
  const passing: Passing = { store, outgoing, clock, limit, closed };
  const closing = new AbortController();
  const token = newToken();
  const answering = new WeakSet<Duplex>();
  let own = port;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const asked = request.url ?? '';
    const { socket } = request;
    answering.add(socket);
    response.on('close', () => answering.delete(socket));
    if (asked.split('?', 1)[0] === controlPath) {
      const told = { store, token, forward: options.forward, closing: closing.signal, clock };
      void answerFollower(request, response, told);
      return;
    }
    const upgrade = request.headers.upgrade;
    // An offer of HTTP/2 is none that must be taken; whoever asks for anything else waits for it.
    if (upgrade !== undefined && !/^\s*(?:h2c?|http\/2\.0|tls\/[\d.]+)\s*$/i.test(upgrade)) {
      refuse(request, response, { status: 501, says: 'it does not upgrade a connection (to a WebSocket)' }, passing);
      return;
    }
    const target = targetOf(asked, options);
    if ('status' in target) refuse(request, response, target, passing);
    else if (isItself(target, own)) {
      refuse(request, response, { status: 508, says: 'the request would come back to this capture' }, passing);
    } else pass(request, response, target, passing);
  }

  const server = createServer({ requestTimeout: 0, keepAliveTimeout: idle, maxHeaderSize: mostHeaders }, handle);
  server.on('checkContinue', handle);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    turnAway(error, socket, store, !answering.has(socket));
  });
  server.on('connect', (_request, socket) => {
    store.miss('it asked for a tunnel (CONNECT), as a proxy is asked for https');
    socket.on('error', () => undefined);
    const says = 'smoketrail capture: it opens no tunnel (CONNECT); give the worker http:// addresses\n';
    const headers = `content-type: text/plain\r\ncontent-length: ${Buffer.byteLength(says)}\r\nconnection: close`;
    socket.end(
      `HTTP/1.1 405 Method Not Allowed\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE\r\n${headers}\r\n\r\n${says}`,
    );
  });
  try {
    own = await listening(server, host, port);
  } catch (error) {
    outgoing.close();
    throw error;
  }
  const alone = await leaveToken(own, token).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  return {
    store,
    port: own,
    alone,
    async close(patience) {
      const ended = shut(server, patience);
      // Who follows may listen now in its place.
      closing.abort();
      await takeToken(own, token);
      await ended;
      outgoing.close();
    },
  };
}

/** A worker that was answered so did send, and what it sent is not known. One that only hung up has said nothing. */
function turnAway({ code = '' }: NodeJS.ErrnoException, socket: Duplex, store: Store, isFree: boolean): void {
  const reasons: Readonly<Record<string, [status: string, why: string]>> = {
    HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', `its headers are over ${mostHeaders} bytes`],
    ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'its headers did not come to an end'],
  };
  const [status, why] = reasons[code] ?? ['400 Bad Request', `it is no HTTP/1.1 (${code})`];
  if (code.startsWith('HPE_') || code === 'ERR_HTTP_REQUEST_TIMEOUT') store.miss(why);
  // Nothing is written into the middle of an answer.
  if (!socket.writable || !isFree) {
    socket.destroy();
    return;
  }
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`, () => socket.destroy());
}

function listening(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function shut(server: Server, patience: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const now = (): void => server.closeAllConnections();
    server.close(() => {
      patience.removeEventListener('abort', now);
      resolve();
    });
    server.closeIdleConnections();
    if (patience.aborted) now();
    patience.addEventListener('abort', now, { once: true });
  });
}

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|\[::ffff:7f[0-9a-f:]+\]|0\.0\.0\.0|\[::\])$/;

/** An address of this machine with this port. What goes round by other names ends where the partner says so. */
function isItself({ origin }: Target, port: number): boolean {
  const to = origin.port === '' ? (origin.protocol === 'https:' ? 443 : 80) : Number(origin.port);
  return to === port && loopback.test(origin.hostname);
}
