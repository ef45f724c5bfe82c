// Whether the server of a queue takes a connection with the given address.

import type * as Amqplib from 'amqplib';
import type { Redis as RedisClient } from 'ioredis';
import type { Client as PgClient } from 'pg';
import { needed } from './needed.ts';
import type { ServedSystem } from './queue-place.ts';

const patienceMs = 10_000;

/** Rejects with the driver's own error where it does not. */
export async function answers(system: ServedSystem, url: string): Promise<void> {
  switch (system) {
    case 'bullmq': {
      const { Redis } = (await needed('ioredis')) as { Redis: typeof RedisClient };
      const redis = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: patienceMs });
      let reason: unknown;
      redis.on('error', (error: unknown) => {
        reason = error;
      });
      try {
        await redis.ping();
      } catch (error) {
        throw reason ?? error;
      } finally {
        redis.disconnect();
      }
      return;
    }
    case 'pg-boss': {
      const { Client } = (await needed('pg')) as { Client: typeof PgClient };
      const client = new Client({ connectionString: url, connectionTimeoutMillis: patienceMs });
      client.on('error', () => undefined);
      await client.connect();
      await client.end();
      return;
    }
    case 'rabbitmq': {
      const { connect } = (await needed('amqplib')) as typeof Amqplib;
      const connection = await connect(url, { timeout: patienceMs });
      await connection.close();
      return;
    }
  }
}
