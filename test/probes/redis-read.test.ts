// How a look at Redis cuts a list into pieces, and what comes later in a stream: no server is asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { piecesOf } from '../../smoke/probes/redis/redis-read.ts';
import { isLater } from '../../smoke/probes/redis/redis-stream.ts';

test('pieces of a list cover what is wanted, the newest first, and nothing twice', () => {
  assert.deepEqual(piecesOf(0, 10, undefined), []);
  assert.deepEqual(piecesOf(3, 10, undefined), [[0, 2]]);
  assert.deepEqual(piecesOf(1000, 500, 'right'), [
    [900, 999],
    [700, 899],
    [500, 699],
  ]);
  assert.deepEqual(piecesOf(1000, 3, undefined), [
    [0, 1],
    [999, 999],
  ]);
});

test('ids of a stream are compared as numbers', () => {
  assert.equal(isLater('9-1', '10-0'), false);
  assert.equal(isLater('10-2', '10-1'), true);
  assert.equal(isLater('10-1', '10-1'), false);
});
