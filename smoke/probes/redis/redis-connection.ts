// A connection to Redis for reading: made when it is first needed, made anew after a fault, never waited for in vain.

import type { Cluster, Redis, RedisOptions } from 'ioredis';
import { orAborted } from '../or-aborted.ts';
import type { Host } from '../plugin.ts';
import { originOf, type ServerTarget, tlsOf } from '../server-target.ts';
import { redisBlind } from './redis-fault.ts';
import { quietly } from './redis-quiet.ts';

/** Which server. */
export type RedisTarget = ServerTarget & { cluster?: boolean | undefined };

/** The commands that looks use; both clients have them. */
export type Commands = Redis | Cluster;

export type RedisConnection = {
  /** Throws a Blind where the server cannot be asked; the reason of the signal where that ends it. */
  ask<T>(signal: AbortSignal, use: (redis: Commands) => Promise<T>): Promise<T>;
  /** Connects and enters, and reads nothing. Throws as `ask` does. */
  reach(signal: AbortSignal): Promise<void>;
  /** How often the server ended a connection or took none: what it held meanwhile may be gone. */
  losses(): number;
  close(): void;
};

type Link = { ready: Promise<Commands>; users: number; given: boolean; end(): void };

/** Milliseconds for the server to take a connection. A look's own time may end before. */
const CONNECT = 10_000;

export function redisConnection(target: RedisTarget, host: Host): RedisConnection {
  let current: Link | undefined;
  const links = new Set<Link>();
  let losses = 0;

  function connect(): Link {
    let client: Commands | undefined;
    let ended = false;
    const link: Link = {
      users: 0,
      given: false,
      ready: connected(target, host, (made) => {
        client = made;
        // A node that left a cluster took with it what it held.
        for (const event of ['close', '-node'])
          made.on(event, () => {
            if (!ended) losses += 1;
          });
        if (ended) made.disconnect();
      }),
      end() {
        ended = true;
        client?.disconnect();
        links.delete(link);
      },
    };
    link.ready.catch(() => undefined);
    links.add(link);
    return link;
  }

  /** No look begins on it any more; it ends once those under way are done with it. */
  function giveUp(link: Link): void {
    link.given = true;
    if (current === link) current = undefined;
    if (link.users === 0) link.end();
  }

  const connection: RedisConnection = {
    async ask(signal, use) {
      signal.throwIfAborted();
      const place = await host.budget(originOf(target.url), signal);
      current ??= connect();
      const link = current;
      link.users += 1;
      let answered = false;
      try {
        const asked = link.ready.then(use);
        const answer = await orAborted(asked, signal);
        answered = true;
        return answer;
      } catch (error) {
        answered = isReply(error);
        signal.throwIfAborted();
        throw redisBlind(error, target.url);
      } finally {
        place.release();
        link.users -= 1;
        if (!answered || link.given) giveUp(link);
      }
    },
    reach: (signal) => connection.ask(signal, greet),
    losses: () => losses,
    close() {
      for (const link of [...links]) link.end();
    },
  };
  return connection;
}

/** An account without the right to PING has entered all the same. */
async function greet(redis: Commands): Promise<void> {
  await redis.ping().catch((error: unknown) => {
    if (!isReply(error) || !String(error.message).startsWith('NOPERM')) throw error;
  });
}

async function connected(target: RedisTarget, host: Host, made: (client: Commands) => void): Promise<Commands> {
  const tls = await tlsOf(target, host);
  // Loaded when something is to be read: no scenario without Redis pays for it.
  const { Redis, Cluster } = await import('ioredis');
  const options = {
    lazyConnect: true,
    connectTimeout: CONNECT,
    connectionName: 'smoketrail',
    disableClientInfo: true,
    // Whoever looks decides when to try again; nothing is sent twice behind its back.
    retryStrategy: null,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    // It asks for INFO, which an account that may only read need not have.
    enableReadyCheck: false,
    // Servers before 6 know no other.
    protocol: 2 as const,
    ...(tls && { tls }),
  } satisfies RedisOptions;
  const client = target.cluster
    ? new Cluster([target.url], {
        lazyConnect: true,
        redisOptions: { ...options, ...accountOf(target.url) },
        clusterRetryStrategy: () => null,
        enableReadyCheck: false,
        slotsRefreshTimeout: CONNECT,
      })
    : quietly(new Redis(target.url, options));
  client.on('+node', quietly);
  made(client);
  let fault: unknown;
  // Beyond the first connecting, faults are told by the commands that they end.
  client.on('error', (error: unknown) => {
    fault ??= error;
  });
  try {
    await client.connect();
  } catch (error) {
    throw fault ?? error;
  }
  // A database that may not be selected is told so and nothing more: what follows would read another one.
  if (fault !== undefined) throw fault;
  return client;
}

/** The nodes that a cluster names are entered with the same account. */
function accountOf(url: string): { username?: string; password?: string } {
  const { username, password } = new URL(url);
  return {
    ...(username !== '' && { username: decodeURIComponent(username) }),
    ...(password !== '' && { password: decodeURIComponent(password) }),
  };
}

/** The server answered, if only with an error: the connection is as good as before. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}
