// Where paths start when npm started the program: only its own script of this checkout says so.

import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { calledIn, isNpmScript } from '../../smoke/cli/invocation.ts';

const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));
const env = {
  INIT_CWD: tmpdir(),
  npm_lifecycle_event: 'smoketrail',
  npm_package_json: path.join(root, 'package.json'),
};

test('paths start where the npm script of this checkout was called', () => {
  assert.equal(calledIn(env, root), tmpdir());
});

test('another script, another package, a process further down and a folder that is gone change nothing', () => {
  for (const other of [
    { npm_lifecycle_event: 'test' },
    { npm_package_json: path.join(tmpdir(), 'package.json') },
    { INIT_CWD: undefined },
    { INIT_CWD: path.join(tmpdir(), 'no-such-folder-of-smoketrail') },
  ])
    assert.equal(calledIn({ ...env, ...other }, root), undefined);
  assert.equal(calledIn(env, path.join(root, 'scenarios')), undefined);
  assert.equal(calledIn({}, root), undefined);
});

test('what was started through a script of this checkout is known, and nothing else is taken for it', () => {
  assert.ok(isNpmScript(env));
  assert.ok(isNpmScript({ ...env, npm_lifecycle_event: 'start' }));
  for (const other of [{}, { ...env, npm_lifecycle_event: 'test' }, { ...env, npm_package_json: '/package.json' }])
    assert.ok(!isNpmScript(other));
});
