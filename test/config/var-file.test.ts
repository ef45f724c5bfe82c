// Files of variables: values with their types, and problems at their places.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadVarFile } from '../../smoke/config/var-file.ts';

function varsOf(text: string, file: string): Readonly<Record<string, unknown>> {
  const loaded = loadVarFile(text, file);
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return loaded.vars;
}

function problemsOf(text: string, file: string): string[] {
  const loaded = loadVarFile(text, file);
  assert.ok(!loaded.ok, 'it loads');
  return loaded.problems.map(({ code, place }) => `${code} ${place.line}:${place.column}`);
}

test('YAML and JSON values keep their type', () => {
  const told = { web: 'http://a', nights: 2, deep: { list: [true, 1.5] } };
  assert.deepEqual(varsOf('web: http://a\nnights: 2\ndeep: { list: [true, 1.5] }\n', 'v.yaml'), told);
  assert.deepEqual(varsOf(JSON.stringify(told, undefined, 2), 'v.json'), told);
});

test('lines of an .env file are texts, in quotes over several lines', () => {
  const text = '# a comment\n\nweb=http://a\nexport nights=2\nnote="one\nb=2\ntwo"\nempty=\n';
  for (const file of ['.env', '.env.staging', 'staging.env'])
    assert.deepEqual(varsOf(text, file), { web: 'http://a', nights: '2', note: 'one\nb=2\ntwo', empty: '' });
});

test('each name has its place', () => {
  const loaded = loadVarFile('a: 1\nb: 2\n', 'v.yaml');
  assert.deepEqual(loaded.ok && loaded.places.get('b'), { file: 'v.yaml', line: 2, column: 1, length: 1 });
});

const wrong: readonly [what: string, file: string, text: string, problem: string][] = [
  ['an empty file', 'v.yaml', '', 'empty 1:1'],
  ['a list', 'v.yaml', '- a\n', 'wrong-type 1:1'],
  ['broken JSON', 'v.json', '{ "a": [1, }', 'yaml 1:12'],
  ['a template', 'v.yaml', 'a: ${{ env.X }}\n', 'bad-template 1:4'],
  ['a template deep inside', 'v.yaml', 'a:\n  - b: ${{ env.X }}\n', 'bad-template 2:8'],
  ['a name that cannot be one', 'v.yaml', 'a: 1\n2c: 2\n', 'forbidden-name 2:1'],
  ['__proto__', 'v.json', '{ "__proto__": { "a": 1 } }', 'forbidden-name 1:3'],
  ['a name without a value', 'v.yaml', 'a:\n', 'missing-value 1:1'],
  ['bytes that are no UTF-8', 'v.yaml', 'a: 1\nb: \ufffd\n', 'yaml 2:4'],
  ['a line that is no pair', 'v.env', 'a=1\nhello\n', 'bad-value 2:1'],
  ['a template in a line', 'v.env', 'a=1\n  b=${{ env.X }}\n', 'bad-template 2:3'],
  ['a name with a dot in a line', 'v.env', 'a.b=1\n', 'forbidden-name 1:1'],
];

for (const [what, file, text, problem] of wrong) {
  test(`${what} is one problem at its place`, () => {
    assert.deepEqual(problemsOf(text, file), [problem]);
    assert.equal(({} as { a?: unknown }).a, undefined);
  });
}
