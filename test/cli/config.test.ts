// The config file as a command finds it, files of variables, and pieces beside scenarios.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type Ended, smoketrail } from '../world.ts';

type Room = { dir: string; call(args: string, in_?: string, env?: Record<string, string>): Promise<Ended> };

async function room(t: TestContext, files: Readonly<Record<string, string | Buffer>>): Promise<Room> {
  const dir = await mkdtemp(join(tmpdir(), 'smoketrail-config-'));
  t.after(() => rm(dir, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ '.git/HEAD': '', ...files })) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  return { dir, call: (args, in_ = '.', env = {}) => smoketrail(args.split(' '), { cwd: join(dir, in_), env }) };
}

const scenario = (name: string, more = ''): string => `name: ${name}
vars: { web: 'http://127.0.0.1:1' }
send: { http: { method: POST, url: '\${{ vars.web }}/', text: '\${{ marker }}' } }
route:
  - hop: web
    look: { http: { url: '\${{ vars.web }}/\${{ marker }}', field: $.note } }
${more}`;

test('the nearest config file above counts, up to the root of the repository and no further', async (t) => {
  const { call } = await room(t, {
    'smoketrail.yaml': 'jobs: nonsense\n',
    'repo/.git': 'gitdir: elsewhere\n',
    'repo/a/b/scenarios/x.yaml': scenario('x'),
    'repo/c/smoketrail.yml': 'environments: { staging: {} }\n',
    'repo/c/d/scenarios/x.yaml': scenario('x'),
  });
  const none = await call('check', 'repo/a/b');
  assert.deepEqual([none.code, none.out], [0, '✓ scenarios/x.yaml  x: web\n']);
  const above = await call('check', 'repo/c/d');
  assert.equal(above.code, 0);
  assert.match(above.out, /^· the config file is \.\.\/smoketrail\.yml; -e chooses one of staging\n/);
  assert.match((await call('check -e staging', 'repo/c/d')).out, /smoketrail\.yml, environment staging\n/);
  assert.doesNotMatch((await call('check --no-config', 'repo/c/d')).out, /config file/);
  assert.equal((await call('check --config ../../smoketrail.yaml repo', '.')).code, 2);
});

test('the config file in a folder of scenarios is none of them, and its paths start from its folder', async (t) => {
  const { call } = await room(t, {
    'smoketrail.yaml': 'scenarios: [smoke]\n',
    'smoke/x.yaml': scenario('x'),
    'deep/er/.keep': '',
  });
  assert.equal((await call('check .')).code, 0);
  assert.match((await call('check', 'deep/er')).out, /✓ .*smoke\/x\.yaml {2}x: web\n/);
});

test('two config files in one folder, one that is not there and a folder are told, and nothing is run', async (t) => {
  const { call, dir } = await room(t, {
    'smoketrail.yaml': '',
    'smoketrail.yml': '',
    'a/smoketrail.yaml/x': '',
    'a/scenarios/x.yaml': scenario('x'),
  });
  assert.match((await call('check')).err, /two config files/);
  const folder = await call('check', 'a');
  assert.deepEqual(
    [folder.code, folder.err.split('\n')[0]],
    [2, 'smoketrail: smoketrail.yaml: it is a folder, not a config file'],
  );
  assert.match((await call('check --config none.yaml')).err, /--config: none\.yaml: there is no such file/);
  const named = await call('check', 'a', { SMOKETRAIL_CONFIG: join(dir, 'none.yaml') });
  assert.match(named.err, /SMOKETRAIL_CONFIG: .*none\.yaml: there is no such file/);
  await symlink('loop.yaml', join(dir, 'loop.yaml'));
  assert.match((await call('check --config loop.yaml')).err, /loop\.yaml: .*too many symbolic links/i);
});

test('hostile config files are one problem each', async (t) => {
  const { call } = await room(t, {
    'scenarios/x.yaml': scenario('x'),
    'utf8.yaml': Buffer.from([0x61, 0x3a, 0x20, 0xff, 0x0a]),
    'large.yaml': 'a: 1\n'.repeat(400_000),
    'proto.yaml': '__proto__: { jobs: 9 }\n',
  });
  for (const [file, message] of [
    ['utf8.yaml', /utf8\.yaml:1:4 error this is not text in UTF-8/],
    ['large.yaml', /larger than 1 MB/],
    ['proto.yaml', /`__proto__` cannot be a key/],
  ] as const) {
    const { code, err } = await call(`check --config ${file}`);
    assert.equal(code, 2);
    assert.match(err, message);
    assert.match(err, /1 problem in the config file/);
  }
});

test('-v says which config file was read, and other commands are silent about it', async (t) => {
  const { call } = await room(t, {
    'smoketrail.yaml': 'environments: { staging: { vars: { web: "http://127.0.0.1:2" } } }\nledger: kept\n',
    'scenarios/x.yaml': scenario('x'),
  });
  const swept = await call('sweep -v -e staging');
  assert.equal(swept.err, 'smoketrail: the config file is smoketrail.yaml, environment staging\n');
  assert.equal((await call('sweep')).err, '');
});

test('a setting whose variable is not set is told, unless a flag or check makes it needless', async (t) => {
  const { call } = await room(t, {
    'smoketrail.yaml': 'ledger: ${{ env.LEDGER_DIR }}\n',
    'scenarios/x.yaml': scenario('x'),
  });
  const { code, err } = await call('sweep');
  assert.equal(code, 2);
  assert.match(err, /smoketrail\.yaml: ledger needs env\.LEDGER_DIR, which has no value/);
  assert.equal((await call('sweep --ledger other')).code, 0);
  assert.equal((await call('sweep', '.', { LEDGER_DIR: 'x' })).code, 0);
  assert.equal((await call('check')).code, 0);
});

test('variables of files meet needs; a foreign name is told, a mistyped one refused at its place', async (t) => {
  const { call } = await room(t, {
    'scenarios/x.yaml': scenario('x').replace("'http://127.0.0.1:1'", ''),
    'good.yaml': 'web: http://127.0.0.1:1\nforeign: 1\n',
    'bad.env': 'WEB=1\nwebb=http://127.0.0.1:1\n',
  });
  assert.match((await call('check')).out, /needs vars\.web/);
  const good = await call('check --var-file good.yaml');
  assert.deepEqual([good.code, good.out], [0, '✓ scenarios/x.yaml  x: web\n']);
  assert.match(good.err, /^good\.yaml:2:1 warning no scenario here has a variable "foreign"/);
  const bad = await call('check --var-file bad.env');
  assert.equal(bad.code, 2);
  assert.match(bad.err, /bad\.env:2:1 error no scenario here has a variable "webb"[\s\S]*Did you mean `web`\?/);
  assert.match((await call('check --var-file none.yaml')).err, /--var-file none\.yaml: /);
});

test('a file of pieces beside the scenarios that use it is not taken for one, and its problems are told once', async (t) => {
  const use = '  - use: ./shared/hops.yaml#partner\n';
  const piece =
    "partner: { hop: partner, look: { http: { url: 'http://127.0.0.1:1/${{ marker }}', field: $.note } } }\n";
  const files = { 'scenarios/a.yaml': scenario('a', use), 'scenarios/b.yaml': scenario('b', use) };
  const { call } = await room(t, { ...files, 'scenarios/shared/hops.yaml': piece });
  const good = await call('check');
  assert.deepEqual(
    [good.code, good.out],
    [0, '✓ scenarios/a.yaml  a: web → partner\n✓ scenarios/b.yaml  b: web → partner\n'],
  );
  assert.equal((await call('check scenarios/shared/hops.yaml')).code, 2, 'named, it is asked for');

  const broken = await room(t, { ...files, 'scenarios/shared/hops.yaml': piece.replace('look', 'lok') });
  const { code, out } = await broken.call('check');
  assert.equal(code, 2);
  assert.equal(out.match(/scenarios\/shared\/hops\.yaml:1:26 error unknown key `lok`/g)?.length, 1);
  assert.match(out, /2 of 2 files cannot be run/);
});

test('the schema of the config file has its keys, each with a description', async (t) => {
  const { call } = await room(t, {});
  const { code, out } = await call('schema --config');
  assert.equal(code, 0);
  const { properties, additionalProperties } = JSON.parse(out) as {
    properties: Record<string, { description?: string }>;
    additionalProperties: boolean;
  };
  assert.equal(additionalProperties, false);
  assert.ok(Object.hasOwn(properties, 'environments'));
  for (const [key, { description }] of Object.entries(properties)) assert.ok(description, key);
});

test('a variable that only environments define is told with them, and with how one is chosen', async (t) => {
  const { call } = await room(t, {
    'own/smoketrail.yaml':
      "environments:\n  local: { vars: { web: 'http://127.0.0.1:1' } }\n  staging: { vars: { web: 'http://127.0.0.1:2' } }\n  bare: {}\n",
    'own/x.yaml': scenario('x').replace(/vars: .*\n/, ''),
  });
  const none = await call('run own/x.yaml --config own/smoketrail.yaml');
  assert.equal(none.code, 2);
  assert.match(none.err, /`vars\.web` is not defined/);
  assert.match(none.err, /It is defined in the environments local, staging of own\/smoketrail\.yaml: add -e local\./);
  const bare = await call('check own/x.yaml --config own/smoketrail.yaml -e bare');
  assert.match(bare.out, /of own\/smoketrail\.yaml: not in bare, which was chosen\./);
  const chosen = await call('check own/x.yaml --config own/smoketrail.yaml -e local');
  assert.equal(chosen.code, 0, chosen.out + chosen.err);
});

test('schema takes no config file, and says how one counts', async (t) => {
  const { call } = await room(t, { 'own/smoketrail.yaml': '{}\n' });
  const given = await call('schema --config own/smoketrail.yaml');
  assert.deepEqual([given.code, given.out], [2, '']);
  assert.match(given.err, /--config of schema takes no value: .*not that of own\/smoketrail\.yaml/);
  assert.match(given.err, /name it in SMOKETRAIL_CONFIG, or run schema in its folder/);
  const other = await call('schema x.yaml');
  assert.equal(other.code, 2);
  assert.match(other.err, /schema takes no arguments, and got x\.yaml/);
  const named = await call('schema', '.', { SMOKETRAIL_CONFIG: 'own/smoketrail.yaml' });
  assert.equal(named.code, 0, named.err);
});
