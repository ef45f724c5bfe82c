// What a look at NATS shows of messages on their way, with a real server and real consumers.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { jetstream } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import type { Reading } from '../../smoke/core/look.ts';
import { nats } from '../../smoke/probes/nats/nats.ts';
import type { NatsOptions } from '../../smoke/probes/nats/nats-options.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { contentOf, type NatsServer, natsServer } from '../servers/nats.ts';

const marker = 'smk-42rcxa7100000001';

type Place = Omit<NatsOptions, 'url'>;

describe('nats', { skip: without('nats') }, () => {
  let server: NatsServer;
  before(async () => {
    server = await natsServer();
  });
  beforeEach(async () => {
    for await (const { config } of server.manager.streams.list()) await server.manager.streams.delete(config.name);
  });
  after(() => server.close());

  const opened = async (place: Place, url = server.url): Promise<Probe<NatsOptions>> => {
    assert.ok(nats.open);
    return nats.open({ url, ...place }, testHost());
  };
  const read = (probe: Probe<NatsOptions>, place: Place, since = new Date()): Promise<Reading> =>
    probe.read({ url: server.url, ...place }, testContext({ since }));
  const publish = async (subject: string, text: string, others: Record<string, string> = {}): Promise<void> => {
    const given = headers();
    for (const [name, value] of Object.entries(others)) given.set(name, value);
    server.client.publish(subject, text, { headers: given });
    await server.client.flush();
  };
  const holding = ({ candidates }: Reading, text = marker) =>
    candidates.filter((candidate) => candidate.text().includes(text));
  const stream = (retention: 'limits' | 'workqueue' | 'interest', more = {}) =>
    server.manager.streams.add({ name: 'ORDERS', subjects: ['orders.>'], retention, ...more });
  const worker = async (take: (text: string) => void): Promise<() => Promise<unknown>> => {
    await server.manager.consumers.add('ORDERS', { durable_name: 'worker', ack_policy: 'explicit' as never });
    const consumer = await jetstream(server.client).consumers.get('ORDERS', 'worker');
    const messages = await consumer.consume({
      callback: (message) => void message.ackAck().then(() => take(message.string())),
    });
    return () => messages.close();
  };

  test('proves nothing by a subject that the stream does not store, nor by a stream that follows another one', async () => {
    await stream('limits');
    await publish('orders.made', marker);
    const place = { stream: 'ORDERS', subject: 'order.*' };
    const probe = await opened(place);
    const mistyped = await read(probe, place);
    assert.match(mistyped.unseen?.message ?? '', /stream ORDERS stores nothing on order\.\*/);
    assert.match(mistyped.unseen?.hint ?? '', /It stores orders\.>/);
    await probe.close?.();
    for (const subject of ['orders.made', '*.made', 'orders.>', '>']) {
      const right = await opened({ ...place, subject });
      assert.equal((await read(right, { ...place, subject })).unseen, undefined, subject);
      await right.close?.();
    }
    await server.manager.streams.add({ name: 'COPY', mirror: { name: 'ORDERS' } });
    const mirrored = { stream: 'COPY', subject: 'orders.*' };
    const copy = await opened(mirrored);
    const reading = await read(copy, mirrored);
    assert.equal(reading.unseen, undefined);
    assert.match(reading.doubt ?? '', /takes its messages from another one/);
    await copy.close?.();
  });

  test('a message that a step publishes carries the trace of its marker, which a look finds in its headers', async () => {
    const place = { subject: 'orders.created' };
    const probe = await opened(place);
    const trigger = await nats.trigger?.(testHost());
    assert.ok(trigger);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { signal, cookies, owner } = testContext();
    const sent = await trigger.fire(
      { url: server.url, ...place, text: marker },
      { signal, cookies, owner, trace: { traceparent } },
    );
    assert.equal(sent.outcome, 'done', sent.summary);
    const [seen] = holding(await read(probe, place));
    assert.deepEqual(seen?.select('header:traceparent'), { fits: true, values: [traceparent] });
    await probe.close?.();
  });

  test('sees 100 of 100 messages that a worker of a queue group takes at once, and the worker gets them all', async () => {
    const taken: string[] = [];
    const group = server.client.subscribe('orders.*', {
      queue: 'workers',
      callback: (_error, message) => void taken.push(message.string()),
    });
    await server.client.flush();
    const place = { subject: 'orders.>' };
    const probe = await opened(place);
    for (let count = 0; count < 100; count += 1) {
      const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
      await publish('orders.created', JSON.stringify({ note }));
      assert.equal(holding(await read(probe, place), note).length, 1, `message ${count}`);
    }
    assert.equal(taken.length, 100);
    group.unsubscribe();
    await probe.close?.();
  });

  test('sees 100 of 100 messages of a work queue by its subject, though each is taken before anybody can read it', async () => {
    await stream('workqueue');
    let taken = Promise.withResolvers<string>();
    const stop = await worker((text) => taken.resolve(text));
    const place = { subject: 'orders.created' };
    const probe = await opened(place);
    for (let count = 0; count < 100; count += 1) {
      const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
      taken = Promise.withResolvers();
      await publish('orders.created', note);
      assert.equal(await taken.promise, note);
      assert.equal(holding(await read(probe, place), note).length, 1, `message ${count}`);
    }
    await stop();
    await probe.close?.();
  });

  test('reads what waits in a work queue, and says of what was taken that nothing is left of it', async () => {
    await stream('workqueue');
    const place = { stream: 'ORDERS' };
    const probe = await opened(place);
    await publish('orders.created', `{"note":"${marker}"}`);
    const waits = await read(probe, place);
    assert.equal(waits.whole, true);
    assert.equal(waits.by, 'residue');
    assert.equal(waits.candidates[0]?.source, 'message 1 of stream ORDERS (orders.created)');
    const two = Promise.withResolvers<void>();
    const stop = await worker((text) => text === 'second' && two.resolve());
    await publish('orders.created', 'second');
    await two.promise;
    const taken = await read(probe, place);
    assert.equal(holding(taken).length, 1, 'what was read stays known');
    assert.equal(taken.whole, false);
    assert.equal(taken.unseen?.kind, 'not-observable');
    assert.match(taken.unseen?.message ?? '', /^1 message of stream ORDERS may have been taken/);
    assert.match(taken.unseen?.hint ?? '', /`subject`/);
    await stop();
    await probe.close?.();
  });

  for (const place of [{ subject: 'orders.>' }, { stream: 'ORDERS' }] as const)
    test(`keeps an interest stream as it is, its consumer included: ${JSON.stringify(place)}`, async () => {
      const { manager } = server;
      await stream('interest');
      await manager.consumers.add('ORDERS', { durable_name: 'worker', ack_policy: 'explicit' as never });
      const probe = await opened(place);
      await publish('orders.created', marker);
      const before = await contentOf(manager, 'ORDERS');
      for (let count = 0; count < 10; count += 1) assert.equal(holding(await read(probe, place)).length, 1);
      assert.deepEqual(await contentOf(manager, 'ORDERS'), before);
      const consumer = await jetstream(server.client).consumers.get('ORDERS', 'worker');
      await (await consumer.next())?.ackAck();
      const { state } = await manager.streams.info('ORDERS');
      assert.equal(state.messages, 0, 'nobody but the worker has an interest');
      assert.equal(state.consumer_count, 1);
      await probe.close?.();
    });

  test('finds a message among 10,000 others, by its subject and in its stream', async () => {
    await stream('limits');
    for (const place of [
      { subject: 'orders.>', limit: 20_000 },
      { stream: 'ORDERS', limit: 20_000 },
    ]) {
      const probe = await opened(place);
      for (let count = 0; count < 10_000; count += 1) server.client.publish('orders.created', `other ${count}`);
      await publish('orders.created', marker);
      await server.manager.streams.info('ORDERS');
      const reading = await read(probe, place);
      assert.equal(reading.candidates.length, 10_001);
      assert.equal(holding(reading).length, 1);
      assert.equal(reading.whole, true);
      await probe.close?.();
    }
  });

  test('says that it gave up where more came than it keeps or reads', async () => {
    await stream('limits');
    for (const place of [
      { subject: 'orders.>', limit: 10 },
      { stream: 'ORDERS', limit: 10 },
    ]) {
      const probe = await opened(place);
      for (let count = 0; count < 25; count += 1) await publish('orders.created', `message ${count}`);
      const reading = await read(probe, place);
      assert.equal(reading.candidates.length, 10);
      assert.equal(reading.whole, false);
      assert.equal(reading.unseen?.kind, 'gave-up');
      assert.match(reading.unseen?.hint ?? '', /limit/);
      await read(probe, place);
      const last = await read(probe, place);
      assert.equal(holding(last, 'message 24').length, 1, 'the newest are kept');
      assert.equal(last.unseen?.kind, 'gave-up');
      await probe.close?.();
    }
  });

  test('goes back in a stream for a send of the past, and not in a subject', async () => {
    await stream('limits');
    for (let count = 0; count < 300; count += 1) await publish('orders.created', `old ${count}`);
    for (const seq of [2, 7, 8, 150, 299]) await server.manager.streams.deleteMessage('ORDERS', seq);
    const found = await server.manager.streams.getMessage('ORDERS', { seq: 200 });
    assert.ok(found);
    const place = { stream: 'ORDERS' };
    // As if it were opened long after these were sent.
    const late = testHost();
    const clock = { ...late.clock, wall: () => new Date(Date.now() + 60_000) };
    const probe = await nats.open?.({ url: server.url, ...place }, { ...late, clock });
    assert.ok(probe);
    const reading = await read(probe, place, found.time);
    const sources = reading.candidates.map(({ source }) => source.match(/\d+/)?.[0]);
    assert.ok(sources.includes('200') && sources.includes('300') && !sources.includes('150'));
    assert.ok(reading.cost.requests < 130, `${reading.cost.requests} requests`);
    assert.equal(reading.unseen?.kind, 'not-observable', 'one of them was deleted');
    await probe.close?.();
    const tap = await nats.open?.({ url: server.url, subject: 'orders.>' }, { ...late, clock });
    assert.ok(tap);
    const nothing = await read(tap, { subject: 'orders.>' }, found.time);
    assert.equal(nothing.unseen?.kind, 'not-observable');
    assert.match(nothing.unseen?.message ?? '', /before the tap was opened/);
    await tap.close?.();
  });

  test('selects by headers, and by subject, sequence and time as headers beside them', async () => {
    await stream('limits');
    const place = { stream: 'ORDERS', subject: 'orders.*.paid' };
    const probe = await opened(place);
    await publish('orders.7.created', 'no');
    await publish('orders.7.paid', `paid ${marker}`, { 'X-Booking': '8841' });
    const { candidates } = await read(probe, place);
    assert.equal(candidates.length, 1);
    const shown = ['X-Booking', 'Nats-Subject', 'Nats-Sequence', 'Nats-Stream'].map((name) =>
      candidates[0]?.select(`header:${name}`),
    );
    assert.deepEqual(
      shown.map((picked) => (picked?.fits ? picked.values : [])),
      [['8841'], ['orders.7.paid'], ['2'], ['ORDERS']],
    );
    assert.match(candidates[0]?.at ?? '', /^20\d\d-/);
    await probe.close?.();
  });

  test('claims no absence in a stream that was purged, made anew, or lost what it held in memory', async () => {
    const place = { stream: 'ORDERS' };
    await stream('limits', { storage: 'memory' });
    await publish('orders.created', 'early');
    const probe = await opened(place);
    await publish('orders.created', marker);
    await server.manager.streams.purge('ORDERS');
    const purged = await read(probe, place);
    assert.equal(purged.unseen?.kind, 'not-observable');
    await probe.close?.();
    const again = await opened(place);
    assert.equal((await read(again, place)).whole, true);
    await server.manager.streams.delete('ORDERS');
    await assert.rejects(read(again, place), (error) => error instanceof Blind && error.fault.kind === 'wrong-answer');
    await stream('limits', { storage: 'memory' });
    await publish('orders.created', 'new');
    const anew = await read(again, place);
    assert.equal(anew.unseen?.kind, 'not-observable');
    assert.equal(holding(anew, 'new').length, 1);
    await again.close?.();
    const third = await opened(place);
    await publish('orders.created', 'third');
    await read(third, place);
    await server.kill();
    await server.start();
    // This server forgets such a stream altogether.
    await stream('limits', { storage: 'memory' });
    const emptied = await read(third, place);
    assert.equal(emptied.unseen?.kind, 'not-observable');
    await third.close?.();
  });
});
