// Two scenarios that take the partner's hop from one file: one place to change, and one place to name when it is wrong.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { suspectsOf } from '../system/keystone.ts';
import { type Manners, openSite, type Site } from '../system/site.ts';
import { bring, enact, notesAt, scenarioText } from './enact.ts';

const both = ['shares-by-web.yaml', 'shares-by-desk.yaml'];

async function sharing(t: TestContext, manners: Manners = {}): Promise<Site> {
  const site = await openSite(t, manners);
  bring(site, [...both, 'shared-partner.yaml']);
  return site;
}

test('both follow their records to the shared hop, each on its own way', async (t) => {
  const site = await sharing(t);
  const ran = await enact(site, both);
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived'], ran.screen);
  assert.deepEqual(ran.scenarios.map(({ route }) => route.map(({ hop }) => hop).join(' → ')).sort(), [
    'desk → partner',
    'web → partner',
  ]);
  assert.equal(ran.code, 0);
  assert.deepEqual(notesAt(site), []);
});

test('what the partner does to both records is told of each, with its own hop as the last that saw it', async (t) => {
  const site = await sharing(t, { onTheWay: (note) => note.toUpperCase() });
  const ran = await enact(site, both);
  assert.deepEqual(ran.verdicts, ['altered', 'altered'], ran.screen);
  const trails = ran.scenarios.flatMap(({ verdict }) => (verdict === undefined ? [] : [verdict.trail]));
  assert.deepEqual(trails.map((trail) => `${trail.lastSeen?.hop}: ${suspectsOf({ trail })}`).sort(), [
    'desk: desk> partner',
    'web: web> partner',
  ]);
  assert.match(
    ran.screen,
    /altered: changed in case between desk and partner[\s\S]*changed in case between web and partner/,
  );
  assert.equal(ran.code, 1);
  assert.deepEqual(notesAt(site), []);
});

test('a mistake in the shared file is shown with that file’s name and line, and nothing is sent', async (t) => {
  const site = await sharing(t);
  site.file('shared-partner.yaml', scenarioText('shared-partner.yaml').replace('field:', 'feild:'));
  const ran = await enact(site, both);
  assert.equal(ran.code, 2);
  assert.match(ran.screen, /^shared-partner\.yaml:7:7 error unknown key `feild` in `http`/m);
  assert.match(ran.screen, />\s*7 \| {7}feild: \$\.note\n/);
  assert.match(ran.screen, /Did you mean `field`\?/);
  assert.equal(ran.screen.match(/unknown key/g)?.length, 1, ran.screen);
  assert.doesNotMatch(ran.screen, /shares-by-\w+\.yaml:\d+:\d+ error/);
  assert.deepEqual([site.seen.length, site.hasLedger()], [0, false]);
});

test('a piece that the shared file lacks is a problem of each scenario that asks for it, at its own line', async (t) => {
  const site = await sharing(t);
  site.file('shared-partner.yaml', scenarioText('shared-partner.yaml').replace('partner:\n  hop', 'partners:\n  hop'));
  const { code, stdout, stderr } = await site.run(['check', ...both]);
  assert.equal(code, 2);
  for (const file of both)
    assert.match(stdout + stderr, new RegExp(`^${file}:\\d+:\\d+ error .*has no piece \`partner\``, 'm'));
  assert.match(stdout + stderr, /Did you mean `partners`\?/);
});
