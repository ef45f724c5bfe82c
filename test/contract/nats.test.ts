// The nats probe and step keep the contract, on a real server: a subject that is tapped, streams of each retention that are read.

import { test } from 'node:test';
import { nats } from '../../smoke/probes/nats/nats.ts';
import type { NatsOptions } from '../../smoke/probes/nats/nats-options.ts';
import { type ProbeBench, testProbe, testSend } from '../../smoke/testing.ts';
import { without } from '../parts.ts';
import { contentOf, type NatsServer, natsServer } from '../servers/nats.ts';

const missing = without('nats');
const account = { user: 'tester', pass: 'right' };
const config = `
authorization {
  users = [
    { user: tester, password: right },
    { user: outsider, password: right,
      permissions: { subscribe: ["_INBOX.>", "elsewhere.>"], publish: ["elsewhere.>"] } }
  ]
}`;

function addressFor({ port }: NatsServer, user: string, password: string): string {
  return `nats://${user}:${password}@127.0.0.1:${port}`;
}

/** Everything but what is read: the same for a subject and for a stream. */
function benchOn(server: NatsServer, place: Omit<NatsOptions, 'url'>): ProbeBench<NatsOptions> {
  const url = addressFor(server, 'tester', 'right');
  return {
    options: () => ({ url, ...place }),
    selection: ({ alias }) => ({ where: { '$.booking': alias }, field: '$.note' }),
    unreachable: () => ({ url: 'nats://127.0.0.1:1', ...place }),
    denied: () => ({ url: addressFor(server, 'tester', 'wrong'), ...place }),
    forbidden: () => ({ url: addressFor(server, 'outsider', 'right'), ...place }),
    outage: { begin: () => server.kill(), end: () => server.start() },
    stalled() {
      server.freeze();
      return { url, ...place };
    },
    async put({ alias, note }) {
      await server.client.flush();
      server.client.publish('orders.created', JSON.stringify({ booking: alias, note }));
      await server.client.flush();
    },
    async close() {
      server.thaw();
      await server.close();
    },
  };
}

if (missing !== false) test('nats as a probe', { skip: missing }, () => undefined);
else {
  testProbe('nats, a subject', {
    plugin: nats,
    unreachableAs: 'refused',
    async setUp() {
      const server = await natsServer({ config, account });
      await server.manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
      return {
        ...benchOn(server, { subject: 'orders.*' }),
        since: () => new Date(),
        snapshot: () => contentOf(server.manager, 'ORDERS'),
      };
    },
  });

  for (const retention of ['limits', 'workqueue', 'interest'] as const)
    testProbe(`nats, a stream with ${retention} retention`, {
      // What a stream still has can be read after an outage, other than what passed on a subject.
      plugin: { ...nats, evidence: 'residue' },
      unreachableAs: 'refused',
      async setUp() {
        const server = await natsServer({ config, account });
        const { manager } = server;
        await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'], retention });
        // The worker of the system, which is slow here; without one an interest stream keeps nothing.
        await manager.consumers.add('ORDERS', { durable_name: 'worker', ack_policy: 'explicit' });
        return {
          ...benchOn(server, { stream: 'ORDERS' }),
          snapshot: () => contentOf(manager, 'ORDERS'),
        };
      },
    });

  for (const stream of [undefined, 'ORDERS'])
    testSend(stream === undefined ? 'nats, on a subject' : 'nats, into a stream', {
      plugin: nats,
      async setUp() {
        const server = await natsServer({ config, account });
        const { client, manager } = server;
        const taken: string[] = [];
        await manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'] });
        client.subscribe('orders.>', { callback: (_error, message) => void taken.push(message.string()) });
        // Listens, and never confirms.
        client.subscribe('silent.>', { callback: () => undefined });
        await client.flush();
        const url = addressFor(server, 'tester', 'right');
        const given = stream === undefined ? {} : { stream };
        return {
          options: ({ text }) => ({ url, subject: 'orders.created', json: { note: text }, ...given }),
          async taken() {
            await client.flush();
            return taken;
          },
          refused: ({ text }) =>
            stream === undefined
              ? { url: addressFor(server, 'outsider', 'right'), subject: 'orders.created', text }
              : { url, subject: 'nobody.listens', text, stream },
          ...(stream !== undefined && {
            stalled: ({ text }: { text: string }) => ({ url, subject: 'silent.one', text, stream }),
          }),
          close: () => server.close(),
        };
      },
    });
}
