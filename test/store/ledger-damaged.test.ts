// A ledger that a disk or a hand has damaged.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openLedger, takeOver } from '../../smoke/store/ledger-file.ts';
import { openEntries } from '../../smoke/store/ledger-read.ts';
import { folder, record } from './ledger-record.ts';

const clock = { wall: (): Date => new Date() };

test('a damaged ledger is set aside once its records are clean, and told by every sweep until a person removes it', async (t) => {
  for (const spoil of [
    (text: string) => text.replace('"created"', '"cre\0ted"'),
    (text: string) => `${text.slice(0, 50)}${'\0'.repeat(400)}`,
    () => '',
  ]) {
    const dir = await folder(t);
    const ledger = await openLedger({ dir, run: 'run1', host: 'here', clock });
    await ledger.created(record('smk-a'));
    await ledger.close();
    const file = join(dir, 'run1.ndjson');
    await writeFile(file, spoil(await readFile(file, 'utf8')));
    assert.match((await openEntries(dir, new Date(), 'here')).problems.join(), /run1\.ndjson has 1 damaged line/);
    await (await takeOver({ dir, run: 'run1', host: 'here', by: 'sweep1', clock }))?.close();
    const { problems } = await openEntries(dir, new Date(), 'here');
    assert.match(problems.join(), /run1\.ndjson\.damaged is a damaged ledger/);
  }
});
