// A NATS server of a test's own, with JetStream: on a free port of loopback, its data in a temporary folder.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream';
import { type ConnectionOptions, connect, type NatsConnection } from '@nats-io/transport-node';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';

export type NatsServer = {
  url: string;
  port: number;
  /** For what the test itself does; made anew with each `start`. */
  client: NatsConnection;
  manager: JetStreamManager;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  /** Brings it up again on the same port, with the streams it had. */
  start(): Promise<void>;
  /** Writes its configuration anew and makes it read that. */
  configure(text: string): Promise<void>;
  close(): Promise<void>;
};

type Asked = {
  /** Of a configuration file: accounts, permissions, TLS. */
  config?: string;
  /** How the test's own client comes in. */
  account?: ConnectionOptions;
  /** Default true. With accounts of an operator it asks for more than a test needs. */
  jetstream?: boolean;
};

export async function natsServer({ config = '', account = {}, jetstream = true }: Asked = {}): Promise<NatsServer> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-nats-'));
  const port = await freePort();
  const file = join(folder, 'server.conf');
  await writeFile(file, config);
  let server: ChildProcess | undefined;
  let client: NatsConnection | undefined;
  let manager: JetStreamManager | undefined;

  async function start(): Promise<void> {
    const given = ['-c', file, ...(jetstream ? ['-js', '-sd', folder] : []), '-p', String(port), '-a', '127.0.0.1'];
    server = spawn('nats-server', given, { stdio: 'ignore' });
    const ended = once(server, 'exit').then(() => true);
    for (let tries = 0; ; tries += 1) {
      client = await connect({ servers: `127.0.0.1:${port}`, reconnect: false, ...account }).catch(() => undefined);
      if (client !== undefined) break;
      if (tries > 200 || (await Promise.race([ended, delay(25)])) === true)
        throw new Error('nats-server did not start');
    }
    manager = await jetstreamManager(client, { checkAPI: false });
    // It takes connections before it has its streams.
    for (let tries = 0; jetstream && tries < 200; tries += 1) {
      const isUp = await manager.getAccountInfo().then(
        () => true,
        () => false,
      );
      if (isUp) return;
      await delay(25);
    }
  }

  const kill = (): Promise<void> => endProcess(server);

  await start().catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    url: `nats://127.0.0.1:${port}`,
    port,
    get client() {
      if (client === undefined) throw new Error('the server was not started');
      return client;
    },
    get manager() {
      if (manager === undefined) throw new Error('the server was not started');
      return manager;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    kill,
    start,
    async configure(text) {
      await writeFile(file, text);
      server?.kill('SIGHUP');
    },
    async close() {
      await client?.close();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** All that a look at a stream might change: what it holds, its consumers, and how far each of them is. */
export async function contentOf(manager: JetStreamManager, stream: string): Promise<unknown> {
  const { state, config } = await manager.streams.info(stream);
  const consumers = [];
  for await (const { ts: _now, ...one } of manager.consumers.list(stream)) consumers.push(one);
  const messages = [];
  for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq += 1) {
    const one = await manager.streams.getMessage(stream, { seq });
    messages.push(one && [one.seq, one.subject, one.string(), one.timestamp]);
  }
  return { state, config, consumers, messages };
}
