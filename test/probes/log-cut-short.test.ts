import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { log } from '../../smoke/probes/logs/log.ts';
import { lookContext, testHost } from '../host.ts';

test('a look cut short between two files loses none of their lines: the next one has them all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'smoketrail-log-'));
  try {
    const files = ['worker-1.log', 'worker-2.log'].map((name) => join(folder, name));
    for (const file of files) await writeFile(file, 'old\n');
    const probe = await log.open?.({ path: folder }, testHost());
    assert.ok(probe !== undefined);
    for (const file of files) await appendFile(file, 'new\n');
    // The probe asks before each file whether it may go on: after the first, it may not.
    let asked = 0;
    const { signal } = new AbortController();
    const cut = Object.assign(signal, {
      throwIfAborted: () => {
        asked += 1;
        if (asked > 1) throw new Error('the look’s time is up');
      },
    });
    await assert.rejects(probe.read({ path: folder }, lookContext({ signal: cut })), /time is up/);
    const { candidates, whole } = await probe.read({ path: folder }, lookContext());
    assert.deepEqual([candidates.map((line) => line.text()), whole], [['new', 'new'], true]);
    await probe.close?.();
  } finally {
    await rm(folder, { recursive: true });
  }
});
