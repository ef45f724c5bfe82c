// Variables of the config file in a scenario.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../smoke/config/load.ts';
import { type Loaded, loadScenario } from '../../smoke/scenario/load.ts';
import { isTemplate } from '../../smoke/scenario/template.ts';
import { example } from './example.ts';
import { tools } from './plugins.ts';

async function load(config: string, text: string = example): Promise<Loaded> {
  const loaded = await loadConfig(config, 'smoketrail.yaml', { baseDir: '/', readFile: async () => '', env: {} });
  assert.ok(loaded.ok);
  const { vars, sources } = loaded.config;
  return loadScenario(text, 'x.yaml', { ...tools(), given: { vars, sources } });
}

test('they stand before the scenario’s own, and what the scenario neither has nor uses is left out', async () => {
  const loaded = await load('vars: { web: http://given, other: 1, token: "${{ secret.OTHER }}" }\n');
  assert.ok(loaded.ok);
  const { vars, needs } = loaded.scenario;
  assert.equal(vars['web'], 'http://given');
  assert.ok(isTemplate(vars['partner']));
  assert.deepEqual(Object.keys(vars), ['web', 'partner']);
  assert.deepEqual(
    needs.secrets.map(({ name }) => name),
    ['WEB_TOKEN'],
  );
});

test('a scenario may use one that it does not have itself, and what that one stands on', async () => {
  const config = 'vars: { site: "${{ vars.host }}/x", host: "http://${{ env.HOST }}" }\n';
  const loaded = await load(config, example.replace('${{ vars.partner }}', '${{ vars.site }}'));
  assert.ok(loaded.ok, JSON.stringify(loaded));
  assert.ok('site' in loaded.scenario.vars && 'host' in loaded.scenario.vars);
  const need = loaded.scenario.needs.env.find(({ name }) => name === 'HOST');
  assert.deepEqual(need?.place, { file: 'smoketrail.yaml', line: 1, column: 55 });
});

test('a problem in one stands at its place in the config file', async () => {
  const loaded = await load('vars:\n  web: ${{ vars.partner }}${{ nobody }}\n');
  assert.ok(!loaded.ok);
  const [problem] = loaded.problems;
  assert.deepEqual([problem?.code, problem?.place.file, problem?.place.line], ['undefined-name', 'smoketrail.yaml', 2]);
  assert.match(loaded.sources.get('smoketrail.yaml') ?? '', /nobody/);
});
