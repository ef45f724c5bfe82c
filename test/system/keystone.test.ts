import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Stack, startStack } from '../../smoke/demo/stack.ts';
import { assertAsDemanded, runCell } from './keystone.ts';
import { matrix } from './matrix.ts';

describe('for every fault at every hop, alone and beside a blind hop, the trace says what the rules demand', {
  concurrency: 8,
}, () => {
  let stack: Stack;
  let dir: string;

  before(async () => {
    dir = await mkdtemp(path.join(tmpdir(), 'smoketrail-keystone-'));
    stack = await startStack({ dir, reservationMs: 800, retryMs: 100 });
  });
  after(async () => {
    await stack.stop();
    await rm(dir, { recursive: true, force: true });
  });

  test('the matrix has at least 80 cells, each of its own name', () => {
    assert.ok(matrix.length >= 80, String(matrix.length));
    assert.equal(new Set(matrix.map(({ name }) => name)).size, matrix.length);
  });

  for (const [index, cell] of matrix.entries()) {
    test(cell.name, async () => {
      assertAsDemanded(cell, await runCell(cell, 1_000 + index, stack));
    });
  }
});
