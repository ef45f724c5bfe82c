// Who consumes, as Sidekiq, BullMQ and the server itself tell it: as looks, and as the `release` of a hop in a run.

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Reading } from '../../smoke/core/look.ts';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { testContext, testHost } from '../../smoke/testing/host.ts';
import { without } from '../parts.ts';
import { endProcess } from '../servers/end-process.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { startProgram } from '../system/program.ts';

async function listed(name: string, options: object): Promise<Reading> {
  const plugin = await loadPlugin(name);
  assert.ok(plugin?.open);
  const probe = await plugin.open(options, testHost());
  try {
    return await probe.read(options, testContext());
  } finally {
    await probe.close?.();
  }
}

/** Builds by instance, as `smoketrail releases` prints them. */
async function releasesOf(folder: string, release: string): Promise<{ code: number | null; stdout: string }> {
  await writeFile(
    join(folder, 'consumers.yaml'),
    `name: consumers
send: { http: { url: 'http://127.0.0.1:1/', json: { note: '\${{ marker }}' } } }
releases: { same: [worker], on-unknown: fail }
route:
  - hop: worker
    look: { http: { url: 'http://127.0.0.1:1/' } }
    release: ${release}
`,
  );
  const program = startProgram(['releases', 'consumers.yaml'], { cwd: folder, env: {}, through: undefined });
  const { code, stdout, stderr } = await program.ended;
  return { code, stdout: stdout + stderr };
}

describe('who consumes', { skip: without('redis'), timeout: 120_000 }, () => {
  let server: RedisServer;
  let folder = '';
  const started: ChildProcess[] = [];
  before(async () => {
    server = await redisServer();
    folder = await mkdtemp(join(tmpdir(), 'smoketrail-consumers-'));
  });
  after(async () => {
    for (const child of started) await endProcess(child);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('of a queue of BullMQ are its workers by their names, which may carry the build', async () => {
    const connection = { host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null };
    const worker = (name: string, queue = 'push'): Worker =>
      new Worker(queue, async () => undefined, { connection, name });
    const workers = [worker('w1.9f2c1e7'), worker('w2.9f2c1e7'), worker('w3.0000000', 'other')];
    try {
      await Promise.all(workers.map((one) => one.waitUntilReady()));
      const options = { url: server.url, queue: 'push', workers: true };
      let reading = await listed('bullmq', options);
      while (reading.candidates.length < 2) reading = await listed('bullmq', options);
      assert.deepEqual(reading.candidates.map(({ instance }) => instance).toSorted(), ['w1.9f2c1e7', 'w2.9f2c1e7']);
      assert.equal(reading.by, 'own');
      assert.equal(reading.searched, '2 workers of queue push');
      const [first] = reading.candidates;
      const started = first?.select('started_at');
      assert.ok(started?.fits && Math.abs(Date.parse(started.values[0] ?? '') - Date.now()) < 60_000);
      const release = `{ bullmq: { url: '${server.url}', queue: push, workers: true, field: '/name: \\w+\\.(\\w+)/', started: started_at } }`;
      const agreed = await releasesOf(folder, release);
      assert.equal(agreed.code, 0, agreed.stdout);
      assert.match(agreed.stdout, /9f2c1e7/);
      workers.push(worker('w4.3b1d9aa'));
      await workers.at(-1)?.waitUntilReady();
      while ((await listed('bullmq', options)).candidates.length < 3) await delay(20);
      const skewed = await releasesOf(folder, release);
      assert.notEqual(skewed.code, 0, skewed.stdout);
      assert.match(skewed.stdout, /3b1d9aa/);
    } finally {
      await Promise.all(workers.map((one) => one.close()));
    }
  });

  test('of a server are its clients by the names that they gave themselves, a pool as one; one that says no build is told', async () => {
    const named = (connectionName: string): Redis => new Redis(server.url, { protocol: 2, connectionName });
    const clients = ['push-9f2c1e7', 'push-9f2c1e7', 'mail-9f2c1e7', 'push'].map(named);
    try {
      await Promise.all(clients.map((client) => client.ping()));
      const reading = await listed('redis', { url: server.url, clients: 'push*' });
      assert.equal(reading.searched, '3 clients named like push*');
      assert.deepEqual([...new Set(reading.candidates.map(({ instance }) => instance))].toSorted(), [
        'push at 127.0.0.1',
        'push-9f2c1e7 at 127.0.0.1',
      ]);
      assert.equal((await listed('redis', { url: server.url, clients: '*' })).candidates.length, 4, 'not our own');
      const { code, stdout } = await releasesOf(
        folder,
        `{ redis: { url: '${server.url}', clients: 'push*', field: '/name: push-(\\w+)/' } }`,
      );
      assert.notEqual(code, 0, stdout);
      assert.match(stdout, /1 of 2 instances say no build/);
    } finally {
      for (const client of clients) client.disconnect();
    }
  });

  test('of Sidekiq are its processes, whose labels or tag may carry the build', {
    skip: without('sidekiq'),
  }, async () => {
    await writeFile(
      join(folder, 'work.rb'),
      `require 'sidekiq'
Sidekiq.configure_server { |config| config.redis = { url: '${server.url}' } }
Sidekiq.options[:labels] = ["build:#{ENV['BUILD']}"]
`,
    );
    const start = (build: string, queue: string): void => {
      const env = { ...process.env, BUILD: build };
      const how = ['-r', './work.rb', '-q', queue, '-c', '1', '-g', `app-${build}`];
      started.push(spawn('sidekiq', how, { cwd: folder, stdio: 'ignore', env }));
    };
    start('9f2c1e7', 'push');
    start('3b1d9aa', 'mail');
    const options = { url: server.url, processes: true };
    let reading = await listed('sidekiq', options);
    while (reading.candidates.length < 2) {
      await delay(200);
      reading = await listed('sidekiq', options);
    }
    const push = await listed('sidekiq', { ...options, queue: 'push' });
    assert.equal(push.searched, '1 process of queue push');
    const [first] = push.candidates;
    assert.match(first?.instance ?? '', /^.+:\d+:[0-9a-f]{12}$/);
    assert.deepEqual(first?.select('$.labels[0]'), { fits: true, values: ['build:9f2c1e7'] });
    assert.deepEqual(first?.select('tag'), { fits: true, values: ['app-9f2c1e7'] });
    assert.deepEqual(first?.select('$.queues[0]'), { fits: true, values: ['push'] });
    const at = first?.select('started_at');
    assert.ok(at?.fits && Math.abs(Date.parse(at.values[0] ?? '') - Date.now()) < 120_000);
    await server.client.sadd('processes', 'gone:1:abc');
    assert.equal((await listed('sidekiq', options)).candidates.length, 2, 'one that died is none');
    const release = (more: string): string =>
      `{ sidekiq: { url: '${server.url}', processes: true${more}, field: '/build:(\\w+)/', started: started_at } }`;
    const one = await releasesOf(folder, release(', queue: push'));
    assert.equal(one.code, 0, one.stdout);
    assert.match(one.stdout, /9f2c1e7/);
    const both = await releasesOf(folder, release(''));
    assert.notEqual(both.code, 0, both.stdout);
    assert.match(both.stdout, /3b1d9aa/);
  });
});
