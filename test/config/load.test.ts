// The config file: what it says, and every way of writing it wrong as one problem at its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type LoadedConfig, loadConfig } from '../../smoke/config/load.ts';
import type { ConfigFile } from '../../smoke/config/model.ts';
import { formatProblem } from '../../smoke/scenario/frame.ts';
import { isTemplate } from '../../smoke/scenario/template.ts';

const env = { STAGE: 'blue' };

function load(text: string): Promise<LoadedConfig> {
  const readFile = async (): Promise<string> => {
    throw Object.assign(new Error('none'), { code: 'ENOENT' });
  };
  return loadConfig(text, 'smoketrail.yaml', { baseDir: '/repo', readFile, env });
}

async function configOf(text: string): Promise<ConfigFile> {
  const loaded = await load(text);
  assert.ok(loaded.ok, JSON.stringify(!loaded.ok && loaded.problems));
  return loaded.config;
}

test('paths start from the folder of the file, packages stay what they are', async () => {
  const config = await configOf(
    "ledger: x/ledger\nreporters: [terminal, junit=out/smoke.xml, ndjson=/tmp/a]\nscenarios: [a, ./b, /c]\nplugins: { mine: ./p.ts, other: '@acme/probe' }\n",
  );
  assert.equal(config.ledger, '/repo/x/ledger');
  assert.deepEqual(config.reporters, ['terminal', 'junit=/repo/out/smoke.xml', 'ndjson=/tmp/a']);
  const own = await configOf(
    "reporters: [./a=b/chat.ts, '../chat.mjs=x=y.txt', '@acme/chat=chat.txt', smoketrail-chat]\n",
  );
  assert.deepEqual(own.reporters, [
    '/repo/a=b/chat.ts',
    '/chat.mjs=/repo/x=y.txt',
    '@acme/chat=/repo/chat.txt',
    'smoketrail-chat',
  ]);
  assert.deepEqual(config.scenarios, ['/repo/a', '/repo/b', '/c']);
  assert.deepEqual(config.plugins, { mine: '/repo/p.ts', other: '@acme/probe' });
});

test('rates are a number of requests in a time', async () => {
  const { hosts } = await configOf(
    'hosts: { a: { rate: 10/s }, b: { rate: 10/min }, c: { rate: 100/h, concurrent: 2 } }\n',
  );
  assert.deepEqual(hosts, { a: { rate: 10 }, b: { rate: 10 / 60 }, c: { rate: 100 / 3600, concurrent: 2 } });
});

test('the environment is read at once, variables keep their templates, and secrets stay out of the file', async () => {
  const config = await configOf(
    "ledger: ${{ env.STAGE }}/${{ env.NONE ?? 'x' }}\nvars: { token: '${{ secret.T }}', n: 3 }\n",
  );
  assert.equal(config.ledger, '/repo/blue/x');
  assert.ok(isTemplate(config.vars['token']));
  assert.equal(config.vars['n'], 3);
});

test('a setting whose variable has no value is left out and told', async () => {
  const config = await configOf('ledger: ${{ env.NONE }}\n');
  assert.equal(config.ledger, undefined);
  assert.deepEqual(config.missing, [{ key: 'ledger', name: 'env.NONE' }]);
});

const wrong: readonly [what: string, text: string, problem: string, hint?: RegExp][] = [
  ['an empty file', '', 'empty 1:1'],
  ['a list', '- a\n', 'wrong-type 1:1'],
  ['a tab', 'vars:\n\ta: 1\n', 'tab 2:1'],
  ['bytes that are no UTF-8', 'vars:\n  a: \ufffd\n', 'yaml 2:6'],
  ['a byte that is no text', 'vars: { a: "\0" }\n', 'yaml 1:1'],
  ['two documents', 'jobs: 1\n---\njobs: 2\n', 'yaml 2:1'],
  ['a duplicate key', 'jobs: 1\njobs: 2\n', 'duplicate-key 2:1'],
  ['an unknown key', 'jobbs: 1\n', 'unknown-key 1:1', /`jobs`/],
  ['an unknown key of an environment', 'environments:\n  a:\n    varz: {}\n', 'unknown-key 3:5', /`vars`/],
  ['an unknown key of a host', 'hosts: { a: { rat: 10/s } }\n', 'unknown-key 1:15', /`rate`/],
  ['an unknown limit', 'limits: { per-week: 1 }\n', 'unknown-key 1:11'],
  ['a limit that is no number', 'limits: { per-run: few }\n', 'wrong-type 1:20'],
  ['a limit of an environment below nothing', 'environments: { a: { limits: { per-day: -1 } } }\n', 'bad-value 1:41'],
  ['a rate without a unit', 'hosts: { a: { rate: 10 } }\n', 'wrong-type 1:21'],
  ['a rate of nothing', 'hosts: { a: { rate: 0/s } }\n', 'bad-value 1:21'],
  ['a rate of a day', 'hosts: { a: { rate: 10/d } }\n', 'bad-value 1:21'],
  ['no request at once', 'hosts: { a: { concurrent: 0 } }\n', 'bad-value 1:27'],
  ['a host with a path', "hosts: { 'a.example/x': {} }\n", 'bad-value 1:10', /api\.partner\.example/],
  ['a host with a pattern', "hosts: { '*.example': {} }\n", 'bad-value 1:10'],
  ['a time zone nobody knows', 'timezone: Mars/North\n', 'bad-value 1:11'],
  ['a reporter without a file behind its sign', 'reporters: [junit=]\n', 'bad-value 1:13'],
  ['a text for the reporters', 'reporters: junit\n', 'wrong-type 1:12'],
  ['a name of an environment with a space', "environments: { 'a b': {} }\n", 'forbidden-name 1:17'],
  ['a name of a plug-in in capitals', 'plugins: { Mine: ./a.ts }\n', 'forbidden-name 1:12'],
  ['a name of a variable that begins with a digit', 'vars: { 1a: 1 }\n', 'forbidden-name 1:9'],
  ['__proto__ as a variable', 'vars: { __proto__: 1 }\n', 'forbidden-name 1:9'],
  ['__proto__ as an environment', 'environments: { __proto__: { vars: { a: 1 } } }\n', 'forbidden-name 1:17'],
  ['a secret in a path', 'ledger: ${{ secret.X }}\n', 'bad-template 1:9', /vars/],
  ['a date in a path', 'ledger: l-${{ date() }}\n', 'bad-template 1:9'],
  ['a run in a path', 'ledger: l-${{ run.id }}\n', 'bad-template 1:9'],
  ['a template that is never closed', 'ledger: ${{ env.X\n', 'bad-template 1:9'],
  ['a template for a number', 'jobs: ${{ env.JOBS }}\n', 'bad-template 1:7'],
  ['a file of a variable that is not there', 'vars: { a: "${{ file(\'./no\') }}" }\n', 'file 1:17'],
  ['a duration without a unit', 'deadline: 60\n', 'bad-duration 1:11'],
  ['a word that is none of the known', 'inconclusive: warn\n', 'bad-value 1:15'],
  ['no jobs', 'jobs: 0\n', 'bad-value 1:7'],
  ['no scenarios', 'scenarios: []\n', 'bad-value 1:12'],
];

for (const [what, text, problem, hint] of wrong) {
  test(`${what} is one problem at its place`, async () => {
    const loaded = await load(text);
    assert.ok(!loaded.ok);
    const told = loaded.problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`);
    assert.deepEqual(told, [problem], JSON.stringify(loaded.problems));
    if (hint) assert.match(loaded.problems[0]?.hint ?? '', hint);
    assert.equal(({} as { vars?: unknown }).vars, undefined);
  });
}

test('all problems come at once', async () => {
  const loaded = await load('jobbs: 1\ntimezone: X/Y\nhosts: { a: { rate: 1 } }\n');
  assert.equal(!loaded.ok && loaded.problems.length, 3);
});

test('an alias bomb and two megabytes are one problem each, found fast', async () => {
  const names = [...'abcdefghij'];
  const bomb = names.map((name, at) => `  ${name}: &${name} [${Array(9).fill(at === 0 ? 'x' : `*${names[at - 1]}`)}]`);
  const began = performance.now();
  for (const [text, code] of [
    [`vars:\n${bomb.join('\n')}\n`, 'alias'],
    ['a: 1\n'.repeat(400_000), 'too-large'],
  ] as const) {
    const loaded = await load(text);
    assert.deepEqual(!loaded.ok && loaded.problems.map((problem) => problem.code), [code]);
  }
  assert.ok(performance.now() - began < 2_000);
});

test('any text is loaded or refused with places inside it', async () => {
  const piece = fc.constantFrom(
    'vars:',
    'hosts:',
    '{',
    '}',
    ': ',
    '\n',
    '  ',
    '${{',
    '}}',
    'env.X',
    '*a',
    '&a ',
    "'",
    '- ',
    '10/s',
    'a',
    '__proto__: 1\n',
    '\u001b[31m',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 30 }), async (pieces) => {
      const text = pieces.join('');
      const loaded = await load(text);
      for (const problem of loaded.ok ? [] : loaded.problems) {
        assert.ok(problem.place.line >= 1 && problem.place.line <= text.split('\n').length);
        assert.doesNotMatch(formatProblem(problem, text, { color: false }), /\u001b/);
      }
    }),
    { numRuns: 300 },
  );
});
