// A Redis of the stack's own: it keeps nothing on disk and asks for a password, as other people may be on this machine.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import type { Launcher } from './launch.ts';

export function redisProgram(): string | undefined {
  return findProgram('redis-server') ?? findProgram('valkey-server');
}

export const launchRedis: Launcher = async ({ folder, port, password, run }) => {
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '""',
    appendonly: 'no',
    requirepass: password,
    // A job must never be thrown away for want of memory.
    'maxmemory-policy': 'noeviction',
  };
  const file = join(folder, 'redis.conf');
  const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}\n`);
  writeFileSync(file, lines.join(''), { mode: 0o600 });
  return run([redisProgram() ?? 'redis-server', file]);
};
