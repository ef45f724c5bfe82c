import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../smoke/scenario/did-you-mean.ts';

const keys = ['headers', 'method', 'on-unknown', 'url', 'json', 'field'];

for (const [word, meant] of [
  ['hedaers', 'headers'],
  ['header', 'headers'],
  ['METHOD', 'method'],
  ['onUnknown', 'on-unknown'],
  ['on_unknown', 'on-unknown'],
  ['feild', 'field'],
  ['ulr', 'url'],
] as const) {
  test(`${word} was meant as ${meant}`, () => assert.equal(nearest(word, keys), meant));
}

test('a word like no other is left alone', () => {
  assert.equal(nearest('colour', keys), undefined);
  assert.equal(nearest('x', keys), undefined);
  assert.equal(nearest('h'.repeat(100_000), keys), undefined);
});
