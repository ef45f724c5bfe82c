import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPlugin, pluginNames, pluginSummaries } from '../../smoke/probes/registry.ts';

test('every built-in loads under its name and says of itself what the registry says of it', async () => {
  assert.deepEqual([...pluginNames].sort(), [
    'browser',
    'bullmq',
    'capture',
    'celery',
    'command',
    'elasticsearch',
    'graphile-worker',
    'http',
    'jaeger',
    'journald',
    'kafka',
    'kubernetes-logs',
    'laravel',
    'laravel-database',
    'log',
    'loki',
    'mail',
    'nats',
    'oban',
    'otlp',
    'pg-boss',
    'rabbitmq',
    'redis',
    'rq',
    'sidekiq',
    'solid-queue',
    'sql',
    'tempo',
  ]);
  for (const name of pluginNames) {
    const plugin = await loadPlugin(name);
    assert.equal(plugin?.name, name);
    assert.equal(plugin.summary, pluginSummaries[name]);
    assert.ok(plugin.open !== undefined || plugin.trigger !== undefined);
  }
});

test('a name that no plug-in has loads nothing, an inherited one included', async () => {
  for (const name of ['htp', '', 'toString', '__proto__', 'constructor'])
    assert.equal(await loadPlugin(name), undefined);
});
