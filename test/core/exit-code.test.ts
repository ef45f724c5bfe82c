import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exitCodeOf } from '../../smoke/core/exit-code.ts';

const arrived = { verdict: 'arrived', passes: true } as const;
const lost = { verdict: 'lost', passes: false } as const;
const unproven = { verdict: 'unproven', passes: 'inconclusive' } as const;
const well = { runnerFailed: false };
const broken = { runnerFailed: true };

describe('the exit code', () => {
  it('is 0 when all passed', () => {
    assert.deepEqual(exitCodeOf([arrived, arrived], well), { code: 0, why: 'all passed' });
  });
  it('is 1 when a scenario failed, whatever else happened', () => {
    assert.deepEqual(exitCodeOf([arrived, lost, unproven], broken), { code: 1, why: '1 (1 lost) of 3 failed' });
  });
  it('is 3 when the runner failed and no scenario did', () => {
    assert.equal(exitCodeOf([arrived, unproven], broken).code, 3);
    assert.equal(exitCodeOf([], broken).code, 3);
    assert.equal(exitCodeOf([unproven], { ...broken, inconclusive: 'pass' }).code, 3);
  });
  it('is 4 when something was inconclusive, or what --inconclusive makes of it', () => {
    assert.equal(exitCodeOf([arrived, unproven], well).code, 4);
    assert.equal(exitCodeOf([unproven], { ...well, inconclusive: 'pass' }).code, 0);
    assert.equal(exitCodeOf([unproven], { ...well, inconclusive: 'fail' }).code, 1);
  });
  it('is 130 or 143 after a signal, a failed scenario or not', () => {
    assert.equal(exitCodeOf([lost], { ...well, signal: 'SIGINT' }).code, 130);
    assert.equal(exitCodeOf([], { ...broken, signal: 'SIGTERM' }).code, 143);
  });
});
