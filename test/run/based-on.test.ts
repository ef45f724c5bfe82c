// What an absence in a queue says, whose jobs may be gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Look, Reading } from '../../smoke/core/look.ts';
import { pgBoss } from '../../smoke/probes/job-tables/pg-boss.ts';
import type { Plugin } from '../../smoke/probes/plugin.ts';
import { basedOn } from '../../smoke/run/based-on.ts';

const reading: Reading = { candidates: [], whole: true, searched: '0 jobs', cost: { requests: 1, bytes: 0, ms: 1 } };
const absent = (proves: boolean): Look => ({ kind: 'absent', searched: '0 jobs', proves });
const based = (look: Look, keeps: boolean): Look => basedOn(look, reading, pgBoss as unknown as Plugin, keeps);
const hintOf = (look: Look): string => (look.kind === 'blind' ? (look.fault.hint ?? '') : '');

test('`keeps: true` is advised where it would let an absence count, and nowhere else', () => {
  assert.match(hintOf(based(absent(true), false)), /say `keeps: true`/);
  assert.match(hintOf(based(absent(false), false)), /^Look at what the worker leaves as well/);
  assert.doesNotMatch(hintOf(based(absent(false), false)), /keeps/);
  assert.deepEqual(based(absent(true), true), { ...absent(true), by: 'residue' });
});
