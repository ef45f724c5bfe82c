// Names of ours between other braces, and the texts of other languages that stay as they are.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreignBraces } from '../../smoke/scenario/foreign-braces.ts';

const found = (text: string): unknown[] =>
  foreignBraces(text).map(({ written, meant, sure, index }) => [written, meant, sure, index]);

test('names of ours between one brace or two are found where they stand', () => {
  assert.deepEqual(found('a ${ env.X }/${vars.web} ${secret.KEY}'), [
    ['${ env.X }', '${{ env.X }}', true, 2],
    ['${vars.web}', '${{ vars.web }}', true, 13],
    ['${secret.KEY}', '${{ secret.KEY }}', true, 25],
  ]);
  assert.deepEqual(found('${{ marker }} {{ marker }}'), [['{{ marker }}', '${{ marker }}', false, 14]]);
  assert.deepEqual(found('{{env.X}} ${marker}'), [
    ['{{env.X}}', '${{ env.X }}', false, 0],
    ['${marker}', '${{ marker }}', false, 10],
  ]);
});

test('templates of ours, what they quote, and other languages are left alone', () => {
  for (const text of [
    '${{ env.X }}',
    "${{ '${env.X} {{ marker }}' }}",
    '${HOME} ${env} {{ guest.name }} {{#if marker}} {{{ marker }}} ${environment.X}',
  ])
    assert.deepEqual(found(text), []);
});
