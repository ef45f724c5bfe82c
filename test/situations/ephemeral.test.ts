// A runner that is killed and whose disk is thrown away: another one, which has no ledger of it, finds and removes what it
// left, and nothing else.

import assert from 'node:assert/strict';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { openSite } from '../system/site.ts';
import { notesAt, scenarioText } from './enact.ts';

test('what a killed runner left is listed, then removed, by another without its disk; a stranger’s record stays', async (t) => {
  const site = await openSite(t, { onTheWay: (note) => (hasArrived ? note : undefined) });
  let hasArrived = false;
  for (const runner of ['runner-1', 'runner-2']) site.file(`${runner}/ephemeral.yaml`, scenarioText('ephemeral.yaml'));
  const [first, second] = [path.join(site.dir, 'runner-1'), path.join(site.dir, 'runner-2')];
  const on = ['--var', `site=${site.url}`];
  const sweep = (...args: string[]): ReturnType<typeof site.run> =>
    site.run(['sweep', 'ephemeral.yaml', '--without-ledger', '--older-than', '3s', ...args, ...on], { cwd: second });

  const killed = site.start(['run', 'ephemeral.yaml', ...on], { cwd: first });
  await eventually('the record is awaited', () => site.seen.find(({ url }) => url.startsWith('/partner/')));
  killed.kill('SIGKILL');
  assert.equal((await killed.ended).signal, 'SIGKILL');
  assert.ok(existsSync(path.join(first, '.smoketrail', 'ledger')));
  rmSync(first, { recursive: true });
  const [left = ''] = notesAt(site);
  const marker = left.split(' ').at(-1) ?? '';
  assert.match(marker, /^smk-/);
  const strangers = ['A guest with a dog', 'smk-hello, a guest', `Asked about ${marker.slice(0, -1)}`];
  for (const [index, note] of strangers.entries()) site.bookings.set(index + 1, { id: index + 1, note });
  hasArrived = true;

  assert.match((await site.run(['sweep'], { cwd: second })).stdout, /^Nothing to sweep/, 'its ledger is gone');
  const listed = await eventually('it is old enough', async () => {
    const ended = await sweep();
    return ended.stdout.includes(`${marker} `) ? ended : undefined;
  });
  assert.equal(listed.code, 1);
  assert.match(listed.stdout, /1 record of ephemeral, older than 3 s:\n +marker +age +where +known by +text\n/);
  assert.match(listed.stdout, /booking=8841 +Late arrival, please keep the key\. smk-\w+\n/);
  assert.match(listed.stdout, /3 records without a marker of ephemeral: somebody else’s/);
  assert.match(listed.stdout, /Listed: 1 record to clean; --yes does it\.\n$/);
  assert.equal(site.bookings.size, 4, 'a listing removes nothing');

  const swept = await sweep('--yes');
  assert.equal(swept.code, 0, swept.stdout + swept.stderr);
  assert.match(swept.stdout, new RegExp(`✓ ${marker} {2}ephemeral {2}clean: .*partner lacks the marker`));
  assert.match(swept.stdout, /Swept: 1 record cleaned\.\n$/);
  assert.deepEqual(notesAt(site).sort(), strangers.sort());
  const again = await sweep('--yes');
  assert.equal(again.code, 0);
  assert.match(again.stdout, /Nothing to sweep: nothing that was listed is ours/);
});

test('a runner that is still at work elsewhere keeps its record: it is too young to be anybody’s leftover', async (t) => {
  let hasArrived = false;
  const site = await openSite(t, { onTheWay: (note) => (hasArrived ? note : undefined) });
  for (const runner of ['runner-1', 'runner-2']) site.file(`${runner}/ephemeral.yaml`, scenarioText('ephemeral.yaml'));
  const on = ['--var', `site=${site.url}`];
  const working = site.start(['run', 'ephemeral.yaml', '--deadline', '60s', ...on], {
    cwd: path.join(site.dir, 'runner-1'),
  });
  await eventually('the record is awaited', () => site.seen.find(({ url }) => url.startsWith('/partner/')));
  const sweep = ['sweep', 'ephemeral.yaml', '--without-ledger', '--older-than', '1h', '--yes', ...on];
  const swept = await site.run(sweep, { cwd: path.join(site.dir, 'runner-2') });
  assert.equal(swept.code, 0, swept.stdout + swept.stderr);
  assert.match(swept.stdout, /1 record younger than 60 min/);
  assert.equal(site.bookings.size, 1);
  hasArrived = true;
  const { code, stdout } = await working.ended;
  assert.equal(code, 0, stdout);
  assert.match(stdout, /arrived/);
  assert.deepEqual(notesAt(site), []);
});
