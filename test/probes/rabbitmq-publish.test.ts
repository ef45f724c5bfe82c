// What a step publishes on RabbitMQ, how it says that it did, and what the firehose repeats of messages that no exchange
// of anybody's shows.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import type { ConfirmChannel } from 'amqplib';
import type { Reading } from '../../smoke/core/look.ts';
import type { Probe, Sent } from '../../smoke/probes/plugin.ts';
import { rabbitmq } from '../../smoke/probes/rabbitmq/rabbitmq.ts';
import type { RabbitmqOptions } from '../../smoke/probes/rabbitmq/rabbitmq-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';

const marker = 'smk-42rcxa7100000001';

describe('rabbitmq', { skip: without('rabbitmq') }, () => {
  let server: RabbitServer;
  let vhost: string;
  let channel: ConfirmChannel;
  let url: string;
  const probes: Probe<RabbitmqOptions>[] = [];
  before(async () => {
    server = await rabbitServer();
  });
  beforeEach(async () => {
    vhost = await server.vhost();
    url = server.url(vhost);
    channel = await (await server.client(vhost)).createConfirmChannel();
    await channel.assertExchange('bookings', 'topic');
    await channel.assertQueue('push');
    await channel.bindQueue('push', 'bookings', 'booking.#');
  });
  afterEach(async () => {
    for (const probe of probes.splice(0)) await probe.close?.();
  });
  after(() => server?.close());

  const fire = async (
    options: Partial<RabbitmqOptions>,
    idempotencyKey?: string,
    trace?: Readonly<Record<string, string>>,
  ): Promise<Sent> => {
    const trigger = await rabbitmq.trigger?.(testHost());
    assert.ok(trigger);
    const { signal, cookies, owner } = testContext();
    const given = { url, exchange: 'bookings', 'routing-key': 'booking.created', ...options };
    return trigger.fire(given, {
      signal,
      cookies,
      owner,
      ...(idempotencyKey !== undefined && { idempotencyKey }),
      ...(trace !== undefined && { trace }),
    });
  };

  test('a message carries the trace of the marker, where it has no such headers itself', async () => {
    const trace = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', baggage: 'a=1' };
    await fire({ text: marker, headers: { Baggage: 'tenant=7' } }, undefined, trace);
    const message = await channel.get('push', { noAck: true });
    assert.ok(message);
    assert.deepEqual(message.properties.headers, { traceparent: trace.traceparent, Baggage: 'tenant=7' });
  });

  test('publishes a message with its headers and properties, and is done once the broker has it', async () => {
    const sent = await fire(
      {
        json: { booking: 2n ** 60n, note: marker },
        headers: { tenant: 'north', tries: 2 },
        properties: { 'message-id': 'm-1', 'correlation-id': 'c-1', 'app-id': 'smoke', type: 'created', priority: 3 },
      },
      'key-1',
    );
    assert.equal(sent.outcome, 'done', sent.summary);
    assert.equal(sent.summary, 'publish to bookings (routing key booking.created): confirmed');
    const message = await channel.get('push', { noAck: true });
    assert.ok(message);
    assert.equal(message.content.toString(), `{"booking":1152921504606846976,"note":"${marker}"}`);
    const { headers, contentType, deliveryMode, messageId, correlationId, appId, type, priority } = message.properties;
    assert.deepEqual({ ...headers }, { tenant: 'north', tries: 2 });
    assert.deepEqual(
      { contentType, deliveryMode, messageId, correlationId, appId, type, priority },
      {
        contentType: 'application/json',
        deliveryMode: 2,
        messageId: 'm-1',
        correlationId: 'c-1',
        appId: 'smoke',
        type: 'created',
        priority: 3,
      },
    );
  });

  test('publishes a text, to a queue by its name, with the key of a step that is tried again as its id', async () => {
    const sent = await fire({ exchange: '', 'routing-key': 'push', text: `note: ${marker}` }, 'key-1');
    assert.equal(sent.outcome, 'done', sent.summary);
    const message = await channel.get('push', { noAck: true });
    assert.ok(message);
    assert.equal(message.content.toString(), `note: ${marker}`);
    assert.equal(message.properties.messageId, 'key-1');
    assert.equal(message.properties.contentType, undefined);
  });

  test('is refused where no queue takes it, the exchange is missing, or the account may not write', async () => {
    const unrouted = await fire({ 'routing-key': 'other', text: marker });
    assert.equal(unrouted.outcome, 'refused');
    assert.match(unrouted.fault?.message ?? '', /no queue took it/);
    assert.match(unrouted.fault?.hint ?? '', /bound to the exchange/);
    const missing = await fire({ exchange: 'bookngs', text: marker });
    assert.equal(missing.outcome, 'refused');
    assert.match(missing.fault?.message ?? '', /NOT_FOUND - no exchange 'bookngs'/);
    await server.user('reader', vhost, { configure: '^$', write: '^$', read: '.*' });
    const denied = await fire({ url: server.url(vhost, 'reader'), text: marker });
    assert.equal(denied.outcome, 'refused');
    assert.equal(denied.fault?.kind, 'permission');
    assert.match(denied.fault?.hint ?? '', /`write` on the exchange bookings/);
    const nobody = await fire({ url: 'amqp://127.0.0.1:1/', text: marker });
    assert.equal(nobody.outcome, 'refused');
    assert.equal(nobody.fault?.kind, 'refused');
    assert.equal((await channel.checkQueue('push')).messageCount, 0);
  });

  test('is unknown where the broker says no for one queue, since others may have it', async () => {
    await channel.assertQueue('full', { maxLength: 1, overflow: 'reject-publish' });
    await channel.bindQueue('full', 'bookings', '#');
    assert.equal((await fire({ text: 'first' })).outcome, 'done');
    const second = await fire({ text: marker });
    assert.equal(second.outcome, 'unknown');
    assert.match(second.fault?.message ?? '', /nack/);
    assert.equal((await channel.checkQueue('push')).messageCount, 2);
  });

  const opened = async (more: Partial<RabbitmqOptions>): Promise<Probe<RabbitmqOptions>> => {
    assert.ok(rabbitmq.open);
    const probe = await rabbitmq.open({ url, firehose: true, ...more }, testHost());
    probes.push(probe);
    return probe;
  };
  const read = (probe: Probe<RabbitmqOptions>): Promise<Reading> =>
    probe.read({ url }, testContext({ since: new Date(Date.now() - 5000) }));
  const publish = async (exchange: string, key: string, note: string): Promise<void> => {
    channel.publish(exchange, key, Buffer.from(JSON.stringify({ note })), { headers: { tenant: 'north' } });
    await channel.waitForConfirms();
  };

  test('sees by the firehose what is published to the default exchange, once each, and who was given it', async () => {
    await server.ctl('trace_on', '-p', vhost);
    const [probe, byDefault] = [await opened({ queue: 'push' }), await opened({ exchange: '' })];
    await channel.assertQueue('other');
    await publish('', 'push', marker);
    await publish('', 'push', marker);
    await publish('', 'other', 'not for us');
    await publish('bookings', 'booking.created', 'by an exchange');
    const sources = async (): Promise<string[]> => (await read(probe)).candidates.map(({ source }) => source);
    const waiting = 'message to the default exchange (routing key push)';
    assert.deepEqual(await sources(), [waiting, waiting, 'message to bookings (routing key booking.created)']);
    assert.equal((await read(byDefault)).candidates.length, 3);
    const reading = await read(probe);
    assert.equal(reading.unseen?.kind, 'not-observable', 'nothing tells that it still is on');
    const [first] = reading.candidates;
    assert.deepEqual(first?.select('$.body.note'), { fits: true, values: [marker] });
    assert.deepEqual(first?.select('$.headers.tenant'), { fits: true, values: ['north'] });
    const held = await channel.get('push');
    assert.ok(held);
    assert.deepEqual((await sources()).slice(0, 2), [`${waiting}, delivered from push`, waiting]);
    channel.nack(held, false, true);
    const again = await channel.get('push', { noAck: true });
    assert.ok(again);
    assert.equal(again.fields.redelivered, true);
    const [taken, second] = (await read(probe)).candidates;
    assert.deepEqual(taken?.select('redelivered'), { fits: true, values: ['true'] });
    assert.equal(second?.source, waiting);
  });

  test('proves nothing by a firehose that is switched off, and says who switches it on', async () => {
    const probe = await opened({ queue: 'push' });
    await publish('', 'push', marker);
    const { candidates, whole, unseen } = await read(probe);
    assert.deepEqual(candidates, []);
    assert.equal(whole, false);
    assert.equal(unseen?.kind, 'not-observable');
    assert.match(unseen.hint ?? '', /`rabbitmqctl trace_on -p VHOST`/);
  });

  test('proves nothing by a firehose that was switched off after it had shown another message', async () => {
    await server.ctl('trace_on', '-p', vhost);
    const probe = await opened({ queue: 'push' });
    await publish('', 'push', 'another');
    assert.equal((await read(probe)).candidates.length, 1);
    await server.ctl('trace_off', '-p', vhost);
    await publish('', 'push', marker);
    const { candidates, whole, unseen } = await read(probe);
    assert.equal(candidates.length, 1);
    assert.equal(whole, false);
    assert.equal(unseen?.kind, 'not-observable');
    assert.match(unseen.message, /does not say whether it is still on/);
    assert.match(unseen.hint ?? '', /Tap an exchange on the way/);
  });

  test('says before anything is sent which looks cannot be made', async () => {
    for (const [options, says] of [
      [{ exchange: '' }, /default exchange cannot be tapped there: say `firehose: true`/],
      [{ exchange: 'bookings', 'routing-key': 'x' }, /`routing-key` is for a step/],
      [{ exchange: 'bookings', type: 'direct' }, /exact routing keys only/],
      [{ exchange: 'bookings', type: 'headers' }, /name them as `headers`/],
    ] as const)
      assert.match(rabbitmq.lookFault?.(options) ?? '', says);
    assert.equal(rabbitmq.lookFault?.({ exchange: 'bookings', binding: 'booking.#' }), undefined);
    for (const [options, says] of [
      [{ url }, /name the exchange/],
      [{ url, exchange: 'b', queue: 'push' }, /goes with `firehose: true`/],
      [{ url, firehose: true, binding: '#' }, /has no binding/],
      [{ url, exchange: 'b', ca: './ca.pem' }, /must begin with amqps/],
      [{ url, exchange: 'b', json: 1, text: 'x' }, /only one of json and text/],
      [{ url: 'http://127.0.0.1/', exchange: 'b' }, /must begin with amqp/],
    ] as const) {
      const { issues = [] } = await rabbitmq.options['~standard'].validate(options);
      assert.match(issues.map(({ message }) => message).join(), says);
    }
  });
});
