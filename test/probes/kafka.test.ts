// What a look at Kafka shows and asks for, against a stand-in that follows the published protocol: no broker was seen.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { FaultKind, Reading } from '../../smoke/core/look.ts';
import { kafka } from '../../smoke/probes/kafka/kafka.ts';
import type { KafkaOptions } from '../../smoke/probes/kafka/kafka-options.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { type KafkaStandIn, kafkaStandIn } from '../servers/kafka-stand-in.ts';

const marker = 'smk-42rcxa7100000001';

describe('kafka, against a stand-in that follows the published protocol', () => {
  const started = async (t: TestContext): Promise<KafkaStandIn> => {
    const broker = await kafkaStandIn('bookings');
    t.after(() => broker.close());
    return broker;
  };
  const opened = async (t: TestContext, options: KafkaOptions, ahead = 0): Promise<Probe<KafkaOptions>> => {
    assert.ok(kafka.open);
    const host = testHost();
    const clock = { ...host.clock, wall: () => new Date(Date.now() + ahead) };
    const probe = await kafka.open(options, { ...host, clock });
    t.after(() => probe.close?.());
    return probe;
  };
  const isBlind = (kind: FaultKind) => (error: unknown) => {
    assert.ok(error instanceof Blind, String(error));
    assert.equal(error.fault.kind, kind, error.message);
    return true;
  };
  const at = ({ address }: KafkaStandIn, more: Partial<KafkaOptions> = {}): KafkaOptions => ({
    brokers: address,
    topic: 'bookings',
    ...more,
  });
  const read = (probe: Probe<KafkaOptions>, options: KafkaOptions, since = new Date()): Promise<Reading> =>
    probe.read(options, testContext({ since }));

  test('shows what came to any partition since it was opened, with key, headers and time, and keeps it', async (t) => {
    const broker = await started(t);
    broker.put({ value: 'early' });
    const options = at(broker);
    const probe = await opened(t, options);
    broker.put({
      value: `{"note":"${marker}"}`,
      partition: 1,
      key: '8841',
      headers: { trace: 'x' },
      at: 1_700_000_000_000,
    });
    const { candidates, whole } = await read(probe, options);
    assert.equal(whole, true);
    assert.deepEqual(
      candidates.map(({ source }) => source),
      ['message 0 of bookings/1'],
    );
    const [one] = candidates;
    assert.deepEqual(one?.select('$.note'), { fits: true, values: [marker] });
    assert.deepEqual(one?.select('header:Kafka-Key'), { fits: true, values: ['8841'] });
    assert.deepEqual(one?.select('header:trace'), { fits: true, values: ['x'] });
    assert.equal(one?.at, '2023-11-14T22:13:20.000Z');
    broker.trim(1, 1);
    assert.equal((await read(probe, options)).candidates.length, 1, 'what was read stays known');
  });

  test('asks for versions, metadata, offsets and messages, and for nothing of any group', async (t) => {
    const broker = await started(t);
    const options = at(broker);
    const probe = await opened(t, options);
    broker.put({ value: marker });
    await read(probe, options);
    await probe.close?.();
    assert.deepEqual([...new Set(broker.asked())].sort(), [1, 18, 2, 3]);
  });

  test('reads a partition that appears after it was opened from its beginning', async (t) => {
    const broker = await started(t);
    const options = at(broker);
    const probe = await opened(t, options);
    broker.put({ value: marker, partition: 2 });
    const { candidates } = await read(probe, options);
    assert.deepEqual(
      candidates.map(({ source }) => source),
      ['message 0 of bookings/2'],
    );
  });

  test('finds a message among 5,000 others, and says where it kept only the newest', async (t) => {
    const broker = await started(t);
    const [all, few] = [at(broker), at(broker, { limit: 100 })];
    const probes = [await opened(t, all), await opened(t, few)] as const;
    for (let count = 0; count < 5000; count += 1) broker.put({ value: `other ${count}`, partition: count % 2 });
    broker.put({ value: marker });
    const reading = await read(probes[0], all);
    assert.equal(reading.candidates.length, 5001);
    assert.equal(reading.whole, true);
    assert.equal(reading.candidates.filter((one) => one.text().includes(marker)).length, 1);
    const newest = await read(probes[1], few);
    assert.equal(newest.candidates.length, 100);
    assert.equal(newest.unseen?.kind, 'gave-up');
  });

  test('claims no absence where messages were dropped before they were read', async (t) => {
    const broker = await started(t);
    const options = at(broker);
    const probe = await opened(t, options);
    for (let count = 0; count < 3; count += 1) broker.put({ value: `message ${count}` });
    broker.trim(0, 2);
    const reading = await read(probe, options);
    assert.deepEqual(
      reading.candidates.map((one) => one.text()),
      ['message 2'],
    );
    assert.equal(reading.unseen?.kind, 'gave-up');
  });

  test('claims no absence where compaction took a message before it was read', async (t) => {
    const broker = await started(t);
    const options = at(broker);
    const probe = await opened(t, options);
    for (let count = 0; count < 3; count += 1) broker.put({ value: `message ${count}`, key: '8841' });
    assert.equal((await read(probe, options)).unseen, undefined);
    for (let count = 3; count < 5; count += 1) broker.put({ value: `message ${count}`, key: '8841' });
    broker.compact(0, 3);
    const reading = await read(probe, options);
    assert.equal(reading.candidates.length, 4);
    assert.equal(reading.unseen?.kind, 'gave-up');
  });

  test('goes back by time for a send of the past', async (t) => {
    const broker = await started(t);
    const now = Date.now();
    for (const age of [90_000, 60_000, 30_000]) broker.put({ value: `${age} ago`, at: now - age });
    const options = at(broker);
    const probe = await opened(t, options);
    const reading = await read(probe, options, new Date(now - 70_000));
    assert.deepEqual(
      reading.candidates.map((one) => one.text()),
      ['60000 ago', '30000 ago'],
    );
    assert.equal(reading.whole, true);
  });

  test('is blind where a leader moved, a right is missing or the topic is, and looks again', async (t) => {
    const broker = await started(t);
    const options = at(broker);
    const probe = await opened(t, options);
    broker.put({ value: marker });
    for (const [code, kind] of [
      [6, 'busy'],
      [29, 'permission'],
    ] as const) {
      broker.failFetches(code);
      await assert.rejects(read(probe, options), isBlind(kind));
    }
    broker.failFetches(0);
    assert.equal((await read(probe, options)).candidates.length, 1);
    await assert.rejects(opened(t, at(broker, { topic: 'nobody' })), isBlind('wrong-answer'));
  });

  test('is blind where nobody listens, and ends a look that is aborted', async (t) => {
    const broker = await started(t);
    await assert.rejects(opened(t, { brokers: '127.0.0.1:1', topic: 'bookings' }), isBlind('refused'));
    const options = at(broker);
    const probe = await opened(t, options);
    broker.stall();
    const stop = new AbortController();
    const reading = probe.read(options, testContext({ signal: stop.signal }));
    stop.abort(new Error('the time is up'));
    await assert.rejects(reading, /the time is up/);
  });

  test('takes brokers with their port, a topic, and who asks', async () => {
    const given = { brokers: ['kafka-1.example:9092'], topic: 'bookings' };
    const sasl = { mechanism: 'PLAIN', username: 'smoketrail', password: 'secret' };
    const faults = async (options: object): Promise<number> =>
      (await kafka.options['~standard'].validate(options)).issues?.length ?? 0;
    assert.equal(await faults({ ...given, sasl, tls: true }), 0);
    assert.ok((await faults({ ...given, brokers: 'kafka-1.example' })) > 0);
    assert.ok((await faults({ ...given, topic: 'book ings' })) > 0);
    assert.ok((await faults({ ...given, sasl: { ...sasl, mechanism: 'GUESS' } })) > 0);
    assert.equal(kafka.title?.(given), 'topic bookings');
    assert.match(kafka.summary, /^Experimental/);
  });
});
