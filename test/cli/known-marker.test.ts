// How far back a look at what is already in the system goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sinceOf } from '../../smoke/cli/known-marker.ts';
import { isPast } from '../../smoke/probes/past-send.ts';

const typed = { text: 'Late arrival note', fixed: 0, prefix: '' };

test('what was sent a moment ago is before what begins to listen now', () => {
  for (const asked of [0, 1_000, 3_000, 9_000]) assert.ok(isPast(sinceOf(typed, asked), new Date()), String(asked));
});

test('--since goes back as far as it says', () => {
  const back = Date.now() - sinceOf(typed, 7_200_000).getTime();
  assert.ok(Math.abs(back - 7_200_000) < 1_000, String(back));
});
