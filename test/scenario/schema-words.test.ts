// The schema as an editor shows it: every key is explained, and what it shows may be typed as it stands.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { scenarioSchema } from '../../smoke/scenario/json-schema.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import { minimal } from '../docs/minimal.ts';
import { faultsIn } from '../system/schema-check.ts';

type Json = { [key: string]: unknown };
const loaded = await Promise.all(pluginNames.map(loadPlugin));
const plugins: Plugin[] = loaded.filter((plugin) => plugin !== undefined);
const schema = scenarioSchema(plugins);

/** Every key of every mapping in the schema, with its path. */
function keysIn(part: unknown, at = ''): { path: string; key: Json }[] {
  if (Array.isArray(part)) return part.flatMap((item, index) => keysIn(item, `${at}/${index}`));
  if (typeof part !== 'object' || part === null) return [];
  const { properties = {}, examples: _examples, default: _default, ...rest } = part as Json;
  return [
    ...Object.entries(properties as Json).flatMap(([name, key]) => [
      { path: `${at}.${name}`, key: key as Json },
      ...keysIn(key, `${at}.${name}`),
    ]),
    ...Object.entries(rest).flatMap(([name, inner]) =>
      name === '$defs' ? Object.entries(inner as Json).flatMap(([def, one]) => keysIn(one, def)) : keysIn(inner, at),
    ),
  ];
}

const keys = keysIn(schema);

/** What the key's reference leads to, or the key itself. */
function shapeOf(key: Json | undefined): Json {
  const name = String(key?.['$ref']).replace('#/$defs/', '');
  return (schema['$defs'] as Record<string, Json>)[name] ?? key ?? {};
}

test('the schema is of a size that an editor reads at once', () => {
  const size = JSON.stringify(schema, undefined, 2).length;
  assert.ok(size < 600_000, `${size} characters`);
});

test('every key has a description and an example', () => {
  assert.ok(keys.length > 150);
  const silent = keys.filter(({ key }) => {
    const examples = key['examples'];
    return typeof key['description'] !== 'string' || !Array.isArray(examples) || examples.length === 0;
  });
  assert.deepEqual(
    silent.map(({ path }) => path),
    [],
  );
});

test('every example and every default is a value that its key takes', () => {
  const wrong = keys.flatMap(({ path, key }) => {
    const standard = Object.hasOwn(key, 'default') ? [key['default']] : [];
    return [...((key['examples'] ?? []) as unknown[]), ...standard].flatMap((value) =>
      faultsIn(value, key, path, schema).map((fault) => `${fault} (${JSON.stringify(value)})`),
    );
  });
  assert.deepEqual(wrong, []);
});

test('the defaults that the schema tells are those of the loader', async () => {
  const { times, poll, linger, marker } = await minimal();
  const properties = schema['properties'] as Record<string, Json>;
  const told = (key: string): unknown => properties[key]?.['default'];
  assert.deepEqual(
    ['deadline', 'grace', 'settle', 'confirm', 'timeout', 'linger'].map(told),
    [times.deadline, times.grace, times.settle, times.confirm, times.timeout]
      .map((ms) => `${ms / 1000}s`)
      .concat(`${linger / 3_600_000}h`),
  );
  const inner = (key: string): Json =>
    Object.fromEntries(
      Object.entries(shapeOf(properties[key])['properties'] as Json).map(([name, part]) => [
        name,
        (part as Json)['default'],
      ]),
    );
  assert.deepEqual(inner('marker'), marker);
  assert.deepEqual(inner('poll'), { first: `${poll.first}ms`, factor: poll.factor, max: `${poll.max / 1000}s` });
});

test('a scenario made of nothing but the examples of the keys it needs loads', async () => {
  const properties = schema['properties'] as Record<string, { examples: unknown[] }>;
  const first = Object.fromEntries(
    ['name', 'send', 'route', 'vars', 'find', 'clean'].map((key) => [key, properties[key]?.examples[0]]),
  );
  const vars = { ...(first['vars'] as Json), partner: 'http://127.0.0.1:4101' };
  const tools = { plugin: loadPlugin, pluginNames, readFile: async () => '', baseDir: '/' };
  const result = await loadScenario(JSON.stringify({ ...first, vars }), 'examples.yaml', tools);
  assert.deepEqual(result.ok ? [] : result.problems.map(({ message }) => message), []);
});
