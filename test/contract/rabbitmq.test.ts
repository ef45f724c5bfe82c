// The rabbitmq probe and step keep the contract, on a real broker.

import { after, test } from 'node:test';
import { rabbitmq } from '../../smoke/probes/rabbitmq/rabbitmq.ts';
import type { RabbitmqOptions } from '../../smoke/probes/rabbitmq/rabbitmq-options.ts';
import { testProbe, testSend } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { type BrokenWay, brokenWay } from '../servers/broken-way.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';

/** A vhost with an exchange, and a queue bound to it that nobody empties. */
async function system(server: RabbitServer) {
  const vhost = await server.vhost();
  const client = await server.client(vhost);
  const channel = await client.createConfirmChannel();
  await channel.assertExchange('bookings', 'topic');
  await channel.assertQueue('partner-push');
  await channel.bindQueue('partner-push', 'bookings', '#');
  return { vhost, client, channel, url: server.url(vhost) };
}

const missing = without('rabbitmq');
if (missing !== false) test('rabbitmq as a probe, and as a send step', { skip: missing }, () => undefined);
else {
  // Shared, and started before any test has begun, since it takes seconds.
  const server = await rabbitServer();
  after(() => server.close());

  testProbe('rabbitmq', {
    plugin: rabbitmq,
    unreachableAs: 'refused',
    async setUp() {
      const began = new Date();
      const { vhost, client, channel: first, url } = await system(server);
      let channel = first;
      const options: RabbitmqOptions = { url, exchange: 'bookings' };
      const account = async (name: string, read: string): Promise<RabbitmqOptions> => {
        await server.user(name, vhost, { configure: read, write: read, read });
        return { ...options, url: server.url(vhost, name) };
      };
      return {
        since: () => began,
        options: () => options,
        selection: ({ alias }) => ({ where: { '$.body.booking': alias }, field: '$.body.note' }),
        async put({ alias, note }) {
          channel.publish('bookings', 'booking.created', Buffer.from(JSON.stringify({ booking: alias, note })));
          await channel.waitForConfirms();
        },
        unreachable: () => ({ ...options, url: 'amqp://127.0.0.1:1/' }),
        // There is no account of that name.
        denied: () => ({ ...options, url: server.url(vhost, 'stranger') }),
        forbidden: () => account('bystander', '^$'),
        outage: {
          begin: server.kill,
          async end() {
            await server.start();
            channel = await (await server.client(vhost)).createConfirmChannel();
          },
        },
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
          // Gone already, where the broker was.
          await client.close().catch(() => undefined);
        },
      };
    },
  });

  testSend('rabbitmq', {
    plugin: rabbitmq,
    async setUp() {
      const { client, channel, url } = await system(server);
      const publish =
        (exchange: string, key: string) =>
        (sending: { text: string }): RabbitmqOptions => ({
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
      const ways: BrokenWay[] = [];
      const broken = async (text: string, then: 'cut' | 'silent'): Promise<string> => {
        const way = await brokenWay(server.port, text, then);
        ways.push(way);
        return url.replace(`:${server.port}/`, `:${way.port}/`);
      };
      const text = 'goes over a way that breaks';
      const cut = await broken(text, 'cut');
      return {
        options: publish('bookings', 'booking.created'),
        refused: publish('no-such-exchange', 'x'),
        unknown: (sending) => ({ ...publish('bookings', text)(sending), url: cut }),
        stalled: async (sending) => ({
          ...publish('bookings', text)(sending),
          url: await broken(text, 'silent'),
        }),
        left: async () => ways.at(-1)?.passed,
        taken,
        async close() {
          for (const way of ways) await way.close();
          await client.close();
        },
      };
    },
  });
}
