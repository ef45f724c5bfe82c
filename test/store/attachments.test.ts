import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { attachmentFolder, largestFile, mostFiles, mostRuns } from '../../smoke/store/attachments.ts';

const run = '20261120T171500Z-k3m9xq';

async function folderOf(t: TestContext): Promise<string> {
  const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-attachments-'));
  t.after(() => rm(cwd, { recursive: true, force: true }));
  return cwd;
}

test('a file is shown by its path from where people are, and no name leads out of the folder', async (t) => {
  const cwd = await folderOf(t);
  const folder = attachmentFolder({ dir: join(cwd, 'a'), run, cwd });
  const write = (path: string): Promise<void> => writeFile(path, 'x');
  assert.equal(await folder.add('booking#2', 'step.png', write), join('a', run, 'booking#2', '01-step.png'));
  assert.equal(await folder.add('../..', '../../x.png', write), join('a', run, '..-..', '02-..-..-x.png'));
  assert.deepEqual((await readdir(cwd, { recursive: true })).filter((name) => name.endsWith('.png')).length, 2);
  if (process.platform !== 'win32') {
    assert.equal((await stat(join(cwd, 'a', run))).mode & 0o777, 0o700);
    assert.equal((await stat(join(cwd, 'a', run, 'booking#2', '01-step.png'))).mode & 0o777, 0o600);
  }
  const elsewhere = attachmentFolder({ dir: join(cwd, 'b'), run, cwd: join(cwd, 'c') });
  assert.equal(await elsewhere.add('x', 'y.png', write), join(cwd, 'b', run, 'x', '01-y.png'));
});

test('nothing is made on disk before there is something to keep', async (t) => {
  const cwd = await folderOf(t);
  attachmentFolder({ dir: join(cwd, 'a'), run, cwd });
  assert.deepEqual(await readdir(cwd), []);
});

test('a run keeps so many files and none that is too large, and a failed write leaves nothing', async (t) => {
  const cwd = await folderOf(t);
  const folder = attachmentFolder({ dir: join(cwd, 'a'), run, cwd });
  const large = async (path: string): Promise<void> => writeFile(path, Buffer.alloc(largestFile + 1));
  assert.equal(await folder.add('x', 'large', large), undefined);
  const failing = async (path: string): Promise<void> => {
    await writeFile(path, 'half');
    throw new Error('the disk is full');
  };
  assert.equal(await folder.add('x', 'half', failing), undefined);
  const kept = [];
  for (let n = 0; n < mostFiles + 5; n += 1) kept.push(await folder.add('x', 'small', (path) => writeFile(path, '')));
  assert.equal(kept.filter((path) => path !== undefined).length, mostFiles - 2);
  assert.equal((await readdir(join(cwd, 'a', run, 'x'))).length, mostFiles - 2);
});

test('the attachments of the oldest runs go, and what is not ours stays', async (t) => {
  const cwd = await folderOf(t);
  const runs = Array.from({ length: mostRuns + 3 }, (_, n) => `202611${String(n + 1).padStart(2, '0')}T000000Z-aaaaaa`);
  for (const name of [...runs, 'mine', '2026']) await mkdir(join(cwd, 'a', name), { recursive: true });
  const folder = attachmentFolder({ dir: join(cwd, 'a'), run: '20261201T000000Z-bbbbbb', cwd });
  await folder.add('x', 'y', (path) => writeFile(path, ''));
  const left = await readdir(join(cwd, 'a'));
  assert.deepEqual(left.sort(), ['2026', ...runs.slice(4), '20261201T000000Z-bbbbbb', 'mine']);
});

test('a folder that cannot be made takes nothing from the run', async (t) => {
  const cwd = await folderOf(t);
  await writeFile(join(cwd, 'a'), 'a file');
  const folder = attachmentFolder({ dir: join(cwd, 'a', 'b'), run, cwd });
  assert.equal(await folder.add('x', 'y', (path) => writeFile(path, '')), undefined);
});
