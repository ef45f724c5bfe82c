import assert from 'node:assert/strict';
import { test } from 'node:test';
import { documentCandidate } from '../../smoke/select/document.ts';

test('a pattern that would backtrack for years on an answer finds nothing at once', async () => {
  const text = `${'a'.repeat(60)}!`;
  const candidate = await documentCandidate({ text, format: 'text', source: 'GET /x' });
  const began = performance.now();
  assert.deepEqual(candidate.select('/^(a+)+$/'), { fits: true, values: [] });
  assert.deepEqual(candidate.select('/(?:x|(a+)+)+b/'), { fits: true, values: [] });
  assert.ok(performance.now() - began < 5_000);
});

test('a pattern that is well behaved finds what it did', async () => {
  const candidate = await documentCandidate({ text: 'note=late; note=early', format: 'text', source: 'GET /x' });
  assert.deepEqual(candidate.select('/note=(\\w+)/g'), { fits: true, values: ['late', 'early'] });
});
