import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withinLag } from '../../smoke/run/glances.ts';
import type { Glance } from '../../smoke/run/looker.ts';

const cost = { requests: 1, bytes: 1, ms: 1 };

function absentAt(began: number, age?: number): Glance {
  const reading = { candidates: [], whole: true, searched: 'GET /r', cost, ...(age !== undefined && { age }) };
  return { look: { kind: 'absent', searched: 'GET /r', proves: true }, began, cost, fresh: { reading, began } };
}

test('an absence in an answer that is older than the send proves nothing', () => {
  const old = withinLag(absentAt(3_000, 120_000), 0, 1_000).look;
  assert.deepEqual(old, {
    kind: 'absent',
    searched: 'GET /r',
    proves: false,
    detail: 'the answer is 120 s old, from before the send',
  });
  for (const age of [undefined, 0, 2_000]) {
    const { look } = withinLag(absentAt(3_000, age), 0, 1_000);
    assert.ok(look.kind === 'absent' && look.proves, String(age));
  }
});

test('what a hop had before its lag was over proves nothing, however late it is told', () => {
  const { look } = withinLag(absentAt(6_000, 3_000), 4_000, 0);
  assert.ok(look.kind === 'absent' && !look.proves);
  assert.match(look.detail ?? '', /lag of 4000 ms/);
});
