// The `redis` plug-in: reads a list, a stream, a hash or the keys of a pattern, and takes nothing out of them.

import type { Plugin } from './plugin.ts';
import { places, type RedisOptions, redisOptions } from './redis-options.ts';

export const redis: Plugin<RedisOptions> = {
  name: 'redis',
  summary: 'A list, a stream, a hash or keys of Redis, read without taking anything out',
  options: redisOptions,
  // What waits in Redis is gone once it was taken; `keeps: true` says where it stays.
  transient: true,
  // The position in a stream is noted before the send.
  connects: ['url', 'cluster', 'ca', 'stream'],
  title(options) {
    const place = places.find((name) => typeof options[name] === 'string');
    return place === undefined ? 'redis' : `${place} ${options[place]}`;
  },
  async open(given, host) {
    const { openRedis } = await import('./redis-look.ts');
    return openRedis(given, host);
  },
};
