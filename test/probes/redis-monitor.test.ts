// What a bounded watch with MONITOR sees, how it ends, and what it says where it could not watch: against a real server.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Reading } from '../../smoke/core/look.ts';
import { Blind, type Probe } from '../../smoke/probes/plugin.ts';
import { redis } from '../../smoke/probes/redis/redis.ts';
import { globOf } from '../../smoke/probes/redis/redis-glob.ts';
import { writtenIn } from '../../smoke/probes/redis/redis-monitor-line.ts';
import type { RedisOptions } from '../../smoke/probes/redis/redis-options.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';

describe('MONITOR', { skip: without('redis'), timeout: 60_000 }, () => {
  let server: RedisServer;
  before(async () => {
    server = await redisServer();
  });
  after(() => server.close());

  const opened = async (options: RedisOptions): Promise<Probe<RedisOptions>> => {
    assert.ok(redis.open);
    return redis.open(options, testHost());
  };
  const watching = (match: string, time = '30s', url = server.url): RedisOptions => ({
    url,
    monitor: { match, for: time },
  });
  const texts = ({ candidates }: Reading): string[] => candidates.map((candidate) => candidate.text());
  const monitors = async (): Promise<number> =>
    String(await server.client.call('CLIENT', 'LIST')).match(/cmd=monitor/g)?.length ?? 0;

  test('sees 100 of 100 entries of a list whose worker blocks on BRPOP, and nothing of them is left', async () => {
    const options = watching('queues:*');
    const probe = await opened(options);
    const worker = new Redis(server.url, { protocol: 2 });
    let taken = 0;
    const working = (async () => {
      while (taken < 100) if ((await worker.brpop('queues:default', 5)) !== null) taken += 1;
    })();
    try {
      for (let count = 0; count < 100; count += 1) {
        const note = `smk-42rcxa71000${String(count).padStart(5, '0')}`;
        await server.client.lpush('queues:default', JSON.stringify({ data: { note } }));
        const { candidates, by } = await probe.read(options, testContext());
        const [found, ...more] = candidates.filter((candidate) => candidate.text().includes(note));
        assert.deepEqual(found?.select('$.data.note'), { fits: true, values: [note] }, `entry ${count}`);
        assert.equal(more.length, 0);
        assert.equal(by, 'tap');
      }
      await working;
      assert.equal(await server.client.llen('queues:default'), 0);
    } finally {
      worker.disconnect();
      await probe.close?.();
    }
  });

  test('reads what each kind of command writes, of scripts and transactions too, byte for byte', async () => {
    const { client, url } = server;
    const options = watching('w:*');
    const probe = await opened(options);
    try {
      const odd = Buffer.from([0x22, 0x20, 0x5c, 0x00, 0x0a, 0x0d, 0xff, 0x27, 0x5c, 0x22]);
      await client.rpush('w:list', 'in a list', 'and another');
      await client.xadd('w:stream', 'MAXLEN', '~', 100, '*', 'note', 'in a stream');
      await client.hset('w:hash', 'note', 'in a hash', 'more', 'é "quoted"');
      await client.zadd('w:zset', 'NX', 1, 'in a sorted set');
      await client.set('w:text', 'in a text', 'EX', 60);
      await client.publish('w:channel', 'on a channel');
      await client.eval("redis.call('lpush', KEYS[1], ARGV[1])", 1, 'w:script', 'by a script');
      await client.multi().sadd('w:set', 'in a transaction').exec();
      await client.setex('w:odd', 60, odd);
      await client.rpush('other', 'not meant');
      await client.get('w:text');
      const other = new Redis(`${url}/3`, { protocol: 2 });
      await other.rpush('w:list', 'of another database');
      other.disconnect();
      const reading = await probe.read(options, testContext());
      assert.deepEqual(
        texts(reading).toSorted(),
        [
          'and another',
          'by a script',
          'in a list',
          'in a sorted set',
          'in a text',
          'in a transaction',
          'note: in a hash\nmore: é "quoted"',
          'note: in a stream',
          'on a channel',
          odd.toString('latin1'),
        ].toSorted(),
      );
      assert.equal(reading.whole, true);
      const [first] = reading.candidates;
      assert.equal(first?.source, 'rpush w:list');
      assert.ok(Math.abs(Date.parse(first?.at ?? '') - Date.now()) < 60_000);
    } finally {
      await probe.close?.();
    }
  });

  test('ends by itself when its time is up: what it saw stays, and a look that finds none is blind', async () => {
    const options = watching('short', '300ms');
    const probe = await opened(options);
    try {
      await server.client.rpush('short', 'in time');
      assert.equal((await probe.read(options, testContext())).whole, true);
      assert.equal(await monitors(), 1);
      while ((await monitors()) > 0) await delay(20);
      await server.client.rpush('short', 'too late');
      const reading = await probe.read(options, testContext());
      assert.deepEqual(texts(reading), ['in time']);
      assert.equal(reading.whole, false);
      assert.equal(reading.unseen?.kind, 'gave-up');
      assert.match(reading.unseen?.message ?? '', /watched for 300ms, and no longer/);
      assert.match(reading.unseen?.hint ?? '', /`for`/);
    } finally {
      await probe.close?.();
    }
  });

  test('ends when it is closed, and wakes whoever waits when something comes', async () => {
    const options = watching('wakes');
    const probe = await opened(options);
    await probe.read(options, testContext());
    const stop = new AbortController();
    const quiet = probe.changed?.(stop.signal);
    stop.abort(new Error('enough'));
    await assert.rejects(Promise.resolve(quiet), /enough/);
    const woken = probe.changed?.(new AbortController().signal);
    await server.client.rpush('wakes', 'x');
    await woken;
    await probe.close?.();
    while ((await monitors()) > 0) await delay(20);
  });

  test('keeps the newest of what is more than it may keep, and says so', async () => {
    const options = watching('many');
    const probe = await opened(options);
    try {
      for (let count = 0; count < 11; count += 1) {
        const pipeline = server.client.pipeline();
        for (let index = 0; index < 1000; index += 1) pipeline.rpush('many', `entry ${count * 1000 + index}`);
        await pipeline.exec();
      }
      const reading = await probe.read(options, testContext());
      assert.equal(reading.candidates.length, 10_000);
      assert.equal(texts(reading).at(-1), 'entry 10999');
      assert.equal(reading.unseen?.kind, 'gave-up');
      assert.match(reading.unseen?.hint ?? '', /narrower/);
    } finally {
      await probe.close?.();
    }
  });

  test('goes deaf with its server, says so, and claims nothing of what passed since', async () => {
    const fragile = await redisServer();
    const options = watching('jobs', '30s', fragile.url);
    const probe = await opened(options);
    try {
      await fragile.client.rpush('jobs', 'before');
      assert.deepEqual(texts(await probe.read(options, testContext())), ['before']);
      const woken = probe.changed?.(new AbortController().signal);
      const deaf = assert.rejects(Promise.resolve(woken), Blind);
      await fragile.kill();
      await deaf;
      await fragile.start();
      const reading = await probe.read(options, testContext());
      assert.deepEqual(texts(reading), ['before']);
      assert.equal(reading.unseen?.kind, 'not-observable');
      assert.match(reading.unseen?.message ?? '', /cut off/);
    } finally {
      await probe.close?.();
      await fragile.close();
    }
  });

  test('a look ends at once when its time is up, though the server stands still', async () => {
    const still = await redisServer();
    const options = watching('jobs', '30s', still.url);
    const probe = await opened(options);
    try {
      still.freeze();
      const began = performance.now();
      await assert.rejects(probe.read(options, testContext({ signal: AbortSignal.timeout(100) })));
      assert.ok(performance.now() - began < 5000);
    } finally {
      still.thaw();
      await probe.close?.();
      await still.close();
    }
  });

  test('is blind where it may not watch, and for a send of the past', async () => {
    const { client, url } = server;
    await client.call('ACL', 'SETUSER', 'watcher', 'on', '>secret-word', '+monitor', '+ping');
    await client.call('ACL', 'SETUSER', 'nobody', 'on', '>secret-word', '~*', '+@read', '+ping');
    const as = (account: string): RedisOptions => watching('jobs', '30s', url.replace('//', `//${account}@`));
    for (const account of ['nobody:secret-word', 'watcher:wrong'])
      await assert.rejects(opened(as(account)), (error: Blind) => {
        assert.equal(error.fault.kind, 'permission');
        assert.equal(error.message.includes('secret-word'), false);
        return true;
      });
    await assert.rejects(
      opened(watching('jobs', '30s', 'redis://127.0.0.1:1')),
      (error: Blind) => error.fault.kind === 'refused',
    );
    const options = as('watcher:secret-word');
    const probe = await opened(options);
    await client.rpush('jobs', 'x');
    assert.deepEqual(texts(await probe.read(options, testContext())), ['x']);
    const { unseen } = await probe.read(options, testContext({ since: new Date(Date.now() - 60_000) }));
    assert.equal(unseen?.kind, 'not-observable');
    await probe.close?.();
  });

  test('lasts 5 minutes at most, and `check` is told what it costs', async () => {
    const faultOf = async (time: string): Promise<string> => {
      const { issues = [] } = await redis.options['~standard'].validate(watching('a', time, 'redis://h'));
      return issues.map(({ message }) => message).join('; ');
    };
    assert.equal(await faultOf('5m'), '');
    assert.match(await faultOf('6m'), /at most 5m/);
    assert.match(await faultOf('30'), /needs a unit/);
    assert.match(redis.lookWarning?.({ monitor: { match: 'a' } })?.message ?? '', /halve/);
    assert.equal(redis.lookWarning?.({ list: 'a' }), undefined);
    const text = `name: m
send: { http: { url: 'http://127.0.0.1:1/', json: { note: '\${{ marker }}' } } }
route: [{ hop: q, look: { redis: { url: 'redis://h', monitor: { match: a } } } }]`;
    const files = { readFile: async () => '', baseDir: '/' };
    const loaded = await loadScenario(text, 'm.yaml', { plugin: loadPlugin, pluginNames, ...files });
    assert.deepEqual(loaded.ok && loaded.warnings.map(({ code }) => code), ['costly']);
  });
});

describe('a line of MONITOR', () => {
  const read = (line: string) => writtenIn(Buffer.from(line, 'latin1'), 0, () => true);
  const of = (line: string): string[] => (read(line)?.values ?? []).map((value) => String(Buffer.from(value)));

  test('is taken apart at its quotes, whatever they hold', () => {
    assert.deepEqual(of('1.5 [0 [::1]:5] "LPUSH" "q" "ends with \\" " "\\" \\\\"'), ['ends with " ', '" \\']);
    assert.deepEqual(of('1.5 [0 lua] "rpush" "q" "\\xc3\\xa9"'), ['é']);
    assert.equal(read('1.5 [0 lua] "rpush" "q" "x"')?.by, 'lua');
    assert.deepEqual(of('1.5 [0 a:1] "zadd" "z" "GT" "CH" "3" "m" "4" "n"'), ['m', 'n']);
    const { fields = {} } = read('1.5 [0 a:1] "xadd" "s" "NOMKSTREAM" "MINID" "=" "5" "LIMIT" "9" "*" "f" "v"') ?? {};
    assert.deepEqual(Object.keys(fields), ['f']);
  });

  test('that is cut, odd or of another kind is no record, and breaks nothing', () => {
    for (const line of [
      '',
      'OK',
      '1 [0 a] ',
      '1 [0 a] "',
      '1 [0 a] "lpush',
      '1 [0 a] "get" "k"',
      '1 [5 a] "lpush" "k" "v"',
    ])
      assert.deepEqual(of(line), [], line);
    assert.deepEqual(of('1 [0 a] "lpush" "k" "cut \\x'), ['cut \0']);
    assert.deepEqual(Object.keys(read('1 [0 a] "hset" "k" "__proto__" "v"')?.fields ?? {}), ['__proto__']);
  });
});

test('patterns match as those of Redis do', () => {
  const cases: readonly (readonly [pattern: string, fits: readonly string[], not: readonly string[]])[] = [
    ['queues:*', ['queues:', 'queues:a:b'], ['queue:a', 'my-queues:a']],
    ['*:jobs:*x', ['a:jobs:x', ':jobs:yyx'], ['a:jobs:', 'jobs:x']],
    ['h?llo', ['hello', 'hallo'], ['hllo', 'heello']],
    ['h[ae-g]llo', ['hallo', 'hfllo'], ['hbllo']],
    ['h[^a]llo', ['hello'], ['hallo']],
    ['a\\*b', ['a*b'], ['axb']],
    ['a[b', ['a[b'], ['ab']],
    ['**', ['', 'x'], []],
  ];
  for (const [pattern, fits, not] of cases) {
    for (const text of fits) assert.equal(globOf(pattern)(text), true, `${pattern} ${text}`);
    for (const text of not) assert.equal(globOf(pattern)(text), false, `${pattern} ${text}`);
  }
  const began = performance.now();
  globOf('*a*a*a*a*a*a*b')('a'.repeat(20_000));
  assert.ok(performance.now() - began < 2000);
});
