import assert from 'node:assert/strict';
import { test } from 'node:test';
import { validateOptions } from '../../smoke/scenario/options.ts';
import { plugins } from './plugins.ts';
import { place } from './scope.ts';

const [http, , , foreign] = plugins;

test('resolved options come back as the plug-in wants them', async () => {
  assert.ok(http);
  assert.deepEqual(await validateOptions(http, { url: 'http://a/', follow: true }, place), {
    ok: true,
    value: { url: 'http://a/', follow: true },
  });
});

test('options that do not fit are told by their path, without their values', async () => {
  assert.ok(http);
  const result = await validateOptions(
    http,
    { url: 's3cret', expect: { status: ['s3cret'] }, follow: 's3cret' },
    place,
  );
  assert.ok(!result.ok);
  assert.deepEqual(
    result.problems.map(({ message, place: at }) => [message, at]),
    [
      ['http.url: an http address', place],
      ['http.follow: must be true or false', place],
      ['http.expect.status.0: must be a number', place],
    ].toSorted(
      (a, b) =>
        result.problems.findIndex(({ message }) => message === a[0]) -
        result.problems.findIndex(({ message }) => message === b[0]),
    ),
  );
  assert.doesNotMatch(JSON.stringify(result), /s3cret/);
});

test('a validator of another library works as well', async () => {
  assert.ok(foreign);
  assert.equal((await validateOptions(foreign, { count: 1 }, place)).ok, true);
  const result = await validateOptions(foreign, { count: 'x' }, place);
  assert.match((!result.ok && result.problems[0]?.message) || '', /foreign\.count: Expected a count/);
});
