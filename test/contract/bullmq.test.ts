// The bullmq probe keeps the contract, with jobs that BullMQ itself adds.

import { test } from 'node:test';
import { Queue } from 'bullmq';
import { bullmq } from '../../smoke/probes/bullmq.ts';
import { testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { contentOf, redisServer } from '../servers/redis.ts';

const missing = without('redis');
if (missing !== false) test('bullmq as a probe', { skip: missing }, () => undefined);
else
  testProbe('bullmq', {
    plugin: bullmq,
    unreachableAs: 'refused',
    async setUp() {
      const server = await redisServer();
      const { url } = server;
      const queue = new Queue('partner-push', { connection: { host: '127.0.0.1', port: server.port } });
      queue.on('error', () => undefined);
      await queue.waitUntilReady();
      return {
        options: () => ({ url, queue: 'partner-push' }),
        selection: ({ alias }) => ({ where: { '$.data.booking': alias }, field: '$.data.note' }),
        put: async ({ alias, note }) => void (await queue.add('push', { booking: alias, note })),
        unreachable: () => ({ url: 'redis://127.0.0.1:1', queue: 'partner-push' }),
        stalled() {
          server.freeze();
          return { url, queue: 'partner-push' };
        },
        snapshot: () => contentOf(server.client),
        async close() {
          server.thaw();
          await queue.close();
          await server.close();
        },
      };
    },
  });
