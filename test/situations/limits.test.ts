// What a run may create, and what it leaves: a cap of three a run, failing records that stay for people, a partner that
// keeps what it was told to remove.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { suspectsOf } from '../system/keystone.ts';
import { openSite } from '../system/site.ts';
import { bring, enact, notesAt } from './enact.ts';

test('eleven markers asked of a scenario that allows three: three are sent, and the run does not pass', async (t) => {
  const site = await openSite(t);
  bring(site, ['capped.yaml']);
  const ran = await enact(site, ['capped.yaml', '--repeat', '11']);
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived', 'arrived'], ran.screen);
  assert.equal(site.seen.filter(({ method }) => method === 'POST').length, 3);
  assert.match(ran.screen, /capped: 3 of 11 sent: at most 3 a run \(the scenario\)/);
  assert.match(ran.screen, /3 of 3 passed: 3 arrived · 8 not started/);
  assert.equal(ran.code, 4);
  assert.deepEqual(notesAt(site), []);
  const three = await enact(site, ['capped.yaml', '--repeat', '3']);
  assert.equal(three.code, 0, three.screen);
});

test('a cap holds for each scenario of a run, and not for all together', async (t) => {
  const site = await openSite(t);
  bring(site, ['capped.yaml', 'kept-for-people.yaml']);
  const ran = await enact(site, ['capped.yaml', 'kept-for-people.yaml', '--repeat', '4']);
  assert.equal(ran.verdicts.length, 7, ran.screen);
  assert.match(ran.screen, /7 of 7 passed: 7 arrived · 1 not started/);
  assert.deepEqual(notesAt(site), []);
});

test('of two records the one that failed stays for people, says so, and a later sweep removes it', async (t) => {
  let asked = 0;
  const notes = new Map<string, number>();
  const site = await openSite(t, {
    onTheWay: (note) => {
      if (!notes.has(note)) notes.set(note, ++asked);
      return notes.get(note) === 2 ? 'Late arrival, please keep the key.' : note;
    },
  });
  bring(site, ['kept-for-people.yaml']);
  const ran = await enact(site, ['kept-for-people.yaml', '--repeat', '2', '--jobs', '1']);
  assert.deepEqual(ran.verdicts, ['arrived', 'altered'], ran.screen);
  const [, failed] = ran.scenarios;
  assert.ok(failed?.verdict);
  const { trail } = failed.verdict;
  assert.deepEqual([trail.lastSeen?.hop, suspectsOf({ trail })], ['web', 'web> partner']);
  assert.deepEqual([ran.scenarios[0]?.cleaned?.state, failed.cleaned?.state], ['clean', 'kept']);
  assert.match(ran.screen, /Cleanup +kept: for you to see; smoketrail sweep removes it/);
  assert.equal(ran.code, 1);
  assert.deepEqual(notesAt(site), [`Late arrival, please keep the key. ${failed.marker}`]);

  const swept = await site.run(['sweep']);
  assert.equal(swept.code, 0, swept.stdout + swept.stderr);
  assert.match(swept.stdout, new RegExp(`✓ ${failed.marker} .*clean`));
  assert.match(swept.stdout, /1 record cleaned/);
  assert.deepEqual(notesAt(site), []);
  assert.match((await site.run(['sweep'])).stdout, /^Nothing to sweep/);
});

test('a partner that keeps an emptied record is said to have the record, not the marker, and stays in the ledger', async (t) => {
  const site = await openSite(t, {
    onTheWay: () => '',
    instead: ({ method }, response) => {
      if (method === 'DELETE') response.end('{}');
      return method === 'DELETE';
    },
  });
  bring(site, ['capped.yaml']);
  const ran = await enact(site, ['capped.yaml']);
  assert.deepEqual(ran.verdicts, ['altered'], ran.screen);
  assert.equal(ran.looks('partner').at(-1)?.kind, 'stripped');
  const [{ marker = '', cleaned } = {}] = ran.scenarios;
  assert.equal(cleaned?.state, 'failed');
  assert.match(
    ran.screen,
    new RegExp(`Cleanup +failed: partner still has the record of ${marker}; it stays in the ledger`),
  );
  const swept = await site.run(['sweep']);
  assert.equal(swept.code, 1);
  assert.match(swept.stdout, /1 record still to be cleaned; the ledger keeps it/);
  assert.equal(notesAt(site).length, 1);
});
