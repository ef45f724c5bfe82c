import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import { type Given, unmetNeeds } from '../../smoke/scenario/needs.ts';
import { tools } from './plugins.ts';

async function needsOf(vars: string, text: string): Promise<Scenario['needs']> {
  const file = `name: x\nvars:\n${vars}\nsend:\n  http: { url: 'http://a/', text: "\${{ marker }} ${text}" }\nroute:\n  - hop: a\n    look: { http: { url: 'http://a/' } }\n`;
  const result = await loadScenario(file, 'x.yaml', tools());
  if (!result.ok) assert.fail(JSON.stringify(result.problems));
  return result.scenario.needs;
}

const given = (names: readonly string[]): Given => ({
  env: (name) => (names.includes(`env.${name}`) ? 'x' : undefined),
  secret: (name) => (names.includes(`secret.${name}`) ? 'x' : undefined),
  vars: (name) => names.includes(`vars.${name}`),
});

test('any name of a chain will do', async () => {
  const needs = await needsOf('  a: b', '${{ env.A ?? secret.B }}');
  assert.deepEqual(
    needs.env.map(({ name, or }) => [name, or]),
    [['A', ['secret.B']]],
  );
  assert.equal(unmetNeeds(needs, given([])).length, 1);
  assert.equal(unmetNeeds(needs, given(['env.A'])).length, 0);
  assert.equal(unmetNeeds(needs, given(['secret.B'])).length, 0);
});

test('a chain that ends in a literal needs nothing', async () => {
  const needs = await needsOf('  a: b', '${{ env.A ?? date() ?? secret.B }}');
  assert.deepEqual(needs, { env: [], secrets: [], vars: [] });
});

test('a value given for a variable makes what stands in it needless', async () => {
  const needs = await needsOf('  a: ${{ env.A }}', '${{ vars.a }}');
  assert.deepEqual(
    unmetNeeds(needs, given([])).map(({ space, name }) => `${space}.${name}`),
    ['env.A'],
  );
  assert.deepEqual(unmetNeeds(needs, given(['vars.a'])), []);
});

test('a variable without a value must be given where it is used', async () => {
  const needs = await needsOf('  a:\n  b:', "${{ vars.a }} ${{ vars.b ?? 'x' }}");
  assert.deepEqual(
    unmetNeeds(needs, given([])).map(({ space, name }) => `${space}.${name}`),
    ['vars.a'],
  );
  assert.deepEqual(unmetNeeds(needs, given(['vars.a'])), []);
});
