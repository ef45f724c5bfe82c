// The options of the `redis` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import { DURATION, durationFault, parseDuration } from '../../core/duration.ts';
import { told } from '../told.ts';
import type { RedisTarget } from './redis-connection.ts';

export type RedisOptions = RedisTarget & {
  list?: string | undefined;
  stream?: string | undefined;
  hash?: string | undefined;
  keys?: string | undefined;
  monitor?: MonitorOptions | undefined;
  clients?: string | undefined;
  newest?: 'left' | 'right' | undefined;
  limit?: number | undefined;
};

/** `for`: how long it watches, as a duration. */
export type MonitorOptions = { match: string; for?: string | undefined };

/** What is read. Exactly one of them is named. */
export const places: readonly ('list' | 'stream' | 'hash' | 'keys' | 'monitor' | 'clients')[] = [
  'list',
  'stream',
  'hash',
  'keys',
  'monitor',
  'clients',
];

const name = v.pipe(v.string(), v.minLength(1));

type TargetEntries = {
  url: v.GenericSchema<unknown, string>;
  cluster: v.OptionalSchema<v.GenericSchema<unknown, boolean>, undefined>;
  ca: v.OptionalSchema<v.GenericSchema<unknown, string>, undefined>;
};

/** The options that every probe on Redis shares. */
export const targetEntries: TargetEntries = {
  url: told(
    v.pipe(
      v.string(),
      v.regex(/^rediss?:\/\//, 'must begin with redis:// or rediss://'),
      v.check(
        (url) => URL.canParse(url) && /^\/?\d{0,4}$/.test(new URL(url).pathname),
        'must end with the host, or with the number of a database',
      ),
    ),
    'Address of the server, with its database. `rediss://` for TLS.',
    '${{ secret.REDIS_URL }}',
    'redis://127.0.0.1:6379/0',
  ),
  cluster: v.optional(told(v.boolean(), 'The address is that of a node of a Redis Cluster. Default false.', true)),
  ca: v.optional(
    told(name, 'File of the authority that signed the certificate of the server (PEM).', './redis-ca.pem'),
  ),
};

/** The most that a look reads: of all probes on Redis. */
export function limitEntry(says: string): v.OptionalSchema<v.GenericSchema<unknown, number>, undefined> {
  return v.optional(
    told(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)), `${says} Default 1000.`, 2000),
  );
}

/** Milliseconds that MONITOR watches at most, and where the scenario does not say. */
const longestWatch = 300_000;
export const usualWatch = 30_000;

const watchTime = v.pipe(
  v.string(({ input }) => durationFault(input)),
  v.regex(DURATION, ({ input }) => durationFault(input)),
  v.check((text) => {
    const ms = parseDuration(text) ?? 0;
    return ms > 0 && ms <= longestWatch;
  }, 'MONITOR slows the server down: at most 5m'),
);

const monitor = v.objectWithRest(
  {
    match: told(
      name,
      'A pattern of keys or channels: what is written to them is kept, each value a record.',
      'queues:*',
    ),
    for: v.optional(told(watchTime, 'How long it watches, from before the send. Default 30s, at most 5m.', '1m')),
  },
  v.never('unknown key'),
);

export const redisOptions: v.GenericSchema<unknown, RedisOptions> = v.pipe(
  v.objectWithRest(
    {
      ...targetEntries,
      list: v.optional(told(name, 'The key of a list: each entry is a record.', 'queues:default')),
      stream: v.optional(
        told(name, 'The key of a stream: each entry since the moment before the send is a record.', 'bookings'),
      ),
      hash: v.optional(told(name, 'The key of a hash: it is one record, its fields are columns.', 'booking:8841')),
      keys: v.optional(
        told(name, 'A pattern of keys, as SCAN takes it: what each key holds is a record, or records.', 'booking:*'),
      ),
      monitor: v.optional(
        told(
          monitor,
          'Watches with MONITOR what is written, also what a worker takes at once. It may halve what the server gets done.',
          { match: 'queues:*', for: '30s' },
        ),
      ),
      clients: v.optional(
        told(
          name,
          'A pattern of names: each client of the server with such a name is a record, for `release`.',
          'worker-*',
        ),
      ),
      newest: v.optional(
        told(
          v.picklist(['left', 'right']),
          'The end of the list at which entries are added (LPUSH: left, RPUSH: right). Default: both ends are read.',
          'left',
        ),
      ),
      limit: limitEntry('The most entries that a look reads.'),
    },
    v.never('unknown key'),
  ),
  v.check(
    (options) => places.filter((place) => options[place] !== undefined).length === 1,
    'name exactly one of list, stream, hash, keys, monitor and clients',
  ),
  v.check(
    ({ monitor: watched, cluster }) => watched === undefined || cluster !== true,
    'MONITOR shows one node of a cluster: name that node, without `cluster`',
  ),
);
