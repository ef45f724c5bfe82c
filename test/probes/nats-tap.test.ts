// What a tap on NATS does when something comes, and when its server goes and comes back.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { nats } from '../../smoke/probes/nats/nats.ts';
import type { NatsOptions } from '../../smoke/probes/nats/nats-options.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type NatsServer, natsServer } from '../servers/nats.ts';

const marker = 'smk-42rcxa7100000001';

type Place = Omit<NatsOptions, 'url'>;

describe('a tap on nats', { skip: without('nats') }, () => {
  let server: NatsServer;
  before(async () => {
    server = await natsServer();
  });
  after(() => server.close());

  const opened = async (place: Place, url = server.url): Promise<Probe<NatsOptions>> => {
    assert.ok(nats.open);
    return nats.open({ url, ...place }, testHost());
  };
  const read = (probe: Probe<NatsOptions>, place: Place): Promise<Reading> =>
    probe.read({ url: server.url, ...place }, testContext());
  const publish = async (subject: string, text: string): Promise<void> => {
    server.client.publish(subject, text);
    await server.client.flush();
  };
  const holding = ({ candidates }: Reading, text = marker) =>
    candidates.filter((candidate) => candidate.text().includes(text));

  test('wakes at once when something comes, and when it came since the last look began', async () => {
    const place = { subject: 'orders.>' };
    const probe = await opened(place);
    const { signal } = new AbortController();
    await read(probe, place);
    const woken = probe.changed?.(signal);
    await publish('orders.created', marker);
    await woken;
    await probe.changed?.(signal);
    await read(probe, place);
    const stop = new AbortController();
    const never = probe.changed?.(stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(async () => never, /enough/);
    await probe.close?.();
  });

  test('goes deaf when the server is killed, says so, and hears again, with the gap told', async () => {
    const place = { subject: 'orders.>' };
    const probe = await opened(place);
    await publish('orders.created', `first ${marker}`);
    await read(probe, place);
    const looked = new Date();
    const deaf = assert.rejects(async () => probe.changed?.(new AbortController().signal));
    await testHost().clock.wait(200);
    await server.kill();
    await deaf;
    await assert.rejects(read(probe, place), (error) => error instanceof Blind && error.fault.kind === 'refused');
    await server.start();
    const back = await read(probe, place);
    assert.equal(holding(back, 'first').length, 1);
    assert.equal(back.whole, false);
    assert.equal(back.unseen?.kind, 'not-observable');
    assert.match(
      back.unseen?.message ?? '',
      /^the tap went deaf: what passed between \S+ and \S+ may not have been seen$/,
    );
    const [from = ''] = /[\d:.]+/.exec(back.unseen?.message.slice('the tap went deaf:'.length) ?? '') ?? [];
    assert.ok(from <= looked.toISOString().slice(11, 23), `${from}: it is not sure of anything since the last look`);
    await publish('orders.created', `second ${marker}`);
    const later = await read(probe, place);
    assert.equal(holding(later, 'second').length, 1, 'nothing twice');
    assert.equal(later.unseen?.kind, 'not-observable', 'the gap stays');
    await probe.close?.();
  });

  test('hears of a server that comes up after it was opened, and claims nothing of the time before', async () => {
    const place = { subject: 'orders.>' };
    await server.kill();
    const probe = await opened(place);
    await assert.rejects(read(probe, place), (error) => error instanceof Blind && error.fault.kind === 'refused');
    await server.start();
    // Two looks at once take the server's answer once.
    await Promise.all([read(probe, place), read(probe, place)]);
    await publish('orders.created', marker);
    const reading = await read(probe, place);
    assert.equal(holding(reading).length, 1);
    assert.equal(reading.unseen?.kind, 'not-observable');
    await probe.close?.();
  });

  test('is blind where there is no such stream, or no JetStream', async () => {
    const isWrong = (hint: RegExp) => (error: unknown) =>
      error instanceof Blind && error.fault.kind === 'wrong-answer' && hint.test(error.fault.hint ?? '');
    await assert.rejects(opened({ stream: 'NOBODY' }), isWrong(/stream ls/));
    const plain = await natsServer({ jetstream: false });
    await assert.rejects(opened({ stream: 'ORDERS' }, plain.url), isWrong(/JetStream is on/));
    await plain.close();
  });
});
