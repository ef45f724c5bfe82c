import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationFault, parseDuration } from '../../smoke/core/duration.ts';

test('durations are read in every unit', () => {
  assert.deepEqual(
    ['500ms', '2s', '1.5s', '5m', '1h', '1d', '0s'].map(parseDuration),
    [500, 2000, 1500, 300_000, 3_600_000, 86_400_000, 0],
  );
});

test('a unit is always required, and nothing stands around it', () => {
  for (const text of ['5', '', 's', '-5s', '5 s', '5S', '1e3s', '5m30s', '٣s', '99999999999s'])
    assert.equal(parseDuration(text), undefined, text);
});

test('the words for a bare number tell the unit to add', () => {
  assert.equal(durationFault(60), 'a duration needs a unit: write 60s, or ms, m, h or d');
});
