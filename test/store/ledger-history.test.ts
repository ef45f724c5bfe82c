// What is remembered of finished runs.

import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { addLine, emptyBook, type LedgerEntry } from '../../smoke/core/ledger-entry.ts';
import { appendHistory, recall } from '../../smoke/store/ledger-history.ts';
import { takeLock } from '../../smoke/store/run-lock.ts';
import { folder, record } from './ledger-record.ts';

function entries(from: number, count: number, padding = ''): LedgerEntry[] {
  const book = emptyBook('run1');
  for (let n = from; n < from + count; n += 1) {
    addLine(book, { type: 'created', ...record(`smk-${n}.`) });
    addLine(book, { type: 'alias', marker: `smk-${n}.`, name: 'booking', value: `${n}${padding}` });
  }
  return [...book.entries.values()];
}

test('the history stays bounded and keeps the newest markers', async (t) => {
  const dir = await folder(t);
  for (let run = 0; run < 6; run += 1)
    assert.equal(await appendHistory(dir, entries(run * 1000, 1000, 'x'.repeat(400))), true);
  const { size } = await stat(join(dir, 'history.ndjson'));
  assert.ok(size <= 2 * 1024 * 1024, `${size} bytes`);
  assert.equal(await recall(dir, 'smk-0.'), undefined);
  assert.ok((await recall(dir, 'smk-5999.'))?.aliases[0]?.[1].startsWith('5999'));
});

test('a damaged history line hides no other, and a huge alias is not remembered', async (t) => {
  const dir = await folder(t);
  await appendHistory(dir, entries(1, 1));
  const file = join(dir, 'history.ndjson');
  await writeFile(file, `${await readFile(file, 'utf8')}{"type":"remembered","marker":"smk-2.\n`);
  await appendHistory(dir, [...entries(3, 1), ...entries(4, 1, 'x'.repeat(100_000))]);
  assert.ok(await recall(dir, 'smk-1.'));
  assert.equal(await recall(dir, 'smk-2.'), undefined);
  assert.ok(await recall(dir, 'smk-3.'));
  assert.equal(await recall(dir, 'smk-4.'), undefined);
});

test('a history that is busy or not writable is told and hurts nobody', async (t) => {
  const dir = await folder(t);
  const lock = takeLock(join(dir, 'history.lock'));
  assert.equal(await appendHistory(dir, entries(1, 1)), false);
  lock?.release();
  assert.equal(await appendHistory(join(dir, 'missing'), entries(1, 1)), false);
  assert.equal(await appendHistory(dir, entries(1, 1)), true);
});
