import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { delayOf } from '../../smoke/demo/delay.ts';
import type { Distribution, Fault } from '../../smoke/demo/fault.ts';

function drawn(distribution: Distribution, seed = 7): number[] {
  const fault: Fault = { name: 'delayed', id: 'f1', at: 'queue', distribution, seed };
  return Array.from({ length: 2000 }, (_, booking) => delayOf(fault, booking, 0));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('a delay', () => {
  it('is the fixed one, or else the usual one', () => {
    assert.equal(delayOf({ name: 'delayed', id: 'f1', at: 'queue', ms: 30 }, 1, 1000), 30);
    assert.equal(delayOf({ name: 'delayed', id: 'f1', at: 'queue' }, 1, 1000), 1000);
  });

  it('is drawn the same for the same seed and booking, and another for another', () => {
    const uniform = { kind: 'uniform', min: 100, max: 300 } as const;
    assert.deepEqual(drawn(uniform), drawn(uniform));
    assert.notDeepEqual(drawn(uniform), drawn(uniform, 8));
    assert.ok(new Set(drawn(uniform)).size > 150);
  });

  it('follows its distribution and is never negative', () => {
    const uniform = drawn({ kind: 'uniform', min: 100, max: 300 });
    assert.ok(uniform.every((ms) => ms >= 100 && ms <= 300));
    assert.ok(Math.abs(mean(uniform) - 200) < 10);
    assert.ok(Math.abs(mean(drawn({ kind: 'exponential', mean: 200 })) - 200) < 20);
    assert.ok(Math.abs(mean(drawn({ kind: 'normal', mean: 200, deviation: 20 })) - 200) < 3);
    assert.ok(Math.abs(median(drawn({ kind: 'lognormal', median: 200, sigma: 0.5 })) - 200) < 15);
    assert.ok(drawn({ kind: 'normal', mean: 0, deviation: 50 }).every((ms) => ms >= 0));
  });
});
