// The examples that people copy: each is whole, and each passes against the healthy demo stack.

import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SystemName } from '../smoke/demo/queue-place.ts';
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

/** Where an example is played: on a stack of its own kind, with what it is told of it. */
type Kind = {
  stack: string;
  /** Its examples are those with this in their names; the plain stack has all others. */
  named?: string;
  /** A part that must be there for the stack. */
  part?: string;
  options?(listen: string): Parameters<typeof ownStack>[0];
  env?(listen: string): Readonly<Record<string, string>>;
  /** What the report must show: that the hop was seen, and not passed unseen. */
  shows?: RegExp;
};

const kinds: readonly Kind[] = [
  { stack: 'the healthy demo stack' },
  ofQueue('bullmq', 'redis'),
  // PostgreSQL comes with npm.
  ofQueue('pg-boss'),
  ofQueue('rabbitmq', 'rabbitmq'),
  {
    stack: 'a demo stack that makes spans',
    named: 'spans',
    // The receiver is the runner's own, at an address that the stack is told before.
    options: (listen) => ({ workers: 1, otlp: { endpoint: `http://${listen}` } }),
    env: (listen) => ({ OTLP_LISTEN: listen }),
    shows: / worker +✓ intact/,
  },
  {
    stack: 'a demo stack whose workers push through a capture',
    named: 'capture',
    options: (listen) => ({ pushTo: `http://${listen}` }),
    env: (listen) => ({ CAPTURE_LISTEN: listen }),
    shows: / worker +✓ intact .*PUT \/reservations\/\d+ → 201/,
  },
];

function ofQueue(system: SystemName, part?: string): Kind {
  return {
    stack: `the healthy demo stack with its queue on ${system}`,
    named: system,
    ...(part !== undefined && { part }),
    options: () => ({ queue: { system } }),
    shows: / queue +✓ intact/,
  };
}

for (const kind of kinds) {
  const { stack, named, part } = kind;
  const others = kinds.flatMap((one) => one.named ?? []);
  const own = examples.filter((name) =>
    named === undefined ? !others.some((other) => name.includes(other)) : name.includes(named),
  );
  const skip = part === undefined ? false : without(part);
  test(`each example for it arrives at ${stack} and leaves nothing behind`, { skip }, async () => {
    const played = without('chromium') === false ? own : own.filter((name) => !name.includes('browser'));
    await play(played, kind);
  });
}

async function play(played: readonly string[], { options, env, shows = / ✓ intact/ }: Kind): Promise<void> {
  assert.ok(played.length > 0);
  const listen = `127.0.0.1:${await freePort()}`;
  const own = await ownStack(options?.(listen));
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-examples-'));
  try {
    const ended = await smoketrail(
      ['run', ...played.map((name) => join(folder, name)), '--reporter', 'json=run.json', '--reporter', 'terminal'],
      { cwd, env: { ...environmentOf(own.stack), ...env?.(listen) } },
    );
    assert.equal(ended.code, 0, ended.out + ended.err);
    const record = JSON.parse(await readFile(join(cwd, 'run.json'), 'utf8')) as {
      scenarios: { verdict: { verdict: string } }[];
    };
    assert.deepEqual(
      record.scenarios.map(({ verdict }) => verdict.verdict),
      played.map(() => 'arrived'),
    );
    assert.match(ended.out, shows);
    assert.deepEqual(await get(`${own.stack.urls.partner}/reservations`), { reservations: [] });
    assert.deepEqual(await get(`${own.stack.urls.web}/api/bookings?search=smk-`), { bookings: [] });
  } finally {
    await own.end();
    await rm(cwd, { recursive: true, force: true });
  }
}
