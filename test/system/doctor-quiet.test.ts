// smoketrail doctor and look where nothing was sent: a probe that is in and hears is no fault, and nothing is said of a send.

import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { Queue } from 'bullmq';
import { without } from '../parts.ts';
import { freePort } from '../servers/free-port.ts';
import { natsServer } from '../servers/nats.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import type { Ended } from './program.ts';
import { openSite, scenarioAt } from './site.ts';

async function examined(t: TestContext, partner: string, command: readonly string[] = ['doctor']): Promise<Ended> {
  const site = await openSite(t);
  site.file('booking.yaml', scenarioAt(site.url, { partner }));
  const [name = '', ...rest] = command;
  return site.run([name, 'booking.yaml', ...rest]);
}

async function passes(t: TestContext, partner: string, says: RegExp): Promise<void> {
  const { code, stdout } = await examined(t, partner);
  assert.equal(code, 0, stdout);
  assert.match(stdout, says);
  assert.match(stdout, /\n1 can look, 1 opened only, 0 blind · exit 0\n$/);
}

async function isBlind(t: TestContext, partner: string, says: RegExp): Promise<void> {
  const { code, stdout } = await examined(t, partner);
  assert.equal(code, 4, stdout);
  assert.match(stdout, says);
}

const heard = `✓ {2}partner +look +it can look: nothing was sent, so nothing came; `;

describe('doctor at Redis, where nothing was sent', { skip: without('redis'), concurrency: 2 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
    await server.client.call('ACL', 'SETUSER', 'reader', 'on', '>correct-horse', '~*', '+@all');
    const queue = new Queue('push', { connection: { host: '127.0.0.1', port: server.port } });
    await queue.add('push', { note: 'of another day' });
    await queue.close();
    await server.client.xadd('bookings', '*', 'note', 'of another day');
  });
  after(() => server.close());
  const at = (options: string, url = server.url): string => `{ redis: { url: '${url}', ${options} } }`;

  test('a queue of BullMQ that is there can be looked at', (t) =>
    passes(t, `{ bullmq: { url: '${server.url}', queue: push } }`, new RegExp(`${heard}queue push is there`)));

  test('so can a stream', (t) => passes(t, at('stream: bookings'), new RegExp(`${heard}stream bookings is there`)));

  test('MONITOR hears, and a mistyped key would be as silent', (t) =>
    passes(t, at("monitor: { match: 'q:*' }"), new RegExp(`${heard}a \`match\` that is mistyped`)));

  test('an empty list is as it should be, and what is taken out of it is not observable all the same', (t) =>
    passes(
      t,
      at('list: q:push'),
      /\? {2}partner +look +it can look, and nothing was sent: 0 entries of list q:push; .*what was taken left nothing\n +Look at what the worker leaves/,
    ));

  test('a queue that is not there stays blind', (t) =>
    isBlind(
      t,
      `{ bullmq: { url: '${server.url}', queue: pusch } }`,
      /✗ {2}partner +look +not observable here: there is no stream bull:pusch:events.*\n.*--pattern '\*:meta'/,
    ));

  test('a system that keeps nothing of what is done says so, and what would show it', async (t) => {
    await server.client.sadd('queues', 'push');
    await passes(
      t,
      `{ sidekiq: { url: '${server.url}', queue: push } }`,
      /\? {2}partner +look +it can look: nothing was sent, so nothing came; Sidekiq keeps nothing of a job that is done\n +Look at the worker's log/,
    );
  });

  test('a server that is not there is blind, and so is one that refuses the password', async (t) => {
    const gone = `redis://127.0.0.1:${await freePort()}`;
    const wrong = `redis://reader:wrong-horse@127.0.0.1:${server.port}`;
    for (const url of [gone, wrong])
      for (const partner of [`{ bullmq: { url: '${url}', queue: push } }`, at("monitor: { match: 'q:*' }", url)])
        await isBlind(t, partner, /✗ {2}partner +look +/);
  });

  test('look without a marker says how far back the events of a queue go, and of no send', async (t) => {
    const partner = `{ bullmq: { url: '${server.url}', queue: push } }`;
    const { stdout } = await examined(t, partner, ['look', 'partner']);
    assert.match(
      stdout,
      /its oldest event is of \S+ \S+ UTC, and this look goes back to \S+ \S+ UTC: what came and went/,
    );
    assert.match(stdout, /maxLen/);
    assert.doesNotMatch(stdout, /the send\b|trimmed|MAXLEN|XDEL/);
  });
});

describe('doctor at what listens itself, where nothing was sent', { concurrency: 2 }, () => {
  test('a receiver of spans', async (t) =>
    passes(
      t,
      `{ otlp: { listen: '127.0.0.1:${await freePort()}' } }`,
      new RegExp(`${heard}whether the services export here`),
    ));

  test('a capture', async (t) =>
    passes(
      t,
      `{ capture: { listen: '127.0.0.1:${await freePort()}', forward: 'http://127.0.0.1:9' } }`,
      new RegExp(`${heard}whether the partner URL of the worker points here`),
    ));

  test('a capture that nobody runs stays blind', async (t) =>
    isBlind(t, `{ capture: { listen: '127.0.0.1:${await freePort()}' } }`, /✗ .*there is no capture on/));
});

describe('doctor at NATS, where nothing was sent', { skip: without('nats') }, () => {
  test('a subject', async (t) => {
    const server = await natsServer();
    t.after(() => server.close());
    await passes(
      t,
      `{ nats: { url: '${server.url}', subject: orders.new } }`,
      new RegExp(`${heard}a subject that is mistyped`),
    );
  });
});

describe('doctor at RabbitMQ, where nothing was sent', { skip: without('rabbitmq') }, () => {
  let server: RabbitServer;
  let url: string;
  before(async () => {
    server = await rabbitServer();
    const vhost = await server.vhost();
    url = server.url(vhost);
    const channel = await (await server.client(vhost)).createChannel();
    await channel.assertExchange('bookings', 'topic');
  });
  after(() => server.close());

  test('a binding that heard nothing', (t) =>
    passes(
      t,
      `{ rabbitmq: { url: '${url}', exchange: bookings, binding: booking.created } }`,
      new RegExp(`${heard}exchange bookings is there; a routing key that is mistyped`),
    ));

  test('an exchange that is not there stays blind', (t) =>
    isBlind(t, `{ rabbitmq: { url: '${url}', exchange: bokings, binding: booking.created } }`, /✗ {2}partner +look +/));

  test('look without a marker says what was not heard, and of no send', async (t) => {
    const partner = `{ rabbitmq: { url: '${url}', exchange: bookings, binding: booking.created } }`;
    const { stdout } = await examined(t, partner, ['look', 'partner']);
    assert.match(stdout, /a tap hears only while it is open: what passed before .* UTC was not heard/);
    assert.doesNotMatch(stdout, /the send/);
  });
});
