import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../smoke/core/text-of.ts';

test('whatever was thrown has words', () => {
  assert.equal(textOf(new Error('the disk is full')), 'the disk is full');
  assert.equal(textOf('broken'), 'broken');
  assert.equal(textOf(undefined), 'undefined');
  assert.equal(textOf(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })), 'ECONNREFUSED');
  assert.equal(textOf(new AggregateError([])), 'AggregateError');
  assert.equal(textOf(new Error('')), 'it said nothing');
  assert.equal(textOf(''), 'it said nothing');
});

test('what throws when it is read has words, too', () => {
  const fails = (): never => {
    throw new Error('no');
  };
  const throwing = Object.defineProperty(new Error('x'), 'message', { get: fails });
  for (const odd of [{ toString: fails }, throwing, Object.create(null)])
    assert.equal(textOf(odd), 'what it threw cannot be shown');
  assert.equal(textOf(Object.assign(new Error('x'), { message: 7 })), '7');
  assert.equal(textOf(Object.defineProperty(new Error('x'), 'name', { get: fails })), 'x');
});
