import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exitCodeOf } from '../../smoke/core/exit-code.ts';
import { allowance, smallest } from '../../smoke/core/limits.ts';

test('the smallest limit counts, and of several alike the first is named', () => {
  const limits = [
    { most: 5, by: 'the scenario' },
    { most: 3, by: 'environment prod' },
    { most: 3, by: 'smoketrail.yaml' },
  ];
  assert.deepEqual(smallest(limits), { most: 3, by: 'environment prod' });
  assert.equal(smallest([]), undefined);
});

test('what fits is sent as asked, and nothing is said', () => {
  assert.deepEqual(allowance(3, { most: 3, by: 'x' }, { most: 9, by: 'y', granted: 3, made: 6 }), { markers: 3 });
  assert.deepEqual(allowance(3, undefined, undefined), { markers: 3 });
});

test('what does not fit is told with the limit that holds it back, both where both do', () => {
  const run = { most: 5, by: 'the scenario' };
  const day = { most: 50, by: 'environment prod', granted: 2, made: 48 };
  assert.deepEqual(allowance(11, run, undefined), {
    markers: 5,
    withheld: { markers: 6, why: 'at most 5 a run (the scenario)' },
  });
  assert.deepEqual(allowance(11, run, day), {
    markers: 2,
    withheld: {
      markers: 9,
      why: 'at most 5 a run (the scenario) and at most 50 a day (environment prod), and 48 were created in the last 24 hours',
    },
  });
  assert.equal(allowance(3, run, { ...day, granted: 0 }).markers, 0);
});

test('markers that a limit withheld leave a run inconclusive, never passed, and never hide a failure', () => {
  const passed = { verdict: 'arrived', passes: true } as const;
  const failed = { verdict: 'lost', passes: false } as const;
  const end = { runnerFailed: false, withheld: 2 };
  assert.deepEqual(exitCodeOf([passed], end), { code: 4, why: '2 of 3 not sent, since a limit does not allow more' });
  assert.equal(exitCodeOf([], end).code, 4);
  assert.equal(exitCodeOf([passed, failed], end).code, 1);
  assert.equal(exitCodeOf([passed], { ...end, runnerFailed: true }).code, 3);
  assert.equal(exitCodeOf([passed], { ...end, inconclusive: 'pass' }).code, 0);
  assert.equal(exitCodeOf([passed], { ...end, inconclusive: 'fail' }).code, 1);
});
