// The merge: flag, then environment, then config file, then default.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigFile } from '../../smoke/config/model.ts';
import { configChoice, type Files, type Flags, type Settings, settingsOf } from '../../smoke/config/settings.ts';

const config: ConfigFile = {
  file: 'smoketrail.yaml',
  sources: new Map(),
  vars: { web: 'http://all', guest: 'Zoë' },
  environments: {
    staging: { vars: { web: 'http://staging' }, limits: { perDay: 5 }, hosts: { 'a.example': { rate: 1 } } },
    production: { vars: {}, limits: {}, hosts: {} },
  },
  hosts: { 'a.example': { rate: 2 }, 'b.example': { concurrent: 1 } },
  limits: { perRun: 9 },
  plugins: { mine: '/repo/mine.ts' },
  timezone: 'Europe/Lisbon',
  ledger: '/repo/ledger',
  reporters: ['terminal', 'junit=/repo/smoke.xml'],
  scenarios: ['/repo/scenarios'],
  jobs: 2,
  repeat: 3,
  bail: true,
  deadline: 5_000,
  grace: 3_000,
  inconclusive: 'fail',
  missing: [],
  placeOf: () => ({ file: 'smoketrail.yaml', line: 1, column: 1 }),
};

function merged(flags: Flags = {}, env: Record<string, string> = {}, files: Files = { config }): Settings {
  const result = settingsOf(flags, env, files);
  assert.ok(result.ok, JSON.stringify(result));
  return result.settings;
}

const every: readonly [key: keyof Settings, flags: Flags, env: Record<string, string>, values: readonly unknown[]][] = [
  ['jobs', { jobs: '7' }, { SMOKETRAIL_JOBS: '6' }, [7, 6, 2, 4]],
  ['repeat', { repeat: '7' }, { SMOKETRAIL_REPEAT: '6' }, [7, 6, 3, 1]],
  ['bail', { bail: true }, { SMOKETRAIL_BAIL: '0' }, [true, false, true, false]],
  ['deadline', { deadline: '7s' }, { SMOKETRAIL_DEADLINE: '6s' }, [7_000, 6_000, 5_000, undefined]],
  ['grace', { grace: '7s' }, { SMOKETRAIL_GRACE: '6s' }, [7_000, 6_000, 3_000, undefined]],
  ['inconclusive', { inconclusive: 'pass' }, { SMOKETRAIL_INCONCLUSIVE: 'pass' }, ['pass', 'pass', 'fail', undefined]],
  ['ledger', { ledger: 'a' }, { SMOKETRAIL_LEDGER: 'b' }, ['a', 'b', '/repo/ledger', '.smoketrail/ledger']],
  [
    'reporters',
    { reporter: ['json'] },
    { SMOKETRAIL_REPORTER: 'ndjson=x' },
    [
      [{ name: 'json' }],
      [{ name: 'ndjson', path: 'x' }],
      [{ name: 'terminal' }, { name: 'junit', path: '/repo/smoke.xml' }],
      [],
    ],
  ],
];

for (const [key, flags, env, [flag, variable, file, standard]] of every) {
  test(`${key}: a flag goes before its variable, that before the config file, that before the default`, () => {
    assert.deepEqual(merged(flags, env)[key], flag);
    assert.deepEqual(merged({}, env)[key], variable);
    assert.deepEqual(merged()[key], file);
    assert.deepEqual(merged({}, {}, {})[key], standard);
  });
}

test('an environment is chosen by flag or variable, and stands before the rest of the file', () => {
  for (const settings of [
    merged({ env: 'staging' }, { SMOKETRAIL_ENV: 'production' }),
    merged({}, { SMOKETRAIL_ENV: 'staging' }),
  ]) {
    assert.equal(settings.environment, 'staging');
    assert.deepEqual(settings.given.vars, { web: 'http://staging', guest: 'Zoë' });
    assert.deepEqual(settings.hosts, { 'a.example': { rate: 1 }, 'b.example': { concurrent: 1 } });
    assert.deepEqual(settings.limits, [
      { by: 'environment staging', limits: { perDay: 5 } },
      { by: 'smoketrail.yaml', limits: { perRun: 9 } },
    ]);
  }
  assert.deepEqual(merged().given.vars, { web: 'http://all', guest: 'Zoë' });
  assert.equal(merged().environment, undefined);
});

test('--var stands before --var-file, whose values keep their type', () => {
  const vars = { count: 2, list: [1], web: 'http://file' };
  const settings = merged({ var: ['web=http://flag'] }, {}, { config, vars });
  assert.deepEqual(settings.vars, { count: 2, list: [1], web: 'http://flag' });
});

test('an environment that nobody has is named with the one that was meant', () => {
  const wrong = settingsOf({ env: 'stagin' }, {}, { config });
  assert.deepEqual(!wrong.ok && wrong.problems, [
    { name: '--env', message: 'smoketrail.yaml has no environment "stagin"', hint: 'Did you mean `staging`?' },
  ]);
  const inherited = settingsOf({}, { SMOKETRAIL_ENV: 'constructor' }, { config });
  assert.match(JSON.stringify(inherited), /"SMOKETRAIL_ENV".*no environment/);
  const none = settingsOf({ env: 'staging' }, {}, {});
  assert.match(JSON.stringify(none), /no config file/);
});

test('the config file is the one that is named, none, or the one that is found', () => {
  assert.deepEqual(configChoice({ config: 'a.yaml' }, { SMOKETRAIL_CONFIG: 'b.yaml' }), {
    file: 'a.yaml',
    by: '--config',
  });
  assert.deepEqual(configChoice({}, { SMOKETRAIL_CONFIG: 'b.yaml' }), { file: 'b.yaml', by: 'SMOKETRAIL_CONFIG' });
  assert.equal(configChoice({ config: false }, { SMOKETRAIL_CONFIG: 'b.yaml' }), 'none');
  assert.equal(configChoice({}, { SMOKETRAIL_NO_CONFIG: '1' }), 'none');
  assert.equal(configChoice({}, {}), 'search');
});
