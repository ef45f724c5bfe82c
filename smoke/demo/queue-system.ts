// The systems that the queue can run on: each loads its packages when it is opened.

import type { QueueSystem } from './queue-ends.ts';
import type { SystemName } from './queue-place.ts';

export async function queueSystem(name: SystemName): Promise<QueueSystem> {
  switch (name) {
    case 'sqlite':
      return (await import('./sqlite-queue.ts')).sqliteQueue;
    case 'bullmq':
      return (await import('./bullmq-queue.ts')).bullmqQueue;
    case 'pg-boss':
      return (await import('./pg-boss-queue.ts')).pgBossQueue;
    case 'rabbitmq':
      return (await import('./rabbitmq-queue.ts')).rabbitmqQueue;
  }
}
