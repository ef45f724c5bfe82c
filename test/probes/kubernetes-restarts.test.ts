// Pods that are restarted or go, before a look or within it, against a stand-in that follows the published API.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { without } from '../parts.ts';
import { justNow, setUp, standIn } from './cluster.ts';
import { textsOf } from './log-store-looks.ts';

const skip = without('openssl');

test(`of a container that was restarted, the log before is read too, without the image it may have had (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  const looks = await open();
  const worker = server.add('worker-1', {
    container: {
      restartCount: 1,
      startedAt: new Date(Date.now() - 500).toISOString(),
      lastTerminated: {
        startedAt: new Date(Date.now() - 3_600_000).toISOString(),
        finishedAt: new Date(Date.now() - 600).toISOString(),
      },
      previousLog: [{ at: new Date(Date.now() - 700), text: 'before the crash' }],
    },
  });
  server.log('worker-1', 'after it');
  const reading = await looks.read(options, justNow());
  assert.deepEqual(textsOf(reading), ['before the crash', 'after it']);
  assert.equal(reading.whole, true, reading.searched);
  const [old, fresh] = reading.candidates;
  assert.deepEqual(old?.select('imageID'), { fits: true, values: [] });
  assert.deepEqual(fresh?.select('imageID'), { fits: true, values: [worker.imageID] });
  // Crashed again since: of three runs the logs of two are left.
  worker.restartCount = 2;
  worker.lastTerminated = {
    startedAt: new Date(Date.now() - 900).toISOString(),
    finishedAt: new Date(Date.now() - 600).toISOString(),
  };
  const twice = await looks.read(options, justNow());
  assert.deepEqual([twice.whole, twice.unseen?.kind], [false, 'not-observable']);
  assert.match(twice.searched, /restarted 2 times/);
  // In a loop of crashes, its log is that of the last run.
  worker.waiting = 'CrashLoopBackOff';
  assert.deepEqual(textsOf(await looks.read(options, justNow())), ['before the crash']);
  // The log of the run before is gone.
  delete worker.waiting;
  delete worker.previousLog;
  worker.restartCount = 1;
  const lost = await looks.read(options, justNow());
  assert.equal(lost.whole, false);
  assert.match(lost.searched, /the previous log of worker-1\/worker could not be read: previous terminated container/);
});

test(`a pod that went, before the look or within it, took its log along: an absence proves nothing (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  server.add('worker-2');
  const looks = await open();
  assert.equal((await looks.read(options, justNow())).whole, true);
  server.beforeLog = () => {
    server.pods = server.pods.filter(({ name }) => name !== 'worker-2');
  };
  const within = await looks.read(options, justNow());
  assert.deepEqual([within.whole, within.unseen?.kind], [false, 'not-observable']);
  assert.match(within.searched, /worker-2 is gone, and its log with it/);
  const later = await looks.read(options, justNow());
  assert.deepEqual([later.whole, later.unseen?.kind], [false, 'not-observable']);
  assert.match(later.searched, /1 pod of .*; worker-2 is gone/);
});

test(`a container that is restarted between the list and its log hides its former run: an absence proves nothing (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  const worker = server.add('worker-1');
  const looks = await open();
  server.log('worker-1', 'before the crash');
  server.beforeLog = () => {
    server.beforeLog = () => undefined;
    const now = new Date().toISOString();
    Object.assign(worker, {
      restartCount: 1,
      lastTerminated: { startedAt: worker.startedAt, finishedAt: now },
      startedAt: now,
      previousLog: worker.log,
      log: [],
    });
  };
  const hidden = await looks.read(options, justNow());
  assert.deepEqual(textsOf(hidden), []);
  assert.deepEqual([hidden.whole, hidden.unseen?.kind], [false, 'not-observable']);
  assert.match(hidden.searched, /worker-1 was restarted while its log was read/);
  const next = await looks.read(options, justNow());
  assert.deepEqual(textsOf(next), ['before the crash']);
  assert.equal(next.whole, true, next.searched);
});

test(`a restart that starts the count over is seen by the start of the run (${standIn})`, { skip }, async (t) => {
  const { server, options, open } = await setUp(t);
  const worker = server.add('worker-1');
  const looks = await open();
  server.beforeLog = () => {
    worker.startedAt = new Date().toISOString();
  };
  const { whole, unseen } = await looks.read(options, justNow());
  assert.deepEqual([whole, unseen?.kind], [false, 'not-observable']);
});

test(`a pod that goes while logs are read, or a second list that fails, takes the proof and no line (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  server.add('worker-2');
  const looks = await open();
  server.log('worker-1', 'there');
  // The list, two logs, and the list again.
  server.instead.push('right', 'right', 'right', { status: 503, body: 'starting' });
  const unsure = await looks.read(options, justNow());
  assert.deepEqual(textsOf(unsure), ['there']);
  assert.equal(unsure.whole, false);
  assert.match(unsure.searched, /restarted meanwhile is not known/);
  let logs = 0;
  server.beforeLog = () => {
    logs += 1;
    // Its log is answered still.
    if (logs === 2) setImmediate(() => server.pods.splice(1));
  };
  const went = await looks.read(options, justNow());
  assert.deepEqual(textsOf(went), ['there']);
  assert.deepEqual([went.whole, went.unseen?.kind], [false, 'not-observable']);
});
