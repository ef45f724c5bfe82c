import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { type Ground, type Place, prepareGround } from './ground.ts';
import type { Ended } from './program.ts';

/** A folder with a file system of its own; false where this system does not let us mount one. */
function mounted(t: TestContext, folder: string, options: string): boolean {
  mkdirSync(folder, { recursive: true });
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return false;
  t.after(() => {
    assert.equal(spawnSync('umount', [folder]).status, 0);
  });
  return true;
}

/** Leaves no room on the file system of the folder. */
function fill(folder: string): string {
  const filler = path.join(folder, 'filler');
  spawnSync('dd', ['if=/dev/zero', `of=${filler}`, 'bs=4k']);
  return filler;
}

/** Exit code 3, one message that names the ledger, and nothing at the web app. */
async function refused(place: Place, { code, stdout, stderr }: Ended, why: RegExp): Promise<void> {
  const said = `${stdout}${stderr}`;
  assert.equal(code, 3, said);
  assert.equal(said.match(new RegExp(why, 'g'))?.length, 1, said);
  assert.doesNotMatch(said, /\n\s+at .*:\d+/, 'a stack trace');
  assert.deepEqual(await place.web(), []);
}

describe('where the ledger cannot be written, nothing is sent', { concurrency: 3 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  test('a file in place of the folder', async (t) => {
    const place = ground.place(t);
    const ledger = path.join(place.dir, 'a-file');
    writeFileSync(ledger, '');
    const ended = await place.run([], { ledger }).ended;
    await refused(place, ended, /cannot make the ledger folder/);
    assert.match(ended.stderr, /Nothing was sent\. --ledger names another folder\./);
    const sweep = await place.sweep([], { ledger });
    assert.equal(sweep.code, 3);
    assert.match(sweep.stderr, /cannot list the ledger folder .*a-file/);
  });

  test('a folder on a file system that is read-only', async (t) => {
    const place = ground.place(t);
    const ledger = path.join(place.dir, 'read-only');
    if (!mounted(t, ledger, 'size=64k,ro')) return t.skip('a file system cannot be mounted here');
    await refused(place, await place.run([], { ledger }).ended, /cannot lock .*read-only/);
  });

  test('a full disk', async (t) => {
    const place = ground.place(t);
    const ledger = path.join(place.dir, 'full');
    if (!mounted(t, ledger, 'size=64k')) return t.skip('a file system cannot be mounted here');
    fill(ledger);
    await refused(place, await place.run([], { ledger }).ended, /cannot write to the ledger folder .*full: ENOSPC/);
    assert.deepEqual(readdirSync(ledger), ['filler']);
  });

  test('a disk that fills up while the run is at work: no more is sent, and what was sent is cleaned', async (t) => {
    const place = ground.place(t);
    const ledger = path.join(place.dir, 'filling');
    if (!mounted(t, ledger, 'size=64k')) return t.skip('a file system cannot be mounted here');
    const release = place.hold('send');
    const run = place.run(['--repeat', '40'], { ledger });
    await run.told('step.started', ({ phase }) => phase === 'send');
    const filler = fill(ledger);
    release();
    const { stdout, stderr } = await run.ended;
    assert.equal(
      stdout.match(/^Warning .*the runner could not go on: cannot write to the ledger .* ENOSPC/gm)?.length,
      1,
    );
    assert.equal(stderr, '');
    const events = run.events();
    const finished = events.at(-1);
    assert.ok(finished?.type === 'run.finished' && finished.exitCode === 3, JSON.stringify(finished));
    const started = events.filter(({ type }) => type === 'scenario.started').length;
    assert.ok(started < 40, 'no more markers were begun');
    assert.equal(events.filter(({ type }) => type === 'verdict').length, started);
    assert.equal(events.filter(({ type }) => type === 'cleaned').length, started);
    assert.deepEqual(await place.web(), []);

    rmSync(filler);
    await place.queueIsEmpty();
    assert.equal((await place.sweep([], { ledger })).code, 0);
    assert.deepEqual([await place.web(), await place.partner()], [[], []]);
  });
});
