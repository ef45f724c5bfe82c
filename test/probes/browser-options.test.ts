import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsOf } from '../../smoke/config/settings.ts';
import { loadPlugin, pluginNames } from '../../smoke/probes/registry.ts';
import { sourceOf } from '../../smoke/scenario/build-tree.ts';
import { scenarioSchema } from '../../smoke/scenario/json-schema.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import type { Problem } from '../../smoke/scenario/problems.ts';

const tools = { plugin: loadPlugin, pluginNames, readFile: async () => '', baseDir: '/' };

function around(look: string): string {
  const lines = look.trimEnd().split('\n');
  return `name: x\nsend: { http: { url: 'http://h.example/', text: '\${{ marker }}', keep: { booking: $.id } } }\nroute:\n  - hop: partner\n    look:\n      browser:\n${lines.map((line) => `        ${line}`).join('\n')}\n`;
}

async function problemsOf(look: string): Promise<readonly Problem[]> {
  const loaded = await loadScenario(around(look), 'x.yaml', tools);
  assert.ok(!loaded.ok, 'it loads');
  return loaded.problems;
}

async function loaded(look: string): Promise<Scenario> {
  const loaded = await loadScenario(around(look), 'x.yaml', tools);
  assert.ok(loaded.ok, loaded.ok ? '' : loaded.problems.map(({ message }) => message).join('\n'));
  // Nothing is expected of these pages, which is told.
  assert.deepEqual(
    loaded.warnings.filter(({ code }) => code !== 'landmark'),
    [],
  );
  return loaded.scenario;
}

const goto = '- goto: http://h.example/list?ref=${{ booking }}';

test('a bare list of actions and a mapping with steps are the same', async () => {
  const [list, mapping] = [
    await loaded(`${goto}\n- read: { testid: note }`),
    await loaded(`steps:\n  ${goto}\n  - read: { testid: note }`),
  ];
  const options = (scenario: Scenario): unknown => sourceOf(scenario.route[0]?.look?.options ?? null);
  assert.deepEqual(options(list), options(mapping));
  assert.equal(list.route[0]?.look?.title, 'page /list?ref=‹booking›');
});

test('a single read is the field, several are not, and one that is named or looked at otherwise is as said', async () => {
  const field = async (look: string): Promise<unknown> => (await loaded(look)).route[0]?.look?.field;
  assert.equal(await field(`${goto}\n- read: { testid: note }`), 'text');
  assert.equal(await field(`${goto}\n- read: { testid: note, as: note }`), 'note');
  assert.equal(await field(`${goto}\n- read: { testid: note, as: note }\n- read: { testid: ref, as: ref }`), undefined);
  assert.equal(
    await field(`steps: [{ goto: 'http://h.example/' }, { read: { testid: a } }]\nfield: /x=(.*)/`),
    '/x=(.*)/',
  );
  assert.equal(await field(`steps: [{ goto: 'http://h.example/' }, { read: { testid: a } }]\nas: json`), undefined);
});

test('values in an address are escaped for it, and those typed in are not', async () => {
  const fill = `- fill: { label: Note, value: '\${{ booking }}' }`;
  const scenario = await loaded(`${goto}\n${fill}\n- read: { testid: note }`);
  const told = JSON.stringify(scenario.route[0]?.look?.options);
  assert.match(told, /"goto":\{[^}]*"source":"http:[\s\S]*?"escape":"url"/);
  assert.equal(told.match(/"escape"/g)?.length, 1);
});

for (const [what, look, place, message] of [
  ['an action that there is not', `${goto}\n- fil: { label: Note, value: x }`, '8:11', /unknown key `fil`/],
  [
    'two actions in one item',
    `${goto}\n- fill: { label: a, value: x }\n  check: { label: b }`,
    '8:11',
    /each action is an item of its own/,
  ],
  ['no goto at first', '- read: { testid: note }', '7:9', /the first action is `goto`/],
  [
    'two ways to name one element',
    `${goto}\n- click: { role: button, label: Book }`,
    '8:18',
    /exactly one of role, label/,
  ],
  ['no way to name one', `${goto}\n- click: { exact: true }`, '8:18', /exactly one of role, label/],
  ['a name without a role', `${goto}\n- click: { label: a, name: Book }`, '8:18', /`name` belongs to `role`/],
  [
    'two reads without names',
    `${goto}\n- read: { testid: a }\n- read: { testid: b }`,
    '7:9',
    /each needs a name of its own/,
  ],
  ['an address that is none', '- goto: ftp://h.example/', '7:17', /an http:\/\/ or https:\/\/ address/],
  ['a key that a locator has not', `${goto}\n- read: { testID: a }`, '8:19', /unknown key `testID`/],
  ['a script that is no program', `${goto}\n- script: ./pay.sh`, '8:19', /\.ts or \.js/],
  ['a wait for nothing', `${goto}\n- wait: { state: hidden }`, '8:17', /a locator, `url`, or a duration/],
  ['a selection key in a list', `${goto}\n- field: note`, '8:11', /unknown key `field`/],
] as const) {
  test(`${what} is one problem, at its place`, async () => {
    const problems = await problemsOf(look);
    assert.equal(problems.length, 1, problems.map((one) => one.message).join('\n'));
    assert.match(problems[0]?.message ?? '', message);
    const { line, column } = problems[0]?.place ?? { line: 0, column: 0 };
    assert.equal(`${line}:${column}`, place, problems[0]?.message);
  });
}

test('a misspelt action is answered with the one that was meant', async () => {
  const [problem] = await problemsOf(`${goto}\n- fil: { label: Note, value: x }`);
  assert.equal(problem?.hint, 'Did you mean `fill`?');
});

test('the schema takes both forms and describes every action with an example', async () => {
  const plugin = await loadPlugin('browser');
  assert.ok(plugin);
  type Json = { [key: string]: Json } & { anyOf?: Json[]; items?: Json; description?: string; examples?: unknown[] };
  const { $defs } = scenarioSchema([plugin]) as unknown as { $defs: Record<string, Json> };
  /** What several places have in common is said once, and referred to. */
  const said = (part: Json | undefined): Json | undefined => {
    const name = String(part?.['$ref'] ?? '').replace('#/$defs/', '');
    return name === '' || part === undefined ? part : { ...$defs[name], ...part };
  };
  const [list, mapping] = ($defs['browser.look']?.anyOf ?? []).map(said);
  assert.deepEqual(list?.['type'], 'array');
  assert.ok(mapping?.['properties']?.['steps'] && mapping['properties']['field'] && mapping['properties']['where']);
  const actions = Object.entries((said(list?.items)?.['properties'] ?? {}) as Record<string, Json>).map(
    ([name, action]): [string, Json | undefined] => [name, said(action)],
  );
  assert.ok(actions.length >= 14);
  assert.deepEqual(
    actions.filter(([, action]) => !action?.description || !action.examples).map(([name]) => name),
    [],
  );
});

test('flags and variables say how the browser is run', () => {
  const browserOf = (flags: Parameters<typeof settingsOf>[0], env: Record<string, string> = {}): unknown => {
    const merged = settingsOf(flags, env);
    assert.ok(merged.ok);
    return [merged.settings.browser, merged.settings.patient];
  };
  assert.deepEqual(browserOf({}), [{ headed: false, slowMo: 0 }, false]);
  assert.deepEqual(browserOf({ headed: true, slowMo: '250ms' }), [{ headed: true, slowMo: 250 }, false]);
  assert.deepEqual(browserOf({}, { SMOKETRAIL_HEADED: '1', SMOKETRAIL_SLOW_MO: '1s', SMOKETRAIL_BROWSER: '/x' }), [
    { headed: true, slowMo: 1000, executable: '/x' },
    false,
  ]);
  assert.deepEqual(browserOf({}, { PWDEBUG: '1' }), [{ headed: true, slowMo: 0 }, true]);
  assert.equal(settingsOf({ slowMo: '250' }, {}).ok, false);
});
