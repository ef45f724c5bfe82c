// The demo with its queue on a real system: both acts, a server of its own or a given one, and nothing left behind.

import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { postgresServer } from '../servers/postgres.ts';
import { rabbitServer } from '../servers/rabbitmq.ts';
import { redisServer } from '../servers/redis.ts';
import { assertNothingLeft, type Demo, endedClean, processesOf, startDemo } from './demo-program.ts';

const systems = [
  ['bullmq', without('redis')],
  ['pg-boss', false],
  ['rabbitmq', without('rabbitmq')],
] as const;

/** PostgreSQL runs as another user, who must be let into the folder. */
function startOn(...args: Parameters<typeof startDemo>): Demo {
  const demo = startDemo(...args);
  chmodSync(demo.folder, 0o755);
  return demo;
}

for (const [system, skip] of systems) {
  describe(`the demo with its queue on ${system}`, { skip }, () => {
    test('plays both acts on a server of its own, and leaves nothing', async (t) => {
      const { stdout } = await endedClean(startOn(t, '--queue', system), 0);
      assert.match(
        stdout,
        new RegExp(`Starting the booking stack: web, queue \\(${system}, with a server of its own\\)`),
      );
      assert.match(stdout, new RegExp(`✓ booking-${system} {2}smk-\\S+ {2}arrived: intact at partner`));
      assert.match(stdout, /altered: stripped at worker/);
      assert.match(stdout, /worker-[1-4] runs 41ab00c, started 41 days ago; .*web runs 9f2c1e7/);
      assert.match(stdout, new RegExp(`smoketrail demo --up --queue ${system}`));
    });

    test('killed with SIGKILL, it leaves neither processes nor the files of its server', async (t) => {
      const demo = startOn(t, '--up', '--queue', system);
      await demo.says(/Ctrl-C stops it/);
      assert.ok(processesOf(demo.folder).length > 8 || !existsSync('/proc'));
      demo.kill('SIGKILL');
      await demo.ended;
      await eventually('no process is left', () => (processesOf(demo.folder).length === 0 ? true : undefined));
      assert.deepEqual(
        readdirSync(demo.folder).filter((name) => name.includes('server')),
        [],
      );
    });

    test('stopped by SIGINT while its server starts, it leaves nothing', async (t) => {
      const demo = startOn(t, '--queue', system);
      await demo.says(/Starting the booking stack/);
      await eventually('the server', () =>
        readdirSync(demo.folder).some((name) => name.includes('server')) ? true : undefined,
      );
      demo.kill('SIGINT');
      const { stdout } = await endedClean(demo, 130);
      assert.match(stdout, /^Stopping the stack\.$/m);
      assert.doesNotMatch(stdout, /Act one/);
    });

    test('stopped by SIGINT just before act one, it plays none', async (t) => {
      const demo = startOn(t, '--queue', system);
      await demo.says(/Act one/);
      demo.kill('SIGINT');
      const { stdout } = await endedClean(demo, 130);
      assert.match(stdout, /^Stopping the stack\.$/m);
      assert.doesNotMatch(stdout, /Act two|1 of 1 passed/);
    });
  });
}

describe('on a server that was named', () => {
  const onServer = async (t: Parameters<typeof startDemo>[0], system: string, url: string): Promise<Demo> => {
    const demo = startOn(t, '--up', '--queue', system, '--queue-url', url);
    await demo.says(/Ctrl-C stops it/);
    return demo;
  };
  const stopped = async (demo: Demo): Promise<void> => {
    demo.kill('SIGINT');
    await endedClean(demo, 130);
  };

  test('the keys in Redis are its own, and are removed at the end', { skip: without('redis') }, async (t) => {
    const server = await redisServer();
    t.after(() => server.close());
    await server.client.set('bull:partner-push:1', 'of somebody else');
    const demo = await onServer(t, 'bullmq', server.url);
    const own = (await server.client.keys('*')).filter((key) => key.startsWith('smoketrail_demo_'));
    assert.ok(own.length > 0);
    await stopped(demo);
    assert.deepEqual(await server.client.keys('*'), ['bull:partner-push:1']);
  });

  test('the schema in PostgreSQL is its own, and is removed at the end', async (t) => {
    const server = await postgresServer();
    t.after(() => server.close());
    const schemas = async (): Promise<string[]> => {
      const found = await server.client.query<{ name: string }>('SELECT nspname AS name FROM pg_namespace ORDER BY 1');
      return found.rows.map(({ name }) => name);
    };
    const before = await schemas();
    const demo = await onServer(t, 'pg-boss', server.url);
    assert.equal((await schemas()).filter((name) => name.startsWith('smoketrail_demo_')).length, 1);
    await stopped(demo);
    assert.deepEqual(await schemas(), before);
  });

  test('the queues and exchanges on RabbitMQ are its own, and are removed at the end', {
    skip: without('rabbitmq'),
  }, async (t) => {
    const server = await rabbitServer();
    t.after(() => server.close());
    const vhost = await server.vhost();
    const names = async (): Promise<string[]> => {
      const all: string[] = [];
      for (const kind of ['queues', 'exchanges']) {
        const found = (await server.api('GET', `${kind}/${encodeURIComponent(vhost)}`)) as { name: string }[];
        all.push(...found.map(({ name }) => name));
      }
      return all.sort();
    };
    const before = await names();
    const demo = await onServer(t, 'rabbitmq', server.url(vhost));
    assert.ok((await names()).filter((name) => name.startsWith('smoketrail_demo_')).length >= 7);
    await stopped(demo);
    assert.deepEqual(await names(), before);
  });

  test('one that does not answer is named, and nothing is left', { skip: without('redis') }, async (t) => {
    const demo = startDemo(t, '--queue', 'bullmq', '--queue-url', 'redis://127.0.0.1:1');
    const { code, stderr } = await demo.ended;
    assert.equal(code, 3);
    const says = 'redis://127.0.0.1:1 cannot be reached: connection refused';
    assert.equal(stderr, `smoketrail: ${says}\n  Start it, or leave out --queue-url so that one is started.\n`);
    assertNothingLeft(demo);
  });
});

test('a queue that there is not, or an address that is none of its server, is refused with what was meant', async (t) => {
  for (const [args, says] of [
    [['--queue', 'rabbit'], /the demo has no queue "rabbit"/],
    [['--queue', 'bulmq'], /Did you mean `bullmq`\?/],
    [['--queue-url', 'redis://127.0.0.1'], /--queue-url goes with --queue\n {2}Add --queue bullmq\./],
    [['--queue-url', 'postgresql://127.0.0.1/app'], /Add --queue pg-boss\./],
    [['--queue-url', 'http://127.0.0.1'], /no address of a server[^\n]*\n {2}It begins with redis:/],
    [
      ['--queue', 'sqlite', '--queue-url', 'redis://127.0.0.1'],
      /The queue sqlite is a file of the stack and has no server/,
    ],
    [['--queue', 'pg-boss', '--queue-url', 'redis://127.0.0.1'], /is given as postgres:\/\/HOST:PORT/],
  ] as const) {
    const { code, stdout, stderr } = await startDemo(t, ...args).ended;
    assert.equal(code, 2, stdout);
    assert.match(stderr, says);
  }
});
