// The bullmq probe keeps the contract, with jobs that BullMQ itself adds.

import { test } from 'node:test';
import { Queue } from 'bullmq';
import { bullmq } from '../../smoke/probes/redis/bullmq.ts';
import type { BullmqOptions } from '../../smoke/probes/redis/bullmq-options.ts';
import { testProbe } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { keepingRedis, redisBench } from '../servers/redis-bench.ts';

const missing = without('redis');
if (missing !== false) test('bullmq as a probe', { skip: missing }, () => undefined);
else
  testProbe('bullmq', {
    plugin: bullmq,
    unreachableAs: 'refused',
    async setUp() {
      const began = new Date();
      const server = await keepingRedis();
      const queue = new Queue('partner-push', { connection: { host: '127.0.0.1', port: server.port } });
      queue.on('error', () => undefined);
      await queue.waitUntilReady();
      const around = redisBench<BullmqOptions>(server, { queue: 'partner-push' });
      return {
        ...around,
        since: () => began,
        selection: ({ alias }) => ({ where: { '$.data.booking': alias }, field: '$.data.note' }),
        put: async ({ alias, note }) => void (await queue.add('push', { booking: alias, note })),
        async close() {
          server.thaw();
          await queue.close();
          await around.close();
        },
      };
    },
  });
