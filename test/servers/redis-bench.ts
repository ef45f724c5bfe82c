// What the bench of a probe on Redis has, whatever it reads: a server that keeps its data over a crash, accounts on it that
// are turned down or may not read, and how it stalls, ends and comes back.

import type { ProbeBench } from '../../smoke/testing.ts';
import { contentOf, type RedisServer, redisServer } from './redis.ts';

type Around<O> = Required<
  Pick<ProbeBench<O>, 'options' | 'unreachable' | 'denied' | 'forbidden' | 'outage' | 'stalled' | 'snapshot' | 'close'>
>;

/** Each write is on the disk before it is answered, so that a crash loses none. */
export function keepingRedis(): Promise<RedisServer> {
  return redisServer('--appendonly', 'yes', '--appendfsync', 'always');
}

/** `place`: all options but the url. */
export function redisBench<O extends { url: string }>(server: RedisServer, place: Omit<O, 'url'>): Around<O> {
  const { url, client } = server;
  const at = (address: string): O => ({ ...place, url: address }) as O;
  const account = async (name: string, password: string): Promise<O> => {
    // It may come in, name its connection and ask for a sign of life.
    await client.call('ACL', 'SETUSER', name, 'on', '>right', '~*', '+@connection');
    return at(url.replace('//', `//${name}:${password}@`));
  };
  return {
    options: () => at(url),
    unreachable: () => at('redis://127.0.0.1:1'),
    denied: () => account('outsider', 'wrong'),
    forbidden: () => account('bystander', 'right'),
    outage: { begin: server.kill, end: server.start },
    stalled() {
      server.freeze();
      return at(url);
    },
    snapshot: () => contentOf(client),
    async close() {
      server.thaw();
      await server.close();
    },
  };
}
