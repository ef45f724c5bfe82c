// The rabbitmq probe and step keep the contract, on a real broker.

import { after, test } from 'node:test';
import { rabbitmq } from '../../smoke/probes/rabbitmq.ts';
import type { RabbitmqOptions } from '../../smoke/probes/rabbitmq-options.ts';
import { testProbe, testSend } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';

/** Shared, since it takes seconds to start. */
let started: Promise<RabbitServer> | undefined;

function broker(): Promise<RabbitServer> {
  started ??= rabbitServer();
  return started;
}

/** A vhost with an exchange, and a queue bound to it that nobody empties. */
async function system() {
  const server = await broker();
  const vhost = await server.vhost();
  const client = await server.client(vhost);
  const channel = await client.createConfirmChannel();
  await channel.assertExchange('bookings', 'topic');
  await channel.assertQueue('partner-push');
  await channel.bindQueue('partner-push', 'bookings', '#');
  return { server, vhost, client, channel, url: server.url(vhost) };
}

const missing = without('rabbitmq');
if (missing !== false) test('rabbitmq as a probe, and as a send step', { skip: missing }, () => undefined);
else {
  after(async () => (await started)?.close());

  testProbe('rabbitmq', {
    plugin: rabbitmq,
    unreachableAs: 'refused',
    async setUp() {
      const began = new Date();
      const { server, vhost, client, channel, url } = await system();
      const options: RabbitmqOptions = { url, exchange: 'bookings' };
      return {
        since: () => began,
        options: () => options,
        selection: ({ alias }) => ({ where: { '$.body.booking': alias }, field: '$.body.note' }),
        async put({ alias, note }) {
          channel.publish('bookings', 'booking.created', Buffer.from(JSON.stringify({ booking: alias, note })));
          await channel.waitForConfirms();
        },
        unreachable: () => ({ ...options, url: 'amqp://127.0.0.1:1/' }),
        stalled() {
          server.freeze();
          return options;
        },
        snapshot: async () => ({
          waiting: await channel.checkQueue('partner-push'),
          exchanges: await server.api('GET', `exchanges/${vhost}?disable_stats=true`),
          bindings: ((await server.api('GET', `bindings/${vhost}`)) as { destination: string }[]).filter(
            ({ destination }) => !destination.startsWith('amq.gen-'),
          ),
        }),
        async close() {
          server.thaw();
          await client.close();
        },
      };
    },
  });

  testSend('rabbitmq', {
    plugin: rabbitmq,
    async setUp() {
      const { server, client, channel, url } = await system();
      const publish = (exchange: string, key: string) => (sending: { text: string }) => ({
        url,
        exchange,
        'routing-key': key,
        json: { note: sending.text },
      });
      const taken = async (): Promise<string[]> => {
        const texts: string[] = [];
        for (let one = await channel.get('partner-push'); one !== false; one = await channel.get('partner-push'))
          texts.push(one.content.toString());
        await channel.recover();
        return texts;
      };
      return {
        options: publish('bookings', 'booking.created'),
        refused: publish('no-such-exchange', 'x'),
        taken,
        stalled(sending) {
          server.freeze();
          return publish('bookings', 'booking.created')(sending);
        },
        async close() {
          server.thaw();
          await client.close();
        },
      };
    },
  });
}
