// A RabbitMQ of the stack's own, with the port mapper that Erlang needs; both listen on loopback only.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.ts';
import { freePort } from './free-port.ts';
import type { Launcher } from './launch.ts';

/** Debian's program on the PATH is a wrapper that changes the user; the one behind it does not. */
export function rabbitmqProgram(): string | undefined {
  return findProgram('rabbitmq-server', ['/usr/lib/rabbitmq/bin', '/opt/homebrew/opt/rabbitmq/sbin']);
}

export function epmdProgram(): string | undefined {
  return findProgram('epmd', ['/usr/lib/erlang/bin', '/usr/lib/erlang/erts-*/bin']);
}

export const launchRabbitmq: Launcher = async ({ folder, port, password, run }) => {
  const [mapper, distribution] = [await freePort(), await freePort()];
  const config = join(folder, 'rabbitmq.conf');
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'default_user = smoketrail',
    `default_pass = ${password}`,
    'log.console = true',
    'log.console.level = error',
    'log.file = false',
    // It holds a few jobs; the machine may be fuller than a broker likes.
    'disk_free_limit.absolute = 10MB',
    'vm_memory_high_watermark.absolute = 512MB',
  ];
  writeFileSync(config, `${settings.join('\n')}\n`, { mode: 0o600 });
  const plugins = join(folder, 'enabled_plugins');
  writeFileSync(plugins, '[].\n');
  const env = {
    HOME: folder,
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `smoketrail-${port}@localhost`,
    RABBITMQ_MNESIA_BASE: join(folder, 'mnesia'),
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_CONFIG_FILE: config,
    RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
    RABBITMQ_DIST_PORT: String(distribution),
    // Without the waiting for work that takes a whole core, which others need here.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS:
      '-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none',
  };
  // Started first and by us: one that Erlang starts would outlive the broker.
  run([epmdProgram() ?? 'epmd', '-port', String(mapper), '-address', '127.0.0.1'], { env });
  return run([rabbitmqProgram() ?? 'rabbitmq-server'], { env });
};
