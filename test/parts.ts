// The programs that tests need and npm does not bring: how to tell that one is there, and what installs it on Debian.

import { spawnSync } from 'node:child_process';

export type Part = {
  name: string;
  /** What the tests need it for. */
  for: string;
  /** A command that succeeds where the part is there. */
  detect: readonly [string, ...string[]];
  /** Debian packages. */
  apt: readonly string[];
  /** Without it the tests only take longer. */
  optional?: true;
};

export const parts: readonly Part[] = [
  { name: 'openssl', for: 'certificates of local HTTPS servers', detect: ['openssl', 'version'], apt: ['openssl'] },
  { name: 'zsh', for: 'the completion script of zsh', detect: ['zsh', '--version'], apt: ['zsh'] },
  { name: 'fish', for: 'the completion script of fish', detect: ['fish', '--version'], apt: ['fish'] },
  { name: 'chromium', for: 'the browser plug-in', detect: ['chromium', '--version'], apt: ['chromium'] },
  {
    name: 'chromium-headless-shell',
    for: 'browser tests in half the time',
    detect: ['chromium-headless-shell', '--version'],
    apt: ['chromium-headless-shell'],
    optional: true,
  },
  { name: 'redis', for: 'the probes on Redis', detect: ['redis-server', '--version'], apt: ['redis-server'] },
  {
    name: 'sidekiq',
    for: 'jobs of a real Sidekiq',
    detect: ['sidekiq', '--version'],
    apt: ['ruby-sidekiq'],
  },
  {
    name: 'celery',
    for: 'tasks of a real Celery',
    detect: ['/usr/bin/python3', '-c', 'import celery, redis'],
    apt: ['python3-celery', 'python3-redis'],
  },
  { name: 'rq', for: 'jobs of a real RQ', detect: ['/usr/bin/python3', '-c', 'import rq'], apt: ['python3-rq'] },
  {
    name: 'mariadb',
    for: 'the sql probe on MySQL and MariaDB',
    detect: ['mariadbd', '--version'],
    apt: ['mariadb-server'],
  },
  {
    name: 'rabbitmq',
    for: 'the rabbitmq probe, with a broker of its own',
    detect: ['test', '-x', '/usr/lib/rabbitmq/bin/rabbitmq-server'],
    apt: ['rabbitmq-server'],
  },
  { name: 'nats', for: 'the probe on NATS', detect: ['nats-server', '--version'], apt: ['nats-server'] },
  {
    name: 'journald',
    for: 'the journald probe, on journal files',
    detect: ['sh', '-c', 'journalctl --version && test -x /lib/systemd/systemd-journal-remote'],
    apt: ['systemd', 'systemd-journal-remote'],
  },
];

export function isThere(part: Part): boolean {
  const [command, ...args] = part.detect;
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** For a test's `skip`: false where the part is there, else the reason. `test('…', { skip: without('openssl') }, …)` */
export function without(name: string): string | false {
  const part = parts.find((one) => one.name === name);
  if (part === undefined) throw new Error(`${JSON.stringify(name)} is no part in test/parts.ts`);
  return isThere(part) ? false : `${name} is not installed`;
}

/** Installs missing parts where that can work: as root on a Debian system. Returns those still missing. */
export function install(missing: readonly Part[], say: (line: string) => void): readonly Part[] {
  const isRoot = process.getuid?.() === 0;
  if (missing.length === 0 || !isRoot || spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status !== 0)
    return missing;
  const needed = missing.filter(({ optional }) => optional !== true);
  aptGet(['update'], say);
  // By itself, since a package that this system does not have keeps all those named beside it from being installed.
  for (const parts of [needed, ...missing.filter(({ optional }) => optional === true).map((part) => [part])])
    if (parts.length > 0)
      aptGet(['install', '-y', '--no-install-recommends', ...parts.flatMap((part) => part.apt)], say);
  return missing.filter((part) => !isThere(part));
}

function aptGet(args: readonly string[], say: (line: string) => void): void {
  if (args[0] === 'install') say(`installing ${args.slice(3).join(' ')} with apt-get`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const done = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8', timeout: 300_000 });
  if (done.status !== 0) say(`apt-get ${args[0]} failed: ${(done.stderr || String(done.error ?? '')).trim()}`);
}
