// A connection to RabbitMQ that never outlives whoever opened it: its socket goes when it is ended, however stuck it is.

import type { ChannelModel, SocketOptions } from 'amqplib';
import { orAborted } from '../or-aborted.ts';
import type { Host } from '../plugin.ts';
import { type ServerTarget, tlsOf } from '../server-target.ts';

export type Link = {
  model: ChannelModel;
  /** Says goodbye where that is heard within a second; then the socket is gone. */
  end(): Promise<void>;
};

/** Milliseconds for the broker to take a connection. A look's own time may end before. */
const CONNECT = 10_000;
const GOODBYE = 1000;
/** Seconds after which a silent connection counts as lost, unless the url says otherwise. */
const HEARTBEAT = '20';

/** Throws what the client threw, or the signal's reason. */
export async function openLink(target: ServerTarget, host: Host, signal: AbortSignal): Promise<Link> {
  signal.throwIfAborted();
  const tls = await tlsOf(target, host);
  // Loaded when something is to be read: no scenario without RabbitMQ pays for it.
  const { connect } = await import('amqplib');
  const cut = new AbortController();
  const options: SocketOptions & { signal: AbortSignal } = {
    ...tls,
    noDelay: true,
    timeout: CONNECT,
    // Handed on to the socket: the client has no other way to let go of one that says nothing.
    signal: cut.signal,
    clientProperties: { connection_name: 'smoketrail' },
  };
  const connecting = connect(withHeartbeat(target.url), options);
  // Faults after the connecting are told by what they end.
  connecting.then((model) => model.on('error', () => undefined)).catch(() => undefined);
  try {
    const model = await orAborted(connecting, signal);
    return { model, end: () => end(model, cut, host) };
  } catch (error) {
    cut.abort();
    throw error;
  }
}

async function end(model: ChannelModel, cut: AbortController, { clock }: Host): Promise<void> {
  const over = new AbortController();
  const late = clock.wait(GOODBYE, over.signal).catch(() => undefined);
  // One that is closed already throws.
  await Promise.race([model.close().catch(() => undefined), late]);
  over.abort();
  cut.abort();
}

function withHeartbeat(url: string): string {
  const address = new URL(url);
  if (!address.searchParams.has('heartbeat')) address.searchParams.set('heartbeat', HEARTBEAT);
  return address.href;
}
