// JSON that a program is given as one argument: each text in it was sent, and its field is measured by that text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSite } from './site.ts';

const scenario = `name: queued
deadline: 2s
grace: 0s
settle: 0s
confirm: 0s
send: { command: { argv: [sh, -c, 'printf %s "$1" > sent.json', sh, '{"data": {"note": "Late & tired. \${{ marker }}"}}'] } }
route:
  - hop: queue
    look: { command: { argv: [sh, -c, 'LOOK'], field: $.data.note } }
`;

test('is intact where its field holds that text, and altered where the text around the marker was changed', async (t) => {
  const site = await openSite(t);
  site.file('whole.yaml', scenario.replace('LOOK', 'cat sent.json'));
  const whole = await site.run(['run', 'whole.yaml']);
  assert.equal(whole.code, 0, whole.stdout);
  assert.match(whole.stdout, /arrived: intact at queue/);
  site.file('changed.yaml', scenario.replace('LOOK', 'sed s/tired/awake/ sent.json'));
  const changed = await site.run(['run', 'changed.yaml']);
  assert.equal(changed.code, 1, changed.stdout);
  assert.match(changed.stdout, /altered: changed at queue/);
});
