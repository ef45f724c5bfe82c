// What a look at RabbitMQ says where it cannot hear, or could not for a while: never that something is absent.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import type { ConfirmChannel } from 'amqplib';
import type { FaultKind, Reading } from '../../smoke/core/look.ts';
import { Blind, type Host, type Probe } from '../../smoke/probes/plugin.ts';
import { rabbitmq } from '../../smoke/probes/rabbitmq/rabbitmq.ts';
import type { RabbitmqOptions } from '../../smoke/probes/rabbitmq/rabbitmq-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RabbitServer, rabbitServer } from '../servers/rabbitmq.ts';
import { certificate } from './certificate.ts';

const marker = 'smk-42rcxa7100000001';

describe('rabbitmq', { skip: without('rabbitmq') }, () => {
  let server: RabbitServer;
  const probes: Probe<RabbitmqOptions>[] = [];
  before(async () => {
    server = await rabbitServer();
  });
  afterEach(async () => {
    server.thaw();
    for (const probe of probes.splice(0)) await probe.close?.();
    await server.start();
  });
  after(() => server?.close());

  const opened = async (options: RabbitmqOptions, more: Partial<Host> = {}): Promise<Probe<RabbitmqOptions>> => {
    assert.ok(rabbitmq.open);
    const probe = await rabbitmq.open(options, testHost(more));
    probes.push(probe);
    return probe;
  };
  const read = (probe: Probe<RabbitmqOptions>, since = new Date(Date.now() - 5000)): Promise<Reading> =>
    probe.read({ url: server.url() }, testContext({ since, signal: AbortSignal.timeout(20_000) }));
  const blindAs = async (looking: Promise<unknown>, kind: FaultKind, message: RegExp, hint?: RegExp): Promise<void> => {
    const fault = await looking.then(
      () => assert.fail('it could look'),
      (error: unknown) => {
        assert.ok(error instanceof Blind, String(error));
        return error.fault;
      },
    );
    assert.match(fault.message, message);
    assert.equal(fault.kind, kind);
    if (hint !== undefined) assert.match(fault.hint ?? '', hint);
  };
  /** A vhost with a durable exchange; the same once more where the broker was killed before it had written it down. */
  const system = async (
    known?: string,
  ): Promise<{ vhost: string; channel: ConfirmChannel; options: RabbitmqOptions }> => {
    const vhost = await server.vhost(known);
    const channel = await (await server.client(vhost)).createConfirmChannel();
    await channel.assertExchange('bookings', 'topic');
    return { vhost, channel, options: { url: server.url(vhost), exchange: 'bookings', type: 'topic' } };
  };
  const send = async (channel: ConfirmChannel, note: string): Promise<void> => {
    channel.publish('bookings', 'booking.created', Buffer.from(JSON.stringify({ note })));
    await channel.waitForConfirms();
  };
  /** Looks until one can see again. */
  const again = async (probe: Probe<RabbitmqOptions>, since: Date): Promise<Reading> => {
    for (let tries = 0; ; tries += 1) {
      try {
        return await read(probe, since);
      } catch (error) {
        if (!(error instanceof Blind) || tries > 100) throw error;
        await testHost().clock.wait(100);
      }
    }
  };
  const never = new AbortController().signal;

  test('hears an exchange again that was deleted and declared anew, and is deaf while there is none', async () => {
    const { channel, options } = await system();
    const since = new Date(Date.now() - 5000);
    const probe = await opened(options);
    await channel.deleteExchange('bookings');
    await blindAs(read(probe, since), 'wrong-answer', /NOT_FOUND - no exchange 'bookings'/, /Check the name/);
    await channel.assertExchange('bookings', 'topic');
    await again(probe, since);
    // A look binds the queue anew: the exchange is another one, and nobody told the tap.
    await channel.deleteExchange('bookings');
    await channel.assertExchange('bookings', 'topic');
    await read(probe, since);
    await send(channel, marker);
    const { candidates, unseen } = await read(probe, since);
    assert.equal(candidates.length, 1);
    assert.match(unseen?.message ?? '', /the tap went deaf: what passed from/);
  });

  for (const [how, cut] of [
    [
      'its queue was deleted',
      async (vhost: string) => {
        const queues = (await server.api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
        const [own] = queues.filter(({ name }) => name.startsWith('amq.gen-'));
        assert.ok(own);
        const named = `rabbit_misc:r(<<"${vhost}">>, queue, <<"${own.name}">>)`;
        await server.ctl(
          'eval',
          `{ok, Q} = rabbit_amqqueue:lookup(${named}), rabbit_amqqueue:delete(Q, false, false, <<"operator">>).`,
        );
      },
    ],
    [
      'its connection was closed by an operator',
      async (vhost: string) => {
        await server.ctl('close_all_connections', '-p', vhost, 'maintenance');
      },
    ],
  ] as const)
    test(`claims nothing of what passed while the tap was deaf, since ${how}`, async () => {
      const { vhost, channel, options } = await system();
      const since = new Date(Date.now() - 5000);
      const probe = await opened(options);
      await send(channel, 'before');
      await read(probe, since);
      const looked = new Date();
      await testHost().clock.wait(200);
      const changed = assert.rejects(async () => probe.changed?.(never), Blind);
      await cut(vhost);
      await changed;
      const other = await (await server.client(vhost)).createConfirmChannel();
      await again(probe, since);
      await send(other, marker);
      await probe.changed?.(never);
      const { candidates, whole, unseen } = await again(probe, since);
      assert.deepEqual(
        candidates.map((one) => one.select('$.body.note')),
        ['before', marker].map((note) => ({ fits: true, values: [note] })),
      );
      assert.equal(whole, false);
      assert.equal(unseen?.kind, 'not-observable');
      assert.match(
        unseen.message,
        /the tap went deaf: what passed from [\d:.]+ to [\d:.]+ may not have been heard \(.*(?:deleted|lost|CONNECTION_FORCED)/,
      );
      const [from = ''] = /(?<=passed from )\S+/.exec(unseen.message) ?? [];
      assert.ok(from <= looked.toISOString().slice(11, 23), `${from}: it is not sure of anything since the last look`);
      const later = await read(probe, new Date(Date.now() + 60_000));
      assert.equal(later.unseen, undefined, 'a send after that is not touched by it');
    });

  test('is blind while the broker is down, and sees again once it is back', async () => {
    const { vhost, channel, options } = await system();
    const since = new Date(Date.now() - 5000);
    const probe = await opened(options);
    await send(channel, 'before');
    const changed = probe.changed?.(never);
    await changed;
    await server.kill();
    await blindAs(
      read(probe, since),
      'refused',
      /^amqp:\/\/127\.0\.0\.1:\d+: (?:ECONNREFUSED|the connection was lost)/,
    );
    await assert.rejects(async () => probe.changed?.(never), Blind);
    await server.start();
    const back = await system(vhost);
    const { unseen, candidates } = await again(probe, since);
    assert.equal(candidates.length, 1, 'what was heard before stays known');
    assert.match(unseen?.message ?? '', /the tap went deaf: what passed from .* to /);
    await send(back.channel, marker);
    assert.equal((await again(probe, since)).candidates.length, 2);
  });

  test('hears from its first look on where the broker was not there when it was opened', async () => {
    const { vhost, options } = await system();
    const since = new Date(Date.now() - 5000);
    await server.kill();
    const probe = await opened(options);
    await blindAs(read(probe), 'refused', /ECONNREFUSED/);
    await server.start();
    const back = await system(vhost);
    assert.match((await again(probe, since)).unseen?.message ?? '', /the tap went deaf: what passed from/);
    await send(back.channel, marker);
    assert.equal((await read(probe, since)).candidates.length, 1);
  });

  test('ends a look at once that is aborted while the broker says nothing, and closes all the same', async () => {
    const { options } = await system();
    const probe = await opened(options);
    await read(probe);
    server.freeze();
    const stop = new AbortController();
    const looking = probe.read(options, testContext({ signal: stop.signal }));
    const began = performance.now();
    stop.abort(new Error('the time is up'));
    await assert.rejects(looking, /the time is up/);
    await probe.close?.();
    assert.ok(performance.now() - began < 4000);
  });

  test('names an exchange or a vhost that is not there, and makes neither', async () => {
    const { vhost, options } = await system();
    const probe = await opened({ ...options, exchange: 'bookngs' });
    await blindAs(read(probe), 'wrong-answer', /NOT_FOUND - no exchange 'bookngs' in vhost/, /name of the exchange/);
    assert.equal(await server.api('GET', `exchanges/${vhost}/bookngs`), undefined);
    const elsewhere = await opened({ ...options, url: server.url('nowhere') });
    await blindAs(
      read(elsewhere),
      'permission',
      /the vhost nowhere is not there, or not for this account/,
      /path of the url/,
    );
  });

  test('says that it was turned down with a wrong password, and does not tell it', async () => {
    const { options } = await system();
    const probe = await opened({ ...options, url: options.url.replace('guest:guest', 'guest:s3cr3t') });
    await blindAs(read(probe), 'permission', /ACCESS_REFUSED - Login was refused/, /user and password/);
    await assert.rejects(read(probe), (error: unknown) => !String(error).includes('s3cr3t'));
  });

  test('needs no more than an account that may have its own queues and read the exchange', async () => {
    const { vhost, channel, options } = await system();
    const own = '^amq\\.gen-.*';
    const url = server.url(vhost, 'tapper');
    // As in the documentation.
    await server.ctl('add_user', 'tapper', 'tapper');
    await server.ctl('set_permissions', '-p', vhost, 'tapper', own, own, '^(amq\\.gen-.*|bookings)$');
    const probe = await opened({ ...options, url });
    await send(channel, marker);
    assert.equal((await read(probe)).candidates.length, 1);
    for (const [may, hint] of [
      [{ configure: '^$', write: own, read: '.*' }, /`configure` on its own queues/],
      [{ configure: own, write: '^$', read: '.*' }, /`write` on its own queues/],
      [{ configure: own, write: own, read: own }, /`read` on the exchange bookings/],
      [{ configure: own, write: own, read: '^bookings$' }, /`read` on its own queues/],
    ] as const) {
      await server.user('tapper', vhost, may);
      const less = await opened({ ...options, url });
      await blindAs(read(less), 'permission', /ACCESS_REFUSED - access to/, hint);
    }
    await server.api('DELETE', `permissions/${vhost}/tapper`);
    const none = await opened({ ...options, url });
    await blindAs(read(none), 'permission', /is not there, or not for this account/, /may enter it/);
  });

  test('hears over TLS where the authority is named, and trusts nobody else', async (t) => {
    const pair = await certificate(t);
    if (pair === undefined) return;
    const port = server.port;
    const tls = await rabbitServer([], { key: pair.key, cert: pair.cert });
    t.after(() => tls.close());
    assert.notEqual(tls.port, port);
    const options: RabbitmqOptions = { url: tls.secureUrl(), exchange: 'amq.topic' };
    const trusted = await opened({ ...options, ca: pair.file });
    assert.equal((await read(trusted)).whole, true);
    await blindAs(read(await opened(options)), 'refused', /no trusted TLS/, /`ca`/);
    assert.equal((await read(await opened(options, { insecure: true }))).whole, true);
  });
});
