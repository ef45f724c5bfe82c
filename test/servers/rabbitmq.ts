// A RabbitMQ broker of a test's own: on free ports of loopback, all its files in a temporary folder. It takes seconds to
// start, so the tests of a file share one, each in a vhost of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ChannelModel, connect as connectAmqp } from 'amqplib';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';

export type RabbitServer = {
  port: number;
  /** Of its management API, for the account `guest`. */
  management: string;
  /** Of an account (default `guest`, which may do everything) in a vhost. */
  url(vhost?: string, user?: string): string;
  /** The same over TLS. */
  secureUrl(): string;
  /** A new vhost, with what every vhost has; or the one of that name, where it is missing. */
  vhost(name?: string): Promise<string>;
  /** An account with the password of its name, and what it may configure, write and read. */
  user(name: string, vhost: string, may: { configure: string; write: string; read: string }): Promise<void>;
  /** The management API, as `guest`: `api('PUT', 'vhosts/x')`. Gives what came back, or undefined for 404. */
  api(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A connection as a producer or a worker has it; it is closed with the server. */
  client(vhost?: string, name?: string): Promise<ChannelModel>;
  /** `rabbitmqctl`, which takes a second to start. */
  ctl(...args: readonly string[]): Promise<string>;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Ends it at once; `start` brings it up again on the same ports, with the exchanges and queues that are durable. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

const bin = '/usr/lib/rabbitmq/bin';
const account = { authorization: `Basic ${Buffer.from('guest:guest').toString('base64')}` };
/** Milliseconds for a start: some four on an idle machine. */
const patience = 120_000;

/** `settings`: lines of its configuration beside the listeners. With `pair` it listens for TLS as well. */
export async function rabbitServer(
  settings: readonly string[] = [],
  pair?: { key: Buffer; cert: Buffer },
): Promise<RabbitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-rabbitmq-'));
  const [port, managing, names, nodes] = [await freePort(), await freePort(), await freePort(), await freePort()];
  await writeFile(join(folder, 'plugins'), '[rabbitmq_management].\n');
  const secure = await freePort();
  if (pair !== undefined) for (const part of ['key', 'cert'] as const) await writeFile(join(folder, part), pair[part]);
  const tls = [
    `listeners.ssl.1 = 127.0.0.1:${secure}`,
    `ssl_options.keyfile = ${join(folder, 'key')}`,
    `ssl_options.certfile = ${join(folder, 'cert')}`,
    'ssl_options.verify = verify_none',
  ];
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    [
      `listeners.tcp.1 = 127.0.0.1:${port}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${managing}`,
      'log.file.level = error',
      // The disk of a test machine may be nearly full.
      'disk_free_limit.absolute = 1MB',
      ...(pair === undefined ? [] : tls),
      ...settings,
      '',
    ].join('\n'),
  );
  const env = {
    PATH: process.env['PATH'],
    LANG: 'C.UTF-8',
    HOME: folder,
    RABBITMQ_NODENAME: `smoketrail${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_CONF_ENV_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_DIST_PORT: String(nodes),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
  // Started first and by ourselves: one that the broker starts outlives it.
  const epmd = spawn('epmd', ['-port', String(names), '-address', '127.0.0.1'], { env, stdio: 'ignore' });
  const management = `http://127.0.0.1:${managing}`;
  const clients = new Set<ChannelModel>();
  let server: ChildProcess | undefined;
  let vhosts = 0;

  /** The script starts the broker as a child, so the whole group is meant. */
  function signal(name: NodeJS.Signals): void {
    if (server?.pid !== undefined && isUp()) process.kill(-server.pid, name);
  }

  function isUp(): boolean {
    return server !== undefined && server.exitCode === null && server.signalCode === null;
  }

  async function start(): Promise<void> {
    if (isUp()) return;
    await taken(names);
    server = spawn(join(bin, 'rabbitmq-server'), [], { env, stdio: 'ignore', detached: true });
    const ended = once(server, 'exit').then(() => true);
    const until = performance.now() + patience;
    while (!(await answers())) {
      if (performance.now() > until || (await Promise.race([ended, delay(100)])) === true)
        throw new Error('rabbitmq-server did not start');
    }
  }

  async function answers(): Promise<boolean> {
    if (!(await taken(port))) return false;
    const asked = fetch(`${management}/api/overview`, { headers: account, signal: AbortSignal.timeout(5000) });
    return asked.then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async function kill(): Promise<void> {
    if (server === undefined || !isUp()) return;
    const gone = once(server, 'exit');
    signal('SIGKILL');
    await gone;
    for (let tries = 0; tries < 100 && (await taken(port)); tries += 1) await delay(20);
  }

  async function api(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${management}/api/${path}`, {
      method,
      headers: { ...account, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status === 404) return undefined;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  const url = (vhost = '/', user = 'guest'): string =>
    `amqp://${user}:${user}@127.0.0.1:${port}/${encodeURIComponent(vhost)}`;

  // A test process that ends early leaves no broker behind.
  const leave = (): void => {
    signal('SIGKILL');
    epmd.kill('SIGKILL');
  };
  process.once('exit', leave);
  await start();
  return {
    port,
    management,
    url,
    secureUrl: () => `amqps://guest:guest@127.0.0.1:${secure}/`,
    api,
    async vhost(known) {
      vhosts += 1;
      const name = known ?? `test-${vhosts}`;
      await api('PUT', `vhosts/${name}`);
      await api('PUT', `permissions/${name}/guest`, { configure: '.*', write: '.*', read: '.*' });
      return name;
    },
    async user(name, vhost, may) {
      await api('PUT', `users/${name}`, { password: name, tags: '' });
      await api('PUT', `permissions/${encodeURIComponent(vhost)}/${name}`, may);
    },
    async client(vhost, name = 'test') {
      const client = await connectAmqp(url(vhost), { clientProperties: { connection_name: name } });
      client.on('error', () => undefined);
      client.on('close', () => clients.delete(client));
      clients.add(client);
      return client;
    },
    async ctl(...args) {
      const child = spawn(join(bin, 'rabbitmqctl'), args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
      const said: Buffer[] = [];
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => said.push(piece));
      const [code] = await once(child, 'close');
      const text = Buffer.concat(said).toString();
      if (code !== 0) throw new Error(`rabbitmqctl ${args.join(' ')}: ${text}`);
      return text;
    },
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    kill,
    start,
    async close() {
      signal('SIGCONT');
      await Promise.allSettled([...clients].map((client) => client.close()));
      await kill();
      await endProcess(epmd);
      process.off('exit', leave);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Whether somebody listens there. */
async function taken(port: number): Promise<boolean> {
  for (let tries = 0; ; tries += 1) {
    const socket: Socket = connect(port, '127.0.0.1');
    const is = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (is || tries >= 3) return is;
    await delay(50);
  }
}
