// What a look at Redis reads, how far, and what it says where it cannot read: against a real server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Reading } from '../../smoke/core/look.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { redis } from '../../smoke/probes/redis/redis.ts';
import type { RedisOptions } from '../../smoke/probes/redis/redis-options.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

const skip = without('redis');

async function opened(options: RedisOptions): Promise<Probe<RedisOptions>> {
  const { open } = redis;
  assert.ok(open);
  return open(options, testHost());
}

async function looked(options: RedisOptions, since = new Date()): Promise<Reading> {
  const probe = await opened(options);
  try {
    return await probe.read(options, testContext({ since }));
  } finally {
    await probe.close?.();
  }
}

async function blindOf(options: RedisOptions): Promise<Blind> {
  const error = await looked(options).then(
    () => undefined,
    (fault: unknown) => fault,
  );
  assert.ok(error instanceof Blind, `it is not blind: ${String(error)}`);
  return error;
}

const texts = ({ candidates }: Reading): string[] => candidates.map((candidate) => candidate.text());

describe('redis', { skip }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  after(() => server.close());

  test('reads a long list at both ends, or at the one where entries are added, and says that it was not all', async () => {
    const entries = Array.from({ length: 1500 }, (_none, index) => `entry ${index}`);
    await server.client.rpush('long', ...entries);
    const { url } = server;
    const both = await looked({ url, list: 'long', limit: 500 });
    assert.deepEqual(texts(both).toSorted(), [...entries.slice(0, 250), ...entries.slice(-250)].toSorted());
    assert.equal(both.whole, false);
    assert.match(both.searched, /500 entries of list long; it has 1500/);
    const right = await looked({ url, list: 'long', limit: 500, newest: 'right' });
    assert.deepEqual(texts(right).toSorted(), entries.slice(-500).toSorted());
    const left = await looked({ url, list: 'long', limit: 500, newest: 'left' });
    assert.deepEqual(texts(left), entries.slice(0, 500));
    const all = await looked({ url, list: 'long', limit: 2000 });
    assert.equal(all.candidates.length, 1500);
    assert.equal(all.whole, true);
  });

  test('reads of a stream what came since it was opened, what was trimmed after a look included', async () => {
    const { url, client } = server;
    await client.xadd('followed', '*', 'note', 'older');
    const options: RedisOptions = { url, stream: 'followed' };
    const probe = await opened(options);
    try {
      await client.xadd('followed', '*', 'note', 'one');
      const first = await probe.read(options, testContext());
      assert.deepEqual(texts(first), ['note: one']);
      assert.equal(first.whole, true);
      await client.xadd('followed', '*', 'note', 'two');
      await client.xtrim('followed', 'MAXLEN', 1);
      const second = await probe.read(options, testContext());
      assert.deepEqual(texts(second), ['note: one', 'note: two']);
      assert.equal(second.whole, true, 'as many were read as were added');
      for (const note of ['three', 'four']) await client.xadd('followed', '*', 'note', note);
      await client.xtrim('followed', 'MAXLEN', 1);
      const third = await probe.read(options, testContext());
      assert.deepEqual(texts(third), ['note: one', 'note: two', 'note: four']);
      assert.equal(third.whole, false, 'one was trimmed before it was read');
      assert.match(third.searched, /trimmed/);
    } finally {
      await probe.close?.();
    }
  });

  for (const isEmpty of [false, true])
    test(`proves nothing by a stream whose worker deletes what it did, ${isEmpty ? 'empty' : 'not empty'} before the send`, async () => {
      const { url, client } = server;
      const [options, since] = [{ url, stream: `worked ${isEmpty}` }, new Date()];
      const done = async (): Promise<unknown> =>
        client.xdel(options.stream, String(await client.xadd(options.stream, '*', 'note', 'mine')));
      if (isEmpty) await done();
      else await client.xadd(options.stream, '*', 'note', 'stays');
      const probe = await opened(options);
      try {
        const silent = await probe.read(options, testContext({ since }));
        assert.match(
          silent.unseen?.message ?? '',
          /nothing was added to stream worked \w+ since the send: either the app put nothing there/,
        );
        await done();
        const { candidates, unseen } = await probe.read(options, testContext({ since }));
        assert.deepEqual(candidates, []);
        assert.match(unseen?.message ?? '', /deleted before they were read/);
        assert.equal((await probe.read(options, testContext({ since }))).whole, false, 'it stays unknown');
      } finally {
        await probe.close?.();
      }
    });

  test('says of a stream without a new entry since a moment that is past just that, and never that it was made anew', async () => {
    const { url, client } = server;
    const hourAgo = Date.now() - 3_600_000;
    await client.xadd('idle', `${hourAgo}-0`, 'note', 'older');
    const read = async (minutes: number): Promise<Reading> => {
      const probe = await opened({ url, stream: 'idle' });
      const since = new Date(Date.now() - minutes * 60_000);
      return probe.read({ url, stream: 'idle' }, testContext({ since })).finally(() => probe.close?.());
    };
    assert.match(
      (await read(30)).unseen?.message ?? '',
      /^nothing was added to stream idle since \d{4}-\S+ \S+ UTC: either/,
    );
    // It may have been trimmed, or made anew: nothing tells.
    assert.match(
      (await read(90)).unseen?.message ?? '',
      /^its oldest entry is of \S+ \S+ UTC, and this look goes back to/,
    );
    await client.xadd('idle', '*', 'note', 'mine');
    assert.equal((await read(30)).whole, true, 'its oldest entry is older than the send');
    assert.equal((await read(90)).candidates.length, 2);
    await client.del('idle');
    assert.match((await read(30)).unseen?.message ?? '', /^there is no stream idle/);
  });

  test('proves nothing by a stream that is not there, was renamed, or was made anew with earlier ids', async () => {
    const { url, client } = server;
    const mistyped = await looked({ url, stream: 'bokings' });
    assert.equal(mistyped.unseen?.kind, 'not-observable');
    assert.match(mistyped.unseen?.message ?? '', /there is no stream bokings/);
    const acts = [
      async () => client.rename('moved', 'elsewhere'),
      async () => {
        await client.del('moved');
        await client.xadd('moved', '5-0', 'note', 'mine');
      },
    ];
    for (const act of acts) {
      await client.xadd('moved', '99-0', 'note', 'older');
      const options = { url, stream: 'moved' };
      const probe = await opened(options);
      await act();
      const { unseen } = await probe.read(options, testContext({ since: new Date() }));
      assert.match(unseen?.message ?? '', /emptied or made anew/);
      await probe.close?.();
      await client.del('moved');
    }
  });

  test('goes back in a stream for a send of the past', async () => {
    const { url, client } = server;
    const past = Date.now() - 60_000;
    await client.xadd('past', `${past - 5000}-0`, 'note', 'before');
    await client.xadd('past', `${past + 5000}-0`, 'note', 'after');
    assert.deepEqual(texts(await looked({ url, stream: 'past' }, new Date(past))), ['note: after']);
  });

  test('proves nothing by a stream whose end was not known before the send', async () => {
    const late = await redisServer();
    await late.kill();
    const options: RedisOptions = { url: late.url, stream: 'bookings' };
    const probe = await opened(options);
    try {
      await assert.rejects(probe.read(options, testContext()), Blind);
      await late.start();
      const reading = await probe.read(options, testContext());
      assert.equal(reading.whole, false);
      assert.match(reading.searched, /its last entry before the send is not known/);
    } finally {
      await probe.close?.();
      await late.close();
    }
  });

  test('looks again at a server that was killed and came back', async () => {
    const fragile = await redisServer();
    const options: RedisOptions = { url: fragile.url, list: 'jobs' };
    const probe = await opened(options);
    try {
      await fragile.client.rpush('jobs', 'one');
      assert.deepEqual(texts(await probe.read(options, testContext())), ['one']);
      await fragile.kill();
      await assert.rejects(probe.read(options, testContext()), (error: Blind) => error.fault.kind === 'refused');
      await fragile.start();
      assert.deepEqual(texts(await probe.read(options, testContext())), []);
    } finally {
      await probe.close?.();
      await fragile.close();
    }
  });

  test('reads keys of every type but those it cannot, and says which', async () => {
    const { url, client } = server;
    await client.set('mix:text', '{"note":"in a string"}');
    await client.hset('mix:hash', 'note', 'in a hash');
    await client.rpush('mix:list', '{"note":"in a list"}');
    await client.zadd('mix:zset', 1, '{"note":"in a sorted set"}');
    await client.xadd('mix:stream', '*', 'note', 'in a stream');
    const reading = await looked({ url, keys: 'mix:*' });
    const found = texts(reading).join('\n');
    for (const where of ['string', 'hash', 'list', 'sorted set']) assert.match(found, new RegExp(`in a ${where}`));
    assert.match(reading.searched, /5 keys like mix:\*; keys that hold a stream were left out/);
  });

  test('finds a text in bytes that are no text: zlib', async () => {
    const { deflateSync } = await import('node:zlib');
    await server.client.hset('packed', 'data', deflateSync(Buffer.from('\x80\x04note smk-42rcxa7100000001')));
    const [candidate] = (await looked({ url: server.url, hash: 'packed' })).candidates;
    assert.ok(candidate);
    assert.equal(candidate.text().includes('\u0078\u009c'), true, 'each byte is one character');
  });

  test('reads the database that the url names, and no other', async () => {
    const { url, client } = server;
    await client.select(3);
    await client.rpush('only-here', 'third');
    await client.select(0);
    assert.deepEqual(texts(await looked({ url: `${url}/3`, list: 'only-here' })), ['third']);
    assert.deepEqual(texts(await looked({ url, list: 'only-here' })), []);
  });

  test('is blind, and says what to do, where it may not read', async () => {
    const { url, client } = server;
    await client.call('ACL', 'SETUSER', 'reader', 'on', '>secret-word', '~jobs', '+llen', '+lrange');
    await client.call('ACL', 'SETUSER', 'hash', 'on', '>secret-word', '~*', '+hscan');
    const as = (account: string, options: Partial<RedisOptions>): RedisOptions => ({
      url: url.replace('redis://', `redis://${account}@`),
      ...options,
    });
    const wrong = await blindOf(as('reader:no', { list: 'jobs' }));
    assert.equal(wrong.fault.kind, 'permission');
    assert.match(wrong.message, /^redis:\/\/127\.0\.0\.1:\d+: WRONGPASS/);
    assert.equal(wrong.message.includes('reader'), false, 'no account is told');
    assert.equal((await blindOf(as('reader:secret-word', { list: 'others' }))).fault.kind, 'permission');
    assert.equal((await blindOf(as('reader:secret-word', { hash: 'jobs' }))).fault.kind, 'permission');
    const other = await blindOf({
      ...as('hash:secret-word', { hash: 'x' }),
      url: `${as('hash:secret-word', {}).url}/2`,
    });
    assert.equal(other.fault.kind, 'permission', 'a database that may not be selected is not read as another');
    await client.rpush('jobs', 'one');
    const allowed = await looked(as('reader:secret-word', { list: 'jobs' }));
    assert.equal(allowed.whole, true);
  });

  test('is blind where the key holds something else, the host is unknown, or the server speaks no TLS', async () => {
    const { url, client } = server;
    await client.set('a-text', 'x');
    const kind = await blindOf({ url, list: 'a-text' });
    assert.equal(kind.fault.kind, 'wrong-answer');
    assert.match(kind.fault.hint ?? '', /TYPE/);
    assert.equal((await blindOf({ url: 'redis://no-such-host.invalid', list: 'jobs' })).fault.kind, 'refused');
    assert.equal((await blindOf({ url: 'redis://127.0.0.1:1', list: 'jobs' })).fault.kind, 'refused');
  });

  test('takes exactly one place, and an address with a host', async () => {
    const faultsOf = async (options: unknown): Promise<string> => {
      const { issues = [] } = await redis.options['~standard'].validate(options);
      return issues.map(({ message }) => message).join('; ');
    };
    assert.equal(await faultsOf({ url: 'redis://h/1', list: 'a' }), '');
    assert.match(await faultsOf({ url: 'redis://h', list: 'a', hash: 'b' }), /exactly one/);
    assert.match(await faultsOf({ url: 'redis://h' }), /exactly one/);
    assert.match(await faultsOf({ url: 'redis://h/zero', list: 'a' }), /number of a database/);
    assert.match(await faultsOf({ url: 'http://h', list: 'a' }), /redis:\/\//);
  });
});
