// The options of the `redis` plug-in, as values: `${{ }}` is resolved before they are validated.

import * as v from 'valibot';
import type { RedisTarget } from './redis-connection.ts';
import { told } from './told.ts';

/** What is read. Exactly one of them is named. */
export type RedisPlace = { list: string } | { stream: string } | { hash: string } | { keys: string };

export type RedisOptions = RedisTarget & {
  list?: string | undefined;
  stream?: string | undefined;
  hash?: string | undefined;
  keys?: string | undefined;
  newest?: 'left' | 'right' | undefined;
  limit?: number | undefined;
};

export const places: readonly ['list', 'stream', 'hash', 'keys'] = ['list', 'stream', 'hash', 'keys'];

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
      newest: v.optional(
        told(
          v.picklist(['left', 'right']),
          'The end of the list at which entries are added (LPUSH: left, RPUSH: right). Default: both ends are read.',
          'left',
        ),
      ),
      limit: v.optional(
        told(
          v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000)),
          'The most entries that a look reads. Default 1000.',
          2000,
        ),
      ),
    },
    v.never('unknown key'),
  ),
  v.check(
    (options) => places.filter((place) => options[place] !== undefined).length === 1,
    'name exactly one of list, stream, hash and keys',
  ),
);
