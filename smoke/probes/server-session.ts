// One connection for one look or step at a server, which goes with its socket, however it ends.

import { Socket } from 'node:net';
import { orAborted } from './or-aborted.ts';
import type { Blind, Host } from './plugin.ts';
import { originOf } from './server-target.ts';

export type Session = {
  url: string;
  /** In our words what the driver or the server threw. */
  blindOf(error: unknown): Blind;
};

/** `work` gets a socket that is not connected yet. Throws a Blind, or the signal's reason. */
export async function inSession<T>(
  { url, blindOf }: Session,
  host: Host,
  signal: AbortSignal,
  work: (socket: Socket) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const place = await host.budget(originOf(url), signal);
  const socket = new Socket();
  try {
    return await orAborted(work(socket), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw blindOf(error);
  } finally {
    socket.destroy();
    place.release();
  }
}
