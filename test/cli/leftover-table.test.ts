// The table of what was left, and how durations are told beside it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitInWords } from '../../smoke/cli/leftover-table.ts';
import { parseDuration } from '../../smoke/core/duration.ts';

test('a duration that was asked for is told to the full', () => {
  for (const [asked, told] of [
    ['150s', '150 s'],
    ['90s', '90 s'],
    ['1500ms', '1.5 s'],
    ['30m', '30 min'],
    ['1h', '60 min'],
    ['1.5h', '90 min'],
    ['2h', '2 h'],
    ['36h', '36 h'],
    ['2d', '2 days'],
  ] as const)
    assert.equal(limitInWords(parseDuration(asked) ?? 0), told, asked);
});
