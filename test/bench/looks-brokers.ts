// Brokers for the bench of looks: a tap beside a queue of RabbitMQ, and a stream of NATS.

import { once } from 'node:events';
import { jetstream } from '@nats-io/jetstream';
import { without } from '../parts.ts';
import { natsServer } from '../servers/nats.ts';
import { rabbitServer } from '../servers/rabbitmq.ts';
import { type LookedAt, lookerOf, record, sinceOpened } from './looked-at.ts';

const message = JSON.stringify({ booking: record.alias, note: record.note });
/** Messages that are sent before an answer is waited for. */
const batch = 5000;

const rabbitmq: LookedAt = {
  // Published without confirms; a million of them take a minute and a gigabyte.
  name: 'rabbitmq (200,000 at most)',
  missing: without('rabbitmq'),
  counts: [10_000, 200_000],
  async open() {
    const server = await rabbitServer();
    const client = await server.client();
    const channel = await client.createChannel();
    await channel.assertExchange('bookings', 'topic');
    await channel.assertQueue('partner-push');
    await channel.bindQueue('partner-push', 'bookings', '#');
    const body = Buffer.from(message);
    let filled = 0;
    async function fill(count: number): Promise<void> {
      for (; filled < count; filled += 1)
        if (!channel.publish('bookings', 'booking.created', body)) await once(channel, 'drain');
      // Answered behind what was published before it on this channel.
      while ((await channel.checkQueue('partner-push')).messageCount < count);
    }
    return {
      fill,
      async looker() {
        const looker = await lookerOf('rabbitmq', { url: server.url(), exchange: 'bookings' });
        await fill(filled + sinceOpened);
        return looker;
      },
      close: () => server.close(),
    };
  },
};

const nats: LookedAt = {
  name: 'nats (a stream)',
  missing: without('nats'),
  async open() {
    const server = await natsServer();
    await server.manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
    const stream = jetstream(server.client);
    let filled = 0;
    async function fill(count: number): Promise<void> {
      while (filled < count) {
        const size = Math.min(batch, count - filled);
        for (let one = 1; one < size; one += 1) server.client.publish('orders.created', message);
        // Its confirmation comes behind those before it.
        await stream.publish('orders.created', message);
        filled += size;
      }
      const { state } = await server.manager.streams.info('ORDERS');
      if (state.messages !== count) throw new Error(`the stream has ${state.messages} messages in place of ${count}`);
    }
    return {
      fill,
      async looker() {
        const looker = await lookerOf('nats', { url: server.url, stream: 'ORDERS' });
        await fill(filled + sinceOpened);
        return looker;
      },
      close: () => server.close(),
    };
  },
};

export const brokers: readonly LookedAt[] = [rabbitmq, nats];
