// Removes what a stack made on a server that is somebody else's: by its own names, and nothing else.

import { readFileSync } from 'node:fs';
import type * as Amqplib from 'amqplib';
import type { Redis as RedisClient } from 'ioredis';
import type { Client as PgClient } from 'pg';
import { needed } from './needed.ts';
import type { ServedPlace } from './queue-place.ts';

export async function removeOwn(place: ServedPlace): Promise<void> {
  switch (place.system) {
    case 'bullmq':
      return await removeKeys(place);
    case 'pg-boss':
      return await removeSchema(place);
    case 'rabbitmq':
      return await removeQueues(place);
  }
}

async function removeKeys({ url, base }: ServedPlace): Promise<void> {
  const { Redis } = (await needed('ioredis')) as { Redis: typeof RedisClient };
  const redis = new Redis(url);
  try {
    let cursor = '0';
    do {
      const [next, keys] = await redis.scan(cursor, 'MATCH', `${base}:*`, 'COUNT', 1000);
      if (keys.length > 0) await redis.unlink(...keys);
      cursor = next;
    } while (cursor !== '0');
  } finally {
    redis.disconnect();
  }
}

async function removeSchema({ url, base }: ServedPlace): Promise<void> {
  const { Client } = (await needed('pg')) as { Client: typeof PgClient };
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`DROP SCHEMA IF EXISTS "${base}" CASCADE`);
  } finally {
    await client.end();
  }
}

async function removeQueues({ url, base, declared }: ServedPlace): Promise<void> {
  const { connect } = (await needed('amqplib')) as typeof Amqplib;
  const connection = await connect(url);
  try {
    const channel = await connection.createChannel();
    for (const name of declaredIn(declared)) await channel.deleteQueue(name);
    for (const name of [`${base}.bookings`, `${base}.bookings.dead`]) await channel.deleteExchange(name);
    await channel.close();
  } finally {
    await connection.close();
  }
}

function declaredIn(file: string): string[] {
  try {
    return [
      ...new Set(
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== ''),
      ),
    ];
  } catch {
    // The stack ended before it declared any.
    return [];
  }
}
