// A Redis server of a test's own: on a free port of loopback, without a file, gone with the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';

export type RedisServer = {
  url: string;
  port: number;
  /** For what the test itself writes and reads. */
  client: Redis;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; `start` brings another up on the same port, with nothing in it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

export async function redisServer(...args: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const fixed = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  let server: ChildProcess | undefined;
  // Reconnects by itself, as a producer does.
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => 20, protocol: 2 });
  client.on('error', () => undefined);

  async function start(): Promise<void> {
    server = spawn('redis-server', [...fixed, ...args], { stdio: 'ignore' });
    const ended = once(server, 'exit').then(() => true);
    for (let tries = 0; ; tries += 1) {
      const probe = new Redis(url, { lazyConnect: true, retryStrategy: null, protocol: 2 });
      probe.on('error', () => undefined);
      const isUp = await probe.ping().then(
        () => true,
        () => false,
      );
      probe.disconnect();
      if (isUp) return;
      if (tries > 200 || (await Promise.race([ended, delay(25)])) === true)
        throw new Error('redis-server did not start');
    }
  }

  const kill = (): Promise<void> => endProcess(server);

  await start();
  await client.connect();
  return {
    url,
    port,
    client,
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    kill,
    start,
    async close() {
      client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that a look might change: each key with its value, its time to live and its encoding; idle times are not kept here. */
export async function contentOf(client: Redis): Promise<unknown> {
  const keys = (await client.keys('*')).toSorted();
  const dumped = await Promise.all(
    keys.map(async (key) => [key, (await client.dumpBuffer(key))?.toString('hex'), await client.pexpiretime(key)]),
  );
  return dumped;
}
