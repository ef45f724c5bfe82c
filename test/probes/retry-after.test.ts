// The Retry-After header.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAfterMs } from '../../smoke/probes/http/retry-after.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const clock = createVirtualClock({ start: new Date('2026-01-05T12:00:00Z') });

test('seconds and dates become milliseconds from now', () => {
  assert.equal(retryAfterMs('120', clock), 120_000);
  assert.equal(retryAfterMs(' 0 ', clock), 0);
  assert.equal(retryAfterMs('1.5', clock), 1_500);
  assert.equal(retryAfterMs('Mon, 05 Jan 2026 12:00:30 GMT', clock), 30_000);
  assert.equal(retryAfterMs('Monday, 05-Jan-26 12:00:30 GMT', clock), 30_000);
  assert.equal(retryAfterMs(['5', '9'], clock), 5_000);
});

test('a date that has passed means now, and more than an hour means an hour', () => {
  assert.equal(retryAfterMs('Mon, 05 Jan 2026 11:00:00 GMT', clock), 0);
  assert.equal(retryAfterMs('999999999', clock), 3_600_000);
  assert.equal(retryAfterMs('Tue, 05 Jan 2027 12:00:00 GMT', clock), 3_600_000);
});

test('anything else says nothing', () => {
  for (const value of [
    undefined,
    '',
    '-5',
    'soon',
    'Infinity',
    '1e9',
    '9'.repeat(400),
    '2026-01-05',
    'Mon, nonsense',
  ]) {
    assert.equal(retryAfterMs(value, clock), undefined, value);
  }
});
