// The `redis` plug-in: reads a list, a stream, a hash or the keys of a pattern, and takes nothing out of them.

import type { Plugin } from '../plugin.ts';
import { places, type RedisOptions, redisOptions } from './redis-options.ts';

export const redis: Plugin<RedisOptions> = {
  name: 'redis',
  summary: 'A list, a stream, a hash or keys of Redis, read without taking anything out',
  options: redisOptions,
  // What waits in Redis is gone once it was taken; `keeps: true` says where it stays.
  // Hashes and keys may be a store of records.
  queue: ({ list, stream, monitor }) =>
    list !== undefined || stream !== undefined || monitor !== undefined || undefined,
  transient: ({ stream, monitor }) => stream === undefined && monitor === undefined,
  evidence: 'residue',
  contract: {
    needs:
      'list: +llen +lrange; stream: +xinfo|stream +xrange; hash: +hscan; keys: +scan +type +get +hscan +llen +lrange +zrevrange; each on its keys (~KEY); monitor: +monitor +ping; clients: +client|list',
    costs:
      'a round trip for 200 entries, 8 MB at most; monitor may halve the throughput of the server while it watches',
    proof: 'nothing but idle times: test/contract/redis.test.ts, test/probes/redis-access.test.ts',
  },
  // The position in a stream is noted before the send, and MONITOR begins.
  connects: ['url', 'cluster', 'ca', 'stream', 'monitor'],
  title(options) {
    const place = places.find((name) => options[name] !== undefined);
    if (place === undefined) return 'redis';
    const given = options[place];
    const named = typeof given === 'object' && given !== null && 'match' in given ? given.match : given;
    return typeof named === 'string' ? `${place} ${named}` : 'redis';
  },
  lookWarning({ monitor }) {
    if (monitor === undefined) return undefined;
    return {
      message:
        'MONITOR may halve what the whole Redis server gets done while it watches, and shows every command to whoever may use it',
      hint: 'Keep `for` short, and use it where nothing else shows the job: a result that is kept, a log, a span.',
    };
  },
  async open(given, host) {
    const { openRedis } = await import('./redis-look.ts');
    return openRedis(given, host);
  },
};
