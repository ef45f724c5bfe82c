// Jobs of a real RQ: put there by its own queue, held, done and failed by its own worker.

import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import type { QueueOptions } from '../../smoke/probes/redis/redis-job-options.ts';
import { rq } from '../../smoke/probes/redis/rq.ts';
import { without } from '../parts.ts';
import { endProcess } from '../servers/end-process.ts';
import { type RedisServer, redisServer } from '../servers/redis.ts';
import { amongOthers, eventually, looked, marker } from './worker-looks.ts';

const run = promisify(execFile);

describe('jobs of RQ', { skip: without('redis') || without('rq') }, () => {
  let server: RedisServer;
  let folder = '';
  let worker: ChildProcess | undefined;
  before(async () => {
    server = await redisServer();
    folder = await mkdtemp(join(tmpdir(), 'smoketrail-rq-'));
    const connected = `import redis
from rq import Queue, Retry, SimpleWorker
connection = redis.Redis.from_url('${server.url}')
queue = Queue('push', connection=connection)
`;
    await writeFile(
      join(folder, 'tasks.py'),
      `${connected}import time
def push(booking, note=None):
    while not connection.get('go'): time.sleep(0.1)
    if booking == 'fails': raise ValueError('no room for ' + note)
    return 'pushed'
`,
    );
    await writeFile(
      join(folder, 'send.py'),
      `${connected}import sys
queue.enqueue('tasks.push', sys.argv[1], note=sys.argv[2])
`,
    );
    await writeFile(
      join(folder, 'work.py'),
      `${connected}SimpleWorker([queue], connection=connection, name='rq-worker-1').work(logging_level='ERROR')
`,
    );
  });
  after(async () => {
    await endProcess(worker);
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const send = (booking: string): Promise<unknown> =>
    run('/usr/bin/python3', [join(folder, 'send.py'), booking, marker], { cwd: folder });
  const options = (): QueueOptions => ({ url: server.url, queue: 'push' });

  test('are seen as they wait, as a worker holds them, as they are done and as they failed, among 10,000 others', {
    timeout: 150_000,
  }, async () => {
    const { client } = server;
    await amongOthers(client, (to, index) => {
      to.hset(`rq:job:other-${index}`, { data: 'other', status: 'queued' });
      to.rpush('rq:queue:push', `other-${index}`);
      // Finished ones stand there by the time at which they expire, those of other queues are never asked for.
      if (index < 500) to.zadd('rq:finished:push', 1e12 + index, `other-${index}`);
    });
    await send('8841');
    const waiting = await eventually(rq, options(), () => true);
    assert.match(waiting.source, /^job [0-9a-f-]{36} of push \(queued\)$/);
    assert.deepEqual(waiting.select('/note.{1,4}(smk-\\w+)/'), { fits: true, values: [marker] });
    const part = await looked(rq, options());
    assert.equal(part.unseen?.kind, 'gave-up');
    assert.match(part.unseen?.hint ?? '', /Raise `limit`/);
    await client.ltrim('rq:queue:push', -1, -1);
    worker = spawn('/usr/bin/python3', ['work.py'], { cwd: folder, stdio: 'ignore' });
    const held = await eventually(rq, options(), ({ source }) => source.includes('(started)'));
    assert.equal(held.instance, 'rq-worker-1');
    await client.set('go', '1');
    await eventually(rq, options(), ({ source }) => source.includes('(finished)'));
    await send('fails');
    await eventually(rq, options(), ({ source }) => source.includes('(failed)'));
    const young = await looked(rq, options());
    assert.equal(young.unseen, undefined, 'what is done is kept for a while');
    assert.match(young.searched, /no longer than it was told to \(`result_ttl`\)/);
    const old = await looked(rq, options(), new Date(Date.now() - 600_000));
    assert.equal(old.unseen?.kind, 'not-observable');
    assert.match(old.unseen?.hint ?? '', /result_ttl/);
  });
});
