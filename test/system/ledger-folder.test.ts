import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
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

  test('a full disk: every marker is judged, the run ends as it should, and one message says why', async (t) => {
    const place = ground.place(t);
    const ledger = path.join(place.dir, 'full');
    if (!mounted(t, ledger, 'size=64k')) return t.skip('a file system cannot be mounted here');
    spawnSync('dd', ['if=/dev/zero', `of=${path.join(ledger, 'filler')}`, 'bs=4k']);
    const run = place.run(['--repeat', '3', '--jobs', '1'], { ledger });
    await refused(place, await run.ended, /the runner could not go on: cannot write to the ledger .* ENOSPC/);
    assert.equal((await run.told('verdict')).verdict, 'interrupted');
    assert.equal((await run.told('cleaned')).state, 'nothing');
    const types = run.events().map(({ type }) => type);
    assert.equal(types.at(-1), 'run.finished');
    assert.equal(types.filter((type) => type === 'scenario.started').length, 1, 'no more markers were begun');
  });
});
