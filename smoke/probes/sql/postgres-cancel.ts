// Ends a statement that nobody waits for any more. A server goes on with it although its client is gone.

import { Socket } from 'node:net';
import type { Client } from 'pg';
import type { Host } from '../plugin.ts';

/** Milliseconds. What was not cancelled by then ends at its `statement_timeout`. */
const longest = 300;

/** `work` has statements on `client`; where `signal` aborts meanwhile, the server is asked to cancel the one under way. */
export async function cancelledBy<T>(
  signal: AbortSignal,
  client: Client,
  host: Host,
  work: () => Promise<T>,
): Promise<T> {
  const onAbort = (): void => void requestCancel(client, host);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * On a connection of its own, without login and, as psql does it, without TLS: the key that the server gave names this one
 * session only (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS).
 */
async function requestCancel(client: Client, { clock }: Host): Promise<void> {
  // The driver's types leave them out.
  const [id, key]: unknown[] = [Reflect.get(client, 'processID'), Reflect.get(client, 'secretKey')];
  if (typeof id !== 'number' || typeof key !== 'number') return;
  const request = Buffer.alloc(16);
  request.writeInt32BE(16, 0);
  request.writeInt32BE(80_877_102, 4);
  request.writeInt32BE(id, 8);
  request.writeInt32BE(key, 12);
  const closed = new AbortController();
  const socket = new Socket();
  socket.on('error', () => undefined).once('close', () => closed.abort());
  const { host, port } = client;
  if (host.startsWith('/')) socket.connect(`${host}/.s.PGSQL.${port}`);
  else socket.connect(port, host);
  socket.end(request);
  await clock.wait(longest, closed.signal).catch(() => undefined);
  socket.destroy();
}
