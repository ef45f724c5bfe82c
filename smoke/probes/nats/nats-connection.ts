// A connection to NATS: made when it is first needed, made anew by the next look once it was lost, and never behind its back.

import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ConnectionOptions, checkServerIdentity, type PeerCertificate } from 'node:tls';
import type { Authenticator, NatsConnection } from '@nats-io/transport-node';
import { orAborted } from '../or-aborted.ts';
import { Blind, type Host } from '../plugin.ts';
import { originOf, tlsOf } from '../server-target.ts';
import { natsBlind } from './nats-fault.ts';
import { firstUrl, type NatsTarget } from './nats-options.ts';

export type NatsLink = {
  /** Throws a Blind where the server cannot be asked; the reason of the signal where that ends it. */
  ask<T>(signal: AbortSignal, use: (connection: NatsConnection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

/** Milliseconds that a server has to take a connection. */
const CONNECT = 5000;
/** A server that is silent for about twice as many milliseconds is gone. */
const PING = 10_000;

export function natsLink(target: NatsTarget, host: Host): NatsLink {
  const url = firstUrl(target);
  let current: NatsConnection | undefined;
  let connecting: Promise<NatsConnection> | undefined;
  let isClosed = false;

  async function connected(): Promise<NatsConnection> {
    if (current !== undefined && !current.isClosed()) return current;
    connecting ??= connectNats(target, host).finally(() => {
      connecting = undefined;
    });
    const made = await connecting;
    current = made;
    if (isClosed) await made.close();
    return made;
  }

  return {
    async ask(signal, use) {
      signal.throwIfAborted();
      const place = await host.budget(originOf(url), signal);
      try {
        return await orAborted(connected().then(use), signal);
      } catch (error) {
        signal.throwIfAborted();
        throw natsBlind(error, url, host.mask);
      } finally {
        place.release();
      }
    },
    async close() {
      isClosed = true;
      await current?.close();
    },
  };
}

export async function connectNats(target: NatsTarget, host: Host): Promise<NatsConnection> {
  const url = firstUrl(target);
  const [tls, authenticator] = await Promise.all([tlsOf({ url, ca: target.ca }, host), authenticatorOf(target, host)]);
  // Loaded when something is to be read: no scenario without NATS pays for it.
  const { connect } = await import('@nats-io/transport-node');
  return connect({
    servers: [target.url].flat().map((one) => new URL(one).host),
    name: 'smoketrail',
    // A connection that came back by itself would hide that something was missed.
    reconnect: false,
    ignoreClusterUpdates: true,
    timeout: CONNECT,
    pingInterval: PING,
    ...accountOf(url),
    ...(target.token !== undefined && { token: target.token }),
    ...(authenticator && { authenticator }),
    ...(tls && { tls: verified(tls, target.url) }),
  });
}

/** Everything that the server had sent before is here once it resolves; rejects where the connection ends before. */
export async function roundTrip(connection: NatsConnection): Promise<void> {
  const ended = connection.closed().then((error) => {
    throw error ?? new Error('connection closed');
  });
  await Promise.race([connection.flush(), ended]);
}

/** The client hands no IP address on to be compared, so the certificate must be that of one of the nodes that are named. */
function verified({ servername: _first, ...tls }: ConnectionOptions, url: NatsTarget['url']): object {
  const hosts = [url].flat().map((one) => new URL(one).hostname.replace(/^\[|\]$/g, ''));
  return {
    ...tls,
    checkServerIdentity(_host: string, certificate: PeerCertificate) {
      const faults = hosts.map((host) => checkServerIdentity(host, certificate));
      return faults.includes(undefined) ? undefined : faults[0];
    },
  };
}

function accountOf(url: string): { user?: string; pass?: string; token?: string } {
  const { username, password } = new URL(url);
  if (username === '') return {};
  const user = decodeURIComponent(username);
  return password === '' ? { token: user } : { user, pass: decodeURIComponent(password) };
}

async function authenticatorOf({ creds, nkey }: NatsTarget, host: Host): Promise<Authenticator | undefined> {
  const path = creds ?? nkey;
  if (path === undefined) return undefined;
  const option = creds === undefined ? 'nkey' : 'creds';
  const bytes = await readFile(resolve(host.baseDir, path)).catch((cause: NodeJS.ErrnoException) => {
    throw new Blind('error', `${option}: ${path} cannot be read (${cause.code ?? cause.message})`, {
      cause,
      hint: 'Paths start from the folder of the scenario file.',
    });
  });
  const { credsAuthenticator, nkeyAuthenticator } = await import('@nats-io/transport-node');
  return creds === undefined ? nkeyAuthenticator(Buffer.from(bytes.toString().trim())) : credsAuthenticator(bytes);
}
