import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextGap } from '../../smoke/core/schedule.ts';

const poll = { first: 100, factor: 1.5, max: 5_000 };

describe('the gap before the next look', () => {
  it('grows from first to max, at full jitter', () => {
    assert.deepEqual(
      [0, 1, 2, 20, 5_000].map((n) => nextGap(poll, n, 1)),
      [100, 150, 225, 5_000, 5_000],
    );
  });
  it('is drawn from its upper half', () => {
    assert.equal(nextGap(poll, 20, 0), 2_500);
    assert.equal(nextGap(poll, 20, 0.5), 3_750);
  });
  it('takes Retry-After as a minimum, above max too', () => {
    assert.equal(nextGap(poll, 20, 1, 30_000), 30_000);
    assert.equal(nextGap(poll, 20, 1, 10), 5_000);
    assert.equal(nextGap(poll, 0, 1, Number.NaN), 100);
  });
  it('is finite, never shorter than first and never longer than what was asked for', () => {
    const gaps = fc.record({
      first: fc.nat(9_999),
      factor: fc.double({ min: 0, max: 99, noNaN: true }),
      max: fc.nat(99_999),
    });
    const retry = fc.option(fc.double(), { nil: undefined });
    fc.assert(
      fc.property(gaps, fc.nat(9_999), fc.double(), retry, (of, n, jitter, retryAfter) => {
        const gap = nextGap(of, n, Number.isNaN(jitter) ? 0 : jitter, retryAfter);
        const asked = retryAfter !== undefined && Number.isFinite(retryAfter) ? retryAfter : 0;
        assert.ok(gap >= of.first && gap >= asked && gap <= Math.max(of.first, of.max, asked));
      }),
    );
  });
});
