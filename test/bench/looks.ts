// What one look costs a queue with 10,000 and with 1,000,000 jobs waiting: time and bytes. Further systems are rows of `systems`.

import { connect, type Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { celeryTask, laravelJob, pickled, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { median } from './quantiles.ts';

/** A system that can be looked at: started by `open`, and ended by its `close`. */
export type LookedAt = {
  name: string;
  /** Why it cannot be measured here. */
  missing: string | false;
  open(): Promise<Filled>;
};

export type Filled = {
  /** Makes so many jobs wait that there are `count` of them. */
  fill(count: number): Promise<void>;
  /** Opens a probe, and gives what looks once with it. */
  looker(): Promise<{ look(): Promise<LookCost>; close(): Promise<void> }>;
  close(): Promise<void>;
};

export type LookCost = { ms: number; bytes: number; requests: number };
export type Measured = { name: string; at: readonly (LookCost & { count: number })[] };

export const counts: readonly [number, number] = [10_000, 1_000_000];
const looks = 7;
const warm = 5;

/** With a plug-in of smoketrail, as a run looks. */
export async function lookerOf(name: string, options: object): ReturnType<Filled['looker']> {
  const plugin = await loadPlugin(name);
  const probe = await plugin?.open?.(options, testHost());
  if (probe === undefined) throw new Error(`${name} cannot look`);
  return {
    async look() {
      const began = performance.now();
      const { cost } = await probe.read(options, testContext());
      return { ms: performance.now() - began, bytes: cost.bytes, requests: cost.requests };
    },
    close: async () => void (await probe.close?.()),
  };
}

const record = { alias: '8841', note: 'Late. smk-42rcxa7100000001' };
const bullData = JSON.stringify({ note: record.note });

/** `write`: the commands that make the jobs `from` to `to` wait. */
type Queue = {
  name: string;
  plugin?: string;
  options: object;
  write(from: number, to: number): Iterable<readonly (string | Buffer)[]>;
  /** What comes after the probe was opened. */
  since?(): Iterable<readonly (string | Buffer)[]>;
};

/** Jobs that lie in a list as they are, or the ids of jobs. */
function inList(command: 'LPUSH' | 'RPUSH', key: string, job: string | readonly string[]): Queue['write'] {
  return function* write(from, to) {
    for (let at = from; at < to; at += 500) {
      const size = Math.min(500, to - at);
      const jobs = typeof job === 'string' ? new Array<string>(size).fill(job) : job.slice(at - from, at - from + size);
      yield [command, key, ...jobs];
    }
  };
}

function idsOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_none, index) => `4f0c6a1e-8f2b-4c55-${from + index}`);
}

/** Of a queue that holds ids, only the newest jobs are written whole: no look reads others, and a million take a minute. */
const newest = 2000;

function* bullJob(id: string): Iterable<readonly string[]> {
  yield ['HSET', `bull:push:${id}`, 'name', 'push', 'data', bullData, 'opts', '{}', 'timestamp', '1795716719406'];
  yield ['XADD', 'bull:push:events', 'MAXLEN', '~', '10000', '*', 'event', 'added', 'jobId', id];
}

const packed = deflateSync(pickled(record.alias, record.note));

const queues: readonly Queue[] = [
  {
    name: 'redis list',
    plugin: 'redis',
    options: { list: 'jobs', newest: 'left' },
    write: inList('LPUSH', 'jobs', bullData),
  },
  {
    name: 'bullmq',
    options: { queue: 'push' },
    *write(from, to) {
      const ids = idsOf(from, to);
      yield* inList('LPUSH', 'bull:push:wait', ids)(from, to);
      for (const id of ids.slice(-newest)) yield* bullJob(id);
    },
    // It reads what came since it was opened.
    *since() {
      for (let id = 1; id <= 100; id += 1) yield* bullJob(`new-${id}`);
    },
  },
  { name: 'sidekiq', options: { queue: 'push' }, write: inList('LPUSH', 'queue:push', sidekiqJob('push', record)) },
  { name: 'celery', options: { queue: 'push' }, write: inList('LPUSH', 'push', celeryTask('push', record)) },
  {
    name: 'laravel',
    options: { queue: 'push' },
    write: inList('RPUSH', 'laravel_database_queues:push', laravelJob(record)),
  },
  {
    name: 'rq',
    options: { queue: 'push' },
    *write(from, to) {
      const ids = idsOf(from, to);
      yield* inList('RPUSH', 'rq:queue:push', ids)(from, to);
      for (const id of ids.slice(-newest)) yield ['HSET', `rq:job:${id}`, 'data', packed, 'status', 'queued'];
    },
  },
];

function onRedis({ name, plugin = name, options, write, since }: Queue): LookedAt {
  return {
    name,
    missing: without('redis'),
    async open() {
      const server = await redisServer();
      let filled = 0;
      return {
        async fill(count) {
          await pour(server, write(filled, count));
          filled = count;
        },
        async looker() {
          const looker = await lookerOf(plugin, { url: server.url, ...options });
          if (since !== undefined) await pour(server, since());
          return looker;
        },
        close: () => server.close(),
      };
    },
  };
}

export const systems: readonly LookedAt[] = queues.map(onRedis);

/** One after the other, each on a server of its own. */
export async function measureLooks(
  say: (measured: Measured | { name: string; missing: string }) => void,
): Promise<void> {
  for (const { name, missing, open } of systems) {
    if (missing !== false) {
      say({ name, missing });
      continue;
    }
    const system = await open();
    try {
      const at: (LookCost & { count: number })[] = [];
      for (const count of counts) {
        await system.fill(count);
        at.push({ count, ...(await costOf(system)) });
      }
      say({ name, at });
    } finally {
      await system.close();
    }
  }
}

/** The first looks open the connection and warm up the code: they are not counted. */
async function costOf(system: Filled): Promise<LookCost> {
  const { look, close } = await system.looker();
  try {
    for (let count = 0; count < warm; count += 1) await look();
    const all: LookCost[] = [];
    for (let count = 0; count < looks; count += 1) all.push(await look());
    const of = (what: keyof LookCost): number => median(all.map((one) => one[what]));
    return { ms: of('ms'), bytes: of('bytes'), requests: of('requests') };
  } finally {
    await close();
  }
}

/** Writes commands by the megabyte and waits for the last answer: a million take seconds. */
async function pour({ port }: RedisServer, commands: Iterable<readonly (string | Buffer)[]>): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  let answers = 0;
  let sent = 0;
  let done = (): void => undefined;
  // Each answer begins with one of these: a number, or the id of an entry, which holds neither.
  socket.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === COLON || byte === DOLLAR) answers += 1;
    if (answers >= sent) done();
  });
  let pieces: Buffer[] = [];
  let size = 0;
  for (const command of commands) {
    const bytes = encoded(command);
    pieces.push(bytes);
    size += bytes.length;
    sent += 1;
    if (size < 1_000_000) continue;
    await written(socket, Buffer.concat(pieces));
    [pieces, size] = [[], 0];
  }
  await written(socket, Buffer.concat(pieces));
  await new Promise<void>((resolve) => {
    done = resolve;
    if (answers >= sent) resolve();
  });
  socket.destroy();
}

const [COLON, DOLLAR] = [0x3a, 0x24];

function written(socket: Socket, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}

function encoded(command: readonly (string | Buffer)[]): Buffer {
  if (command.every((part) => typeof part === 'string')) {
    const parts = command.map((part) => `$${Buffer.byteLength(part)}\r\n${part}\r\n`);
    return Buffer.from(`*${command.length}\r\n${parts.join('')}`);
  }
  const parts = command.flatMap((part) => [`$${Buffer.byteLength(part)}\r\n`, part, '\r\n']);
  return Buffer.concat([`*${command.length}\r\n`, ...parts].map((part) => Buffer.from(part)));
}
