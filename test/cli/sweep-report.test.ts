// What a sweep says of several records, and of one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sweepReport } from '../../smoke/cli/sweep-report.ts';
import type { LedgerEntry } from '../../smoke/core/ledger-entry.ts';

const entry = { marker: 'smk-1', scenario: 'booking', file: '/here/booking.yaml' } as LedgerEntry;
const known = { ...entry, aliases: new Map([['booking', '8849']]), withheld: new Set(['code']) } as LedgerEntry;

test('of one record it speaks as of one, and of several as of several', () => {
  for (const [count, says] of [
    [1, 'Swept: 1 record clean for now and looked for again, since it may still arrive.'],
    [4, 'Swept: 4 records clean for now and looked for again, since they may still arrive.'],
  ] as const) {
    const said: string[] = [];
    const report = sweepReport((text) => said.push(text));
    for (let n = 0; n < count; n += 1) report.cleaned(entry, { state: 'lingering', detail: 'no such record' });
    assert.equal(report.end(), 0);
    assert.equal(said.at(-1), says);
  }
});

test('a record that is not clean is told with its file and its ids, and the advice once for all', () => {
  const said: string[] = [];
  const report = sweepReport((text) => said.push(text));
  for (let n = 0; n < 2; n += 1) report.cleaned(known, { state: 'failed', detail: 'partner still has it' });
  assert.equal(report.end(), 1);
  assert.equal(said[1], '    /here/booking.yaml: booking=8849, code (a secret)');
  assert.equal(said.filter((text) => text.includes('--forget MARKER')).length, 1);
});

test('of a record that may never have been created, it says so', () => {
  const said: string[] = [];
  const unsent = { ...entry, aliases: new Map(), withheld: new Set(), sent: 'unknown' } as unknown as LedgerEntry;
  sweepReport((text) => said.push(text)).cleaned(unsent, { state: 'failed', detail: 'booking is not known' });
  assert.equal(said[1], '    /here/booking.yaml: no id of it is known; if nothing was created, --forget gives it up');
});
