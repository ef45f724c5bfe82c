// The examples that people copy: each is whole, and each passes against the healthy demo stack.

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type SystemName, systemNames } from '../smoke/demo/queue-place.ts';
import { environmentOf } from '../smoke/demo/stack.ts';
import { loadPlugin, pluginNames } from '../smoke/probes/registry.ts';
import { loadScenario } from '../smoke/scenario/load.ts';
import { get, ownStack } from './demo/on-stack.ts';
import { without } from './parts.ts';
import { freePort } from './servers/free-port.ts';
import { smoketrail } from './world.ts';

const folder = fileURLToPath(new URL('../scenarios/', import.meta.url));
const examples = globSync('**/*.{yaml,yml}', { cwd: folder }).sort();

test('there are examples, and each is a scenario', () => {
  assert.ok(examples.includes('booking-note.yaml'));
});

for (const name of examples) {
  test(`scenarios/${name} loads without a word, finds its aliases and cleans up`, async () => {
    const loaded = await loadScenario(await readFile(join(folder, name), 'utf8'), join(folder, name), {
      plugin: loadPlugin,
      pluginNames,
      readFile: (path) => readFile(path, 'utf8'),
    });
    assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('\n'));
    const { scenario, warnings } = loaded;
    assert.deepEqual(warnings, []);
    assert.ok(scenario.description);
    assert.ok(scenario.find.length > 0 && scenario.clean.length > 0);
  });
}

/** The part that the server of a queue needs here; PostgreSQL comes with npm. */
const parts: Readonly<Partial<Record<SystemName, string>>> = { bullmq: 'redis', rabbitmq: 'rabbitmq' };

/** An example that looks at a queue of its own is named for it. */
function queueOf(name: string): SystemName {
  return systemNames.find((system) => name.endsWith(`-${system}.yaml`)) ?? 'sqlite';
}

const isOfSpans = (name: string): boolean => name.includes('spans');

for (const system of systemNames) {
  const part = parts[system];
  const skip = part === undefined ? false : without(part);
  const stack = `the healthy demo stack with its queue on ${system}`;
  test(`each example for it arrives at ${stack} and leaves nothing behind`, { skip }, async () => {
    const hasBrowser = without('chromium') === false;
    const its = examples.filter((name) => queueOf(name) === system && !isOfSpans(name));
    const out = await play(
      its.filter((name) => hasBrowser || !name.includes('browser')),
      { queue: { system } },
    );
    // Seen by the queue's own plug-in, not passed unseen.
    if (system !== 'sqlite') assert.match(out, / queue +✓ intact/);
  });
}

test('each example on spans arrives at a demo stack that makes them', async () => {
  // The receiver is the runner's own, at a port that the stack is told before.
  const listen = `127.0.0.1:${await freePort()}`;
  const options = { workers: 1, otlp: { endpoint: `http://${listen}` } };
  await play(examples.filter(isOfSpans), options, { OTLP_LISTEN: listen });
});

async function play(
  played: readonly string[],
  options: Parameters<typeof ownStack>[0] = {},
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  assert.ok(played.length > 0);
  const own = await ownStack(options);
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-examples-'));
  try {
    const ended = await smoketrail(
      ['run', ...played.map((name) => join(folder, name)), '--reporter', 'json=run.json'],
      {
        cwd,
        env: { ...environmentOf(own.stack), ...env },
      },
    );
    assert.equal(ended.code, 0, ended.out + ended.err);
    const record = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8')) as {
      scenarios: { verdict: { verdict: string }; cleaned: { state: string } }[];
    };
    assert.deepEqual(
      record.scenarios.map(({ verdict }) => verdict.verdict),
      played.map(() => 'arrived'),
    );
    assert.deepEqual(await get(`${own.stack.urls.partner}/reservations`), { reservations: [] });
    assert.deepEqual(await get(`${own.stack.urls.web}/api/bookings?search=smk-`), { bookings: [] });
    return ended.out;
  } finally {
    await own.end();
    await rm(cwd, { recursive: true, force: true });
  }
}
