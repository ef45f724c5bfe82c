// Queues on Redis for the bench of looks: what waits is written as each system writes it.

import { connect, type Socket } from 'node:net';
import { deflateSync } from 'node:zlib';
import { without } from '../parts.ts';
import { celeryTask, laravelJob, pickled, sidekiqJob } from '../servers/jobs.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { type LookedAt, lookerOf, record, sinceOpened } from './looked-at.ts';

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
      for (let id = 1; id <= sinceOpened; id += 1) yield* bullJob(`new-${id}`);
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

export const onRedisServers: readonly LookedAt[] = queues.map(onRedis);

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
