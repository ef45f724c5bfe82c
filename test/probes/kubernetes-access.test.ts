// Who may look at pods, by which kubeconfig, and a server that is busy or away: against a stand-in that follows the
// published API, over TLS and with a bearer token.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import * as v from 'valibot';
import { kubernetesLogs } from '../../smoke/probes/logs/kubernetes-logs.ts';
import { type KubernetesLogsOptions, kubernetesLogsOptions } from '../../smoke/probes/logs/kubernetes-logs-options.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { testHost } from '../host.ts';
import { without } from '../parts.ts';
import { keyPair } from '../servers/key-pair.ts';
import { justNow, setUp, standIn } from './cluster.ts';
import { looksOf } from './log-store-looks.ts';

const skip = without('openssl');

test(`who may not is told which verb; who is unknown, to log in (${standIn})`, { skip }, async (t) => {
  const { server, folder, options, open } = await setUp(t);
  server.add('worker-1');
  const looks = await open();
  for (const [verb, needs] of [
    ['list pods', /the verb list on pods/],
    ['get pods/log', /the verb get on pods\/log/],
  ] as const) {
    server.forbidden.add(verb);
    const { fault } = await looks.blind(options, justNow());
    assert.equal(fault.kind, 'permission');
    assert.match(fault.message, /User "reader" cannot/);
    assert.match(fault.hint ?? '', needs);
    server.forbidden.clear();
  }
  const stranger = { selector: 'app=worker', kubeconfig: await server.kubeconfig(folder, { token: 'expired' }) };
  const unknown = await (await looksOf(t, kubernetesLogs, stranger)).blind(stranger, justNow());
  assert.deepEqual([unknown.fault.kind, unknown.unauthorized], ['permission', true]);
  assert.match(unknown.fault.message, /answered 401: Unauthorized/);
});

test(`the token is a secret, and goes to no server whose certificate nobody vouches for (${standIn})`, {
  skip,
}, async (t) => {
  const { server, folder, options } = await setUp(t);
  server.add('worker-1');
  const learnt: string[] = [];
  const looks = await looksOf(t, kubernetesLogs, options, { learn: (secret) => void learnt.push(secret) });
  await looks.read(options, justNow());
  assert.ok(learnt.includes(server.token));
  const other = await keyPair();
  const chosen = { selector: 'app=worker', kubeconfig: await server.kubeconfig(folder, { ca: other.ca }) };
  const before = server.asked.length;
  const { fault } = await (await looksOf(t, kubernetesLogs, chosen)).blind(chosen, justNow());
  assert.equal(fault.kind, 'refused');
  assert.equal(server.asked.length, before);
  assert.equal(
    (await (await looksOf(t, kubernetesLogs, chosen, { insecure: true })).read(chosen, justNow())).whole,
    true,
  );
});

test(`a server that is busy or goes away is blind, and seen again once it is back (${standIn})`, {
  skip,
}, async (t) => {
  const { server, options, open } = await setUp(t);
  server.add('worker-1');
  const looks = await open();
  server.instead.push({ status: 429, headers: { 'retry-after': '2' }, body: '{"message":"too many requests"}' });
  const busy = await looks.blind(options, justNow());
  assert.deepEqual([busy.fault.kind, busy.retryAfter], ['busy', 2000]);
  server.instead.push({ status: 500, body: '{"message":"etcdserver: request timed out"}' });
  const broken = await looks.blind(options, justNow());
  assert.equal(broken.fault.kind, 'busy');
  assert.match(broken.fault.message, /etcdserver/);
  await server.stop();
  assert.equal((await looks.blind(options, justNow())).fault.kind, 'refused');
  await server.start();
  assert.equal((await looks.read(options, justNow())).whole, true);
});

test('a kubeconfig that is missing, is none, or lacks the context is told', { skip }, async (t) => {
  const { folder, options } = await setUp(t);
  const open = async (more: Partial<KubernetesLogsOptions>): Promise<Blind> => {
    const error = await kubernetesLogs
      .open?.({ ...options, ...more }, testHost({ baseDir: folder }))
      .catch((thrown: unknown) => thrown);
    assert.ok(error instanceof Blind);
    return error;
  };
  assert.match((await open({ kubeconfig: './none' })).message, /cannot be read: ENOENT/);
  await writeFile(join(folder, 'odd'), '{ not yaml: [');
  assert.match((await open({ kubeconfig: './odd' })).message, /\.\/odd cannot be read/);
  await writeFile(join(folder, 'empty'), '{}');
  assert.match((await open({ kubeconfig: './empty' })).message, /has no current context|cannot be read/);
  assert.match((await open({ context: 'production' })).message, /has no context production/);
});

test('exactly one of selector, pod and deployment chooses', () => {
  const accepts = (options: object): boolean => v.safeParse(kubernetesLogsOptions, options).success;
  assert.ok(accepts({ selector: 'app in (a, b)' }));
  assert.ok(!accepts({}));
  assert.ok(!accepts({ selector: 'a=b', pod: 'c' }));
  for (const pod of ['../secrets', 'a/b', 'A', '']) assert.ok(!accepts({ pod }), pod);
});
