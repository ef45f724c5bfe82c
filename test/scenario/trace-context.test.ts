// `trace-context` in a scenario: the name that it gives, and what is said where that is not known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Loaded, loadScenario } from '../../smoke/scenario/load.ts';
import { example, spoilt } from './example.ts';
import { tools } from './plugins.ts';

const load = (text: string): Promise<Loaded> => loadScenario(text, 'x.yaml', tools());
const withTrace = (text: string): string => text.replace(/^grace: 30s/m, 'trace-context: true\ngrace: 30s');
const byTrace = spoilt('/api/bookings/${{ booking }}', '/traces/${{ trace-id }}');

test('the trace is known to each look', async () => {
  const loaded = await load(withTrace(byTrace));
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('\n'));
  assert.equal(loaded.scenario.traceContext, true);
});

test('without `trace-context` the name is unknown, and the hint says what gives it', async () => {
  const loaded = await load(byTrace);
  assert.ok(!loaded.ok);
  assert.match(loaded.problems[0]?.hint ?? '', /`trace-context: true`/);
  const plain = await load(example);
  assert.ok(plain.ok && plain.scenario.traceContext === undefined);
});

test('it cannot be kept from an answer beside that', async () => {
  const kept = spoilt('keep: { booking: $.id }', 'keep: { booking: $.id, trace-id: $.trace }');
  assert.ok((await load(kept)).ok, 'alone it is a name like any other');
  const loaded = await load(withTrace(kept));
  assert.ok(!loaded.ok);
  assert.match(loaded.problems[0]?.message ?? '', /`trace-id` cannot be kept here/);
});

test('it is true or false', async () => {
  assert.equal((await load(withTrace(example).replace('trace-context: true', 'trace-context: maybe'))).ok, false);
});
