// Where the queue of a stack lies: which system, which server, and the names that are this stack's own there.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

export const systemNames = ['sqlite', 'bullmq', 'pg-boss', 'rabbitmq'] as const;
export type SystemName = (typeof systemNames)[number];
/** Systems that need a server. */
export type ServedSystem = Exclude<SystemName, 'sqlite'>;

/** `base`: what every name begins with that the stack makes on a server. `declared`: a file of further names, one a line. */
export type ServedPlace = {
  system: ServedSystem;
  url: string;
  base: string;
  declared: string;
  /** Without it the server is somebody else's, and only what the stack made there is removed at its end. */
  own?: { port: number; password: string };
};

export type QueuePlace = { system: 'sqlite' } | ServedPlace;

/** The queue that a stack is to have. `url`: a server that runs already; without it the stack starts one. */
export type QueueChoice = { system: SystemName; url?: string };

/** The queue's name in systems where it lies beside others. */
export const queueName = 'partner-push';

const servers = {
  bullmq: { protocols: ['redis:', 'rediss:'], user: '', path: '' },
  'pg-boss': { protocols: ['postgres:', 'postgresql:'], user: 'postgres', path: '/postgres' },
  rabbitmq: { protocols: ['amqp:', 'amqps:'], user: 'smoketrail', path: '' },
} as const satisfies Record<ServedSystem, { protocols: readonly [string, ...string[]]; user: string; path: string }>;

/** What is wrong with an address for that system, in words. */
export function wrongUrl(system: SystemName, url: string): string | undefined {
  if (system === 'sqlite') return 'The queue sqlite is a file of the stack and has no server.';
  const { protocols } = servers[system];
  const protocol = URL.parse(url)?.protocol;
  if (protocols.some((one) => one === protocol)) return undefined;
  return `The server of the queue ${system} is given as ${protocols[0]}//HOST:PORT.`;
}

/** The system whose servers have such addresses. */
export function systemOf(url: string): ServedSystem | undefined {
  const protocol = URL.parse(url)?.protocol;
  const systems = Object.keys(servers) as ServedSystem[];
  return systems.find((system) => servers[system].protocols.some((one) => one === protocol));
}

export async function placeOf({ system, url }: QueueChoice, dir: string): Promise<QueuePlace> {
  if (system === 'sqlite') return { system };
  const base = `smoketrail_demo_${randomBytes(4).toString('hex')}`;
  const common = { system, base, declared: join(dir, 'declared') };
  if (url !== undefined) return { ...common, url };
  const [port, password] = [await freePort(), randomBytes(16).toString('hex')];
  const { protocols, user, path } = servers[system];
  return { ...common, url: `${protocols[0]}//${user}:${password}@127.0.0.1:${port}${path}`, own: { port, password } };
}

/** What scenarios must know of the queue, as environment variables. */
export function queueEnvironment(place: QueuePlace, queueDb: string): Record<string, string> {
  switch (place.system) {
    case 'sqlite':
      return { QUEUE_DB: queueDb };
    case 'bullmq':
      return { REDIS_URL: place.url, QUEUE_PREFIX: place.base, QUEUE_NAME: queueName };
    case 'pg-boss':
      return { PG_URL: place.url, QUEUE_SCHEMA: place.base, QUEUE_NAME: queueName };
    case 'rabbitmq':
      return { AMQP_URL: place.url, QUEUE_EXCHANGE: `${place.base}.bookings` };
  }
}
