// What a tap on RabbitMQ shows of messages on their way, with real producers and workers.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { Candidate, Reading } from '../../smoke/core/look.ts';
import type { Probe } from '../../smoke/probes/plugin.ts';
import { rabbitmq } from '../../smoke/probes/rabbitmq/rabbitmq.ts';
import type { RabbitmqOptions } from '../../smoke/probes/rabbitmq/rabbitmq-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';

const marker = 'smk-42rcxa7100000001';

describe('rabbitmq', { skip: without('rabbitmq') }, () => {
  let server: RabbitServer;
  let vhost: string;
  let client: ChannelModel;
  let channel: ConfirmChannel;
  const probes: Probe<RabbitmqOptions>[] = [];
  before(async () => {
    server = await rabbitServer();
  });
  beforeEach(async () => {
    vhost = await server.vhost();
    client = await server.client(vhost, 'producer');
    channel = await client.createConfirmChannel();
    await channel.assertExchange('bookings', 'topic');
    await channel.assertExchange('failed', 'fanout');
    await channel.assertQueue('push', { deadLetterExchange: 'failed' });
    await channel.bindQueue('push', 'bookings', 'booking.#');
  });
  // Also of a test that failed: a tap without its broker waits for it to come back.
  afterEach(async () => {
    for (const probe of probes.splice(0)) await probe.close?.();
  });
  after(() => server?.close());

  const options = (more: Partial<RabbitmqOptions> = {}): RabbitmqOptions => ({
    url: server.url(vhost),
    exchange: 'bookings',
    ...more,
  });
  const opened = async (more: Partial<RabbitmqOptions> = {}): Promise<Probe<RabbitmqOptions>> => {
    assert.ok(rabbitmq.open);
    const probe = await rabbitmq.open(options(more), testHost());
    probes.push(probe);
    return probe;
  };
  const began = (): Date => new Date(Date.now() - 5000);
  const read = (probe: Probe<RabbitmqOptions>, since = began()): Promise<Reading> =>
    probe.read(options(), testContext({ since }));
  const send = async (note: string | Buffer, more: Options.Publish = {}, key = 'booking.created'): Promise<void> => {
    const body = typeof note === 'string' ? Buffer.from(JSON.stringify({ booking: 8841, note })) : note;
    channel.publish('bookings', key, body, more);
    await channel.waitForConfirms();
  };
  const work = async (act: (message: ConsumeMessage, own: ConfirmChannel) => void, noAck = false) => {
    const worker = await server.client(vhost, 'worker');
    const own = await worker.createConfirmChannel();
    const hear = (message: ConsumeMessage | null): void => void (message && act(message, own));
    await own.consume('push', hear, { noAck });
    return worker;
  };
  const noted = ({ candidates }: Reading): unknown[] =>
    candidates.map((one) => one.select('$.body.note')).map((picked) => picked.fits && picked.values[0]);

  test('shows a message that waits, one that a worker holds, and one that is done', async () => {
    const probe = await opened();
    await send(marker, {
      headers: { tenant: 'north', tries: 2 },
      messageId: 'm-1',
      correlationId: 'c-1',
      appId: 'web',
      timestamp: 1_790_000_000,
    });
    const seen = async (): Promise<Candidate> => {
      const { candidates } = await read(probe);
      assert.equal(candidates.length, 1);
      assert.ok(candidates[0]);
      return candidates[0];
    };
    const waiting = await seen();
    assert.equal(waiting.source, 'message to bookings (routing key booking.created)');
    assert.equal(waiting.at, '2026-09-21T14:13:20.000Z');
    for (const [selector, value] of [
      ['$.body.note', marker],
      ['exchange', 'bookings'],
      ['routingKey', 'booking.created'],
      ['$.headers.tenant', 'north'],
      ['header:tries', '2'],
      ['messageId', 'm-1'],
      ['correlationId', 'c-1'],
      ['appId', 'web'],
      ['redelivered', 'false'],
    ] as const)
      assert.deepEqual(waiting.select(selector), { fits: true, values: [value] }, selector);
    const held = Promise.withResolvers<() => Promise<void>>();
    const worker = await work((message, own) =>
      held.resolve(async () => {
        own.ack(message);
        // What closes the whole connection may overtake it.
        await own.close();
      }),
    );
    const done = await held.promise;
    await seen();
    await done();
    await worker.close();
    assert.equal((await channel.checkQueue('push')).messageCount, 0);
    assert.equal((await seen()).text().includes(marker), true);
  });

  test('shows a message that a worker turned down, where dead letters go, with the reason', async () => {
    const probe = await opened({ exchange: 'failed', type: 'fanout' });
    assert.equal((await read(probe)).whole, true, 'no dead letter yet, and that is proved');
    const worker = await work((message, own) => own.nack(message, false, false));
    await send(marker);
    await probe.changed?.(new AbortController().signal);
    const [dead] = (await read(probe)).candidates;
    assert.equal(dead?.source, 'message to failed (routing key booking.created), dead-lettered from push (rejected)');
    assert.deepEqual(dead?.select('$.death[0].reason'), { fits: true, values: ['rejected'] });
    assert.deepEqual(dead?.select('$.death[0].count'), { fits: true, values: ['1'] });
    assert.deepEqual(dead?.select('$.body.note'), { fits: true, values: [marker] });
    await worker.close();
  });

  test('sees 100 of 100 messages that a worker takes within a millisecond', async () => {
    const probe = await opened();
    let taken = 0;
    const worker = await work(() => {
      taken += 1;
    }, true);
    for (let count = 0; count < 100; count += 1) {
      const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
      await send(note);
      const { candidates, whole } = await read(probe);
      assert.equal(candidates.filter((one) => one.text().includes(note)).length, 1, `message ${count}`);
      assert.equal(whole, true);
    }
    assert.equal(taken, 100);
    await worker.close();
  });

  test('finds a message among 10,000 others, and has all that was sent before the look began', async () => {
    const probe = await opened({ limit: 20_000 });
    for (let count = 0; count < 10_000; count += 1) {
      if (count === 3000) channel.publish('bookings', 'booking.created', Buffer.from(JSON.stringify({ note: marker })));
      channel.publish('bookings', 'booking.created', Buffer.from(JSON.stringify({ note: `other ${count}` })));
    }
    await channel.waitForConfirms();
    const reading = await read(probe);
    assert.equal(reading.candidates.length, 10_001);
    assert.equal(noted(reading).filter((note) => note === marker).length, 1);
    assert.equal(reading.whole, true);
    assert.equal(reading.cost.requests, 3);
  });

  test('keeps the newest of a flood within its bounds, and claims no absence beyond them', async () => {
    const probe = await opened({ limit: 500 });
    const since = began();
    const body = Buffer.alloc(100_000, 'x');
    for (let round = 0; round < 20; round += 1) {
      for (let count = 0; count < 100; count += 1) channel.publish('bookings', 'booking.flood', body);
      await channel.waitForConfirms();
    }
    const { candidates, whole, unseen, searched } = await read(probe, since);
    const bytes = candidates.reduce((sum, one) => sum + one.text().length, 0);
    assert.ok(candidates.length > 100 && candidates.length <= 500);
    assert.ok(bytes <= 34 * 1024 * 1024, `${bytes} bytes are kept`);
    assert.equal(whole, false);
    assert.equal(unseen?.kind, 'gave-up');
    assert.match(unseen.hint ?? '', /`binding`.*`limit`/);
    assert.match(searched, /the newest 500 messages, up to 32 MB/);
    const later = await read(probe, new Date(Date.now() + 60_000));
    assert.equal(later.unseen, undefined, 'a send after the flood is not touched by it');
  });

  test('opens bodies that are packed, and shows those that are no JSON', async () => {
    const probe = await opened();
    const body = Buffer.from(JSON.stringify({ note: marker }));
    await send(gzipSync(body), { contentEncoding: 'gzip' });
    await send(deflateSync(body), { contentEncoding: 'deflate' });
    await send(Buffer.from(body.toString('base64')), { contentEncoding: 'base64' });
    assert.deepEqual(noted(await read(probe)), [marker, marker, marker]);
    await send(Buffer.from(`note: ${marker}`), { contentEncoding: 'gzip' });
    await send(gzipSync(Buffer.alloc(20 * 1024 * 1024)), { contentEncoding: 'gzip' });
    const [wrong, bomb] = (await read(probe)).candidates.slice(3);
    assert.deepEqual(wrong?.select('/note: (.*)/'), { fits: true, values: [marker] });
    assert.match(bomb?.closed ?? '', /more than 8 MB/);
  });

  test('takes headers as they come, whatever names and values they have', async () => {
    const probe = await opened();
    const deep: Record<string, unknown> = {};
    let at = deep;
    for (let level = 0; level < 60; level += 1) {
      const inner: Record<string, unknown> = { level };
      at['in'] = inner;
      at = inner;
    }
    const headers = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x"}');
    await send(marker, {
      headers: { ...headers, deep, bytes: Buffer.from([0xff, 0xfe]), when: { '!': 'timestamp', value: 1_790_000_000 } },
    });
    const [one] = (await read(probe)).candidates;
    assert.deepEqual(one?.select('$.headers.when'), { fits: true, values: ['2026-09-21T14:13:20.000Z'] });
    assert.deepEqual(one?.select('$.body.note'), { fits: true, values: [marker] });
    assert.equal(Reflect.get({}, 'polluted'), undefined);
  });

  test('hears the routing keys or headers it is bound to, and only those', async () => {
    await channel.assertExchange('exact', 'direct');
    await channel.assertExchange('sorted', 'headers');
    const [some, exact, sorted] = [
      await opened({ binding: ['booking.created', 'booking.changed'] }),
      await opened({ exchange: 'exact', binding: 'a' }),
      await opened({ exchange: 'sorted', type: 'headers', headers: { kind: 'booking' } }),
    ];
    await send('1');
    await send('2', {}, 'booking.changed');
    await send('3', {}, 'booking.gone');
    const body = (note: string): Buffer => Buffer.from(JSON.stringify({ note }));
    channel.publish('exact', 'a', body('4'));
    channel.publish('exact', 'b', body('5'));
    channel.publish('sorted', '', body('6'), { headers: { kind: 'booking' } });
    channel.publish('sorted', '', body('7'), { headers: { kind: 'other' } });
    await channel.waitForConfirms();
    assert.deepEqual(noted(await read(some)), ['1', '2']);
    assert.deepEqual(noted(await read(exact)), ['4']);
    assert.deepEqual(noted(await read(sorted)), ['6']);
  });

  test('proves nothing by silence where it may be bound to what never comes', async () => {
    await channel.assertExchange('exact', 'direct');
    const probe = await opened({ exchange: 'exact' });
    const { unseen, whole } = await read(probe);
    assert.equal(whole, false);
    assert.match(
      unseen?.message ?? '',
      /nothing came from exchange exact since the send, and what type it is is not known/,
    );
    await probe.close?.();
    // A key may be mistyped; what hears all that is published there knows that nothing was.
    const keyed = await opened({ binding: 'booking.created' });
    assert.match(
      (await read(keyed)).unseen?.message ?? '',
      /nothing came from exchange bookings for booking\.created since the send: either the app put nothing there, or/,
    );
    await send('another');
    assert.equal((await read(keyed)).whole, true);
    await keyed.close?.();
    for (const more of [{ type: 'topic' }, { exchange: 'amq.topic' }] as const) {
      const sure = await opened(more);
      assert.equal((await read(sure)).whole, true, JSON.stringify(more));
      await sure.close?.();
    }
  });

  test('says of a send that was before it that a tap cannot know', async () => {
    await send(marker);
    const probe = await opened();
    const { unseen, candidates, whole } = await read(probe, new Date(Date.now() - 3_600_000));
    assert.deepEqual(candidates, []);
    assert.equal(whole, false);
    assert.equal(unseen?.kind, 'not-observable');
    assert.match(unseen.message, /what passed before \S+ \S+ UTC was not heard$/);
  });

  test('leaves queues, bindings and messages as they were, and nothing of its own', async () => {
    const bindings = async (): Promise<unknown> => server.api('GET', `bindings/${vhost}`);
    const queues = async (): Promise<string[]> =>
      ((await server.api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[]).map(({ name }) => name);
    const before = await bindings();
    const probe = await opened();
    for (let count = 0; count < 5; count += 1) await send(`${count}`);
    for (let count = 0; count < 10; count += 1) assert.equal((await read(probe)).candidates.length, 5);
    assert.equal((await queues()).length, 2);
    await probe.close?.();
    assert.deepEqual(await queues(), ['push']);
    assert.deepEqual(await bindings(), before);
    for (let count = 0; count < 5; count += 1) {
      const message = await channel.get('push', { noAck: true });
      assert.ok(message);
      assert.equal(message.fields.redelivered, false);
      assert.equal(message.properties.headers?.['x-death'], undefined);
    }
    assert.equal(await channel.get('push'), false);
  });
});
