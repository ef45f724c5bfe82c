// Looks at the logs of pods, against a stand-in that follows the published API.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kubernetesLogs } from '../../smoke/probes/logs/kubernetes-logs.ts';
import type { KubernetesLogsOptions } from '../../smoke/probes/logs/kubernetes-logs-options.ts';
import { without } from '../parts.ts';
import { justNow, setUp, standIn } from './cluster.ts';
import { looksOf, textsOf } from './log-store-looks.ts';

const skip = without('openssl');

test(`a line is one of its pod: instance, image, node and start as columns, JSON by JSONPath (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  const owner = { kind: 'ReplicaSet', name: 'app-worker-7c9f4' };
  const labels = { app: 'worker', 'pod-template-hash': '7c9f4', 'app.kubernetes.io/version': '1.4.2' };
  const { startedAt, imageID } = server.add('app-worker-7c9f4-x', { owner, labels });
  server.add('app-worker-7c9f4-y', { owner, labels });
  const looks = await open();
  server.log('app-worker-7c9f4-x', '{"booking": 8841}');
  server.log('app-worker-7c9f4-y', 'plain\r');
  const { candidates, whole, searched, cost } = await looks.read(options, justNow());
  const [json, plain] = candidates;
  assert.ok(json && plain);
  assert.equal(whole, true, searched);
  assert.equal(searched, '2 lines of 2 pods of booking/app=worker');
  assert.deepEqual(json.select('$.booking'), { fits: true, values: ['8841'] });
  const columns = ['pod', 'container', 'imageID', 'node', 'startedAt', 'deployment', 'version', 'namespace'];
  const values = columns.map((name) => json.select(name));
  assert.deepEqual(
    values.map((one) => one.fits && one.values[0]),
    ['app-worker-7c9f4-x', 'worker', imageID, 'node-1', startedAt, 'app-worker', '1.4.2', 'booking'],
  );
  assert.equal(plain.text(), 'plain');
  assert.equal(plain.instance, 'app-worker-7c9f4-y');
  assert.match(plain.at ?? '', /^\d{4}-.*\.\d{9}Z$/);
  assert.equal(cost.requests, 4);
  const { query, headers } = server.asked.find(({ path }) => path.endsWith('/log')) ?? assert.fail();
  assert.equal(query.get('timestamps'), 'true');
  assert.match(query.get('sinceTime') ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(Number(query.get('limitBytes')) > 0);
  assert.match(String(headers['user-agent']), /^smoketrail/);
});

test(`many pods are listed page by page; a place in the list that is forgotten begins it anew (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  for (let count = 0; count < 12; count += 1) server.add(`worker-${count}`);
  server.page = 5;
  const looks = await open();
  for (let count = 0; count < 12; count += 1) server.log(`worker-${count}`, `line of ${count}`);
  server.expired = 1;
  const reading = await looks.read(options, justNow());
  assert.equal(new Set(textsOf(reading)).size, 12);
  assert.equal(reading.candidates.length, 12);
  assert.equal(reading.whole, true);
  server.expired = 1000;
  const { fault } = await looks.blind(options, justNow());
  assert.equal(fault.kind, 'busy');
  assert.match(fault.message, /changed faster/);
});

test(`logs are read four at a time (${standIn})`, { skip }, async (t) => {
  const { server, options } = await setUp(t);
  for (let count = 0; count < 20; count += 1) server.add(`worker-${count}`);
  let held = 0;
  let most = 0;
  const looks = await looksOf(t, kubernetesLogs, options, {
    budget: async () => {
      held += 1;
      most = Math.max(most, held);
      return {
        release() {
          held -= 1;
        },
      };
    },
  });
  await looks.read(options, justNow());
  assert.equal(most, 4);
  assert.equal(held, 0);
});

test(`pods are chosen by name, by a deployment and by labels; a container by its name (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options } = await setUp(t);
  server.deployments['app-worker'] = { matchLabels: { app: 'worker', tier: 'back' } };
  server.add('worker-1', { labels: { app: 'worker', tier: 'back' } });
  server.add('worker-2', { labels: { app: 'worker', tier: 'front' } });
  const { kubeconfig } = options;
  const texts = async (more: KubernetesLogsOptions): Promise<string[]> => {
    const chosen = { ...more, kubeconfig };
    return textsOf(await (await looksOf(t, kubernetesLogs, chosen)).read(chosen, justNow()));
  };
  server.log('worker-1', 'one');
  server.log('worker-2', 'two');
  assert.deepEqual(await texts({ selector: 'app=worker' }), ['one', 'two']);
  assert.deepEqual(await texts({ pod: 'worker-2' }), ['two']);
  assert.deepEqual(await texts({ deployment: 'app-worker' }), ['one']);
  assert.deepEqual(await texts({ pod: 'worker-1', container: 'worker' }), ['one']);
  for (const [more, says] of [
    [{ deployment: 'app-worke' }, /deployments\.apps "app-worke" not found/],
    [{ pod: 'worker-3' }, /no pod is found by booking\/worker-3/],
    [{ selector: 'app=worker', namespace: 'bookin' }, /no pod is found by bookin\/app=worker/],
    [{ selector: 'app=worker', container: 'sidecar' }, /has a container sidecar/],
  ] as const) {
    const chosen = { ...more, kubeconfig };
    const { fault } = await (await looksOf(t, kubernetesLogs, chosen)).blind(chosen, justNow());
    assert.equal(fault.kind, 'wrong-answer');
    assert.match(fault.message, says);
    assert.ok(fault.hint);
  }
});

test(`a container that never ran has no log, and is no doubt (${standIn})`, { skip }, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1', { container: { waiting: 'ContainerCreating' } });
  const { candidates, whole } = await (await open()).read(options, justNow());
  assert.deepEqual([candidates.length, whole], [0, true]);
});

test(`a log that breaks off shows what came of it, and proves no absence (${standIn})`, { skip }, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  const looks = await open();
  server.log('worker-1', 'there');
  // The list, then the log.
  const list = server.asked.length;
  server.instead.push('right', { cut: `${new Date().toISOString()} first\n${new Date().toISOString()} sec` });
  const cut = await looks.read(options, justNow());
  assert.ok(server.asked.length > list);
  assert.deepEqual(textsOf(cut), ['first']);
  assert.equal(cut.whole, false);
  assert.match(cut.searched, /the log of worker-1\/worker broke off/);
  server.instead.push('right', { status: 200, body: 'unable to retrieve container logs for containerd://abc' });
  const odd = await looks.read(options, justNow());
  assert.deepEqual([odd.candidates.length, odd.whole], [0, false]);
  assert.match(odd.searched, /holds what is no line of it/);
});

test(`more lines than the limit: the newest are read, and the look gave up (${standIn})`, { skip }, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  const looks = await open();
  for (let count = 0; count < 30; count += 1) server.log('worker-1', `line ${count}`);
  const reading = await looks.read({ ...options, limit: 10 }, justNow());
  assert.equal(textsOf(reading).at(-1), 'line 29');
  assert.deepEqual([reading.candidates.length, reading.whole, reading.unseen?.kind], [10, false, 'gave-up']);
  assert.match(reading.unseen?.hint ?? '', /limit/);
  server.log('worker-1', 'x'.repeat(7_500_000));
  const long = await looks.read(options, justNow());
  assert.equal(long.unseen?.kind, 'gave-up');
  assert.equal(textsOf(long).length, 30);
});

test(`where the pods before the send could not be listed, or the send is long past, no absence is proved (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  server.instead.push({ status: 500 });
  const late = await (await open()).read(options, justNow());
  assert.equal(late.whole, false);
  assert.match(late.searched, /before the send is not known/);
  const past = await (await open()).read(options, { since: new Date(Date.now() - 600_000) });
  assert.equal(past.whole, false);
  assert.match(past.searched, /took their logs along/);
});

test(`the pods themselves are records, for a release: the image that runs, and not its tag (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  const { imageID } = server.add('worker-2', {
    container: { imageID: `registry.example/worker@sha256:${'b'.repeat(64)}` },
  });
  const { candidates, whole } = await (await open()).read({ ...options, pods: true });
  assert.equal(whole, true);
  assert.deepEqual(
    candidates.map(({ instance }) => instance),
    ['worker-1', 'worker-2'],
  );
  assert.deepEqual(candidates[1]?.select('imageID'), { fits: true, values: [imageID] });
  assert.deepEqual(candidates[1]?.select("$.labels['app']"), { fits: true, values: ['worker'] });
  assert.equal(
    server.asked.some(({ path }) => path.endsWith('/log')),
    false,
  );
});
