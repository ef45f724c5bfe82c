// A MariaDB server of a test's own: on a free port of loopback, its data in a temporary folder.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Connection, createConnection } from 'mysql2/promise';
import { endProcess } from './end-process.ts';
import { freePort } from './free-port.ts';

export type MariadbServer = {
  /** For the account `root`, which may do everything in the database `test`. */
  url: string;
  port: number;
  client: Connection;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
};

const isRoot = process.getuid?.() === 0;

export async function mariadbServer(): Promise<MariadbServer> {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-mariadb-'));
  const data = join(folder, 'data');
  const port = await freePort();
  const url = `mysql://tester@127.0.0.1:${port}/test`;
  const as = isRoot ? ['--user=mysql'] : [];
  if (isRoot) execFileSync('chown', ['mysql:mysql', folder]);
  execFileSync(
    'mariadb-install-db',
    ['--no-defaults', ...as, `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'],
    {
      stdio: 'ignore',
    },
  );
  let server: ChildProcess | undefined;
  let client: Connection | undefined;

  async function start(): Promise<void> {
    const socket = join(folder, 'socket');
    const given = [
      '--bind-address=127.0.0.1',
      `--port=${port}`,
      `--socket=${socket}`,
      `--datadir=${data}`,
      `--pid-file=${join(folder, 'pid')}`,
    ];
    server = spawn('mariadbd', ['--no-defaults', ...as, ...given], { stdio: 'ignore' });
    const ended = once(server, 'exit').then(() => true);
    for (let tries = 0; ; tries += 1) {
      client = await createConnection({ socketPath: socket, user: 'root' }).catch(() => undefined);
      if (client !== undefined) break;
      if (tries > 400 || (await Promise.race([ended, delay(25)])) === true) throw new Error('mariadbd did not start');
    }
    client.on('error', () => undefined);
    await client.query('CREATE DATABASE IF NOT EXISTS test');
    await client.query("CREATE USER IF NOT EXISTS tester@'127.0.0.1'");
    await client.query("GRANT ALL ON test.* TO tester@'127.0.0.1'");
    await client.query('USE test');
  }

  const kill = (): Promise<void> => endProcess(server);

  await start();
  return {
    url,
    port,
    get client() {
      if (client === undefined) throw new Error('the server was not started');
      return client;
    },
    freeze: () => void server?.kill('SIGSTOP'),
    thaw: () => void server?.kill('SIGCONT'),
    kill,
    start,
    async close() {
      client?.destroy();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
