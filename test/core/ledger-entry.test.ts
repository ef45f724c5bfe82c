// What the lines of a ledger add up to.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLine, emptyBook, type LedgerEntry, openOf } from '../../smoke/core/ledger-entry.ts';
import { type LedgerLine, readLine, writeLine } from '../../smoke/core/ledger-line.ts';
import type { VerdictName } from '../../smoke/core/verdict.ts';

const sentAt = '2026-11-20T12:00:00.000Z';
const created: LedgerLine = {
  type: 'created',
  scenario: 'booking-note',
  file: '/scenarios/booking-note.yaml',
  marker: 'smk-a',
  shape: { prefix: 'smk', separator: '-', case: 'lower', length: 16 },
  destination: 'partner',
  linger: 3_600_000,
  sentAt,
};
const clean = (at: string, more: object = {}): LedgerLine => ({
  type: 'cleaned',
  marker: 'smk-a',
  at,
  ok: true,
  destinationLacks: true,
  ...more,
});
const verdict = (name: VerdictName): LedgerLine => ({ type: 'verdict', marker: 'smk-a', verdict: name });

function entryOf(...lines: readonly LedgerLine[]): LedgerEntry {
  const book = emptyBook('run1');
  for (const line of [created, ...lines]) addLine(book, line);
  const entry = book.entries.get('smk-a');
  assert.ok(entry);
  return entry;
}

test('a record that was created and nothing else is open', () => {
  assert.equal(entryOf().state, 'open');
});

test('a record that arrived closes with a clean after which the destination lacks it', () => {
  for (const name of ['arrived', 'skewed', 'late', 'altered', 'duplicated'] as const)
    assert.equal(entryOf(verdict(name), clean('2026-11-20T12:00:10.000Z')).state, 'closed', name);
});

test('a record that did not arrive lingers after its clean, and closes with a clean at the end of linger', () => {
  for (const name of ['lost', 'refused', 'unproven', 'interrupted'] as const) {
    assert.equal(entryOf(verdict(name), clean('2026-11-20T12:59:59.999Z')).state, 'lingering', name);
    assert.equal(entryOf(verdict(name), clean('2026-11-20T13:00:00.000Z')).state, 'closed', name);
  }
  assert.equal(entryOf(clean('2026-11-20T12:00:10.000Z')).until, '2026-11-20T13:00:00.000Z');
});

test('a run that was killed before its verdict leaves an entry that lingers until it is seen to have arrived', () => {
  assert.equal(entryOf(clean('2026-11-20T12:00:10.000Z')).state, 'lingering');
  assert.equal(entryOf(clean('2026-11-20T12:00:10.000Z', { arrived: true })).state, 'closed');
});

test('a failed clean, a destination that still has it and a blind look each keep an entry open', () => {
  for (const more of [{ ok: false }, { destinationLacks: false }, { destinationLacks: 'blind' }])
    assert.equal(entryOf(verdict('arrived'), clean('2026-11-20T14:00:00.000Z', more)).state, 'open');
});

test('a clean that failed after one that succeeded opens the entry again', () => {
  const lines = [verdict('lost'), clean('2026-11-20T12:01:00.000Z'), clean('2026-11-20T12:02:00.000Z', { ok: false })];
  assert.equal(entryOf(...lines).state, 'open');
});

test('a send that was refused for certain leaves nothing open, one of unknown outcome does', () => {
  assert.equal(entryOf({ type: 'sent', marker: 'smk-a', outcome: 'refused' }).state, 'closed');
  assert.equal(entryOf({ type: 'sent', marker: 'smk-a', outcome: 'unknown' }).state, 'open');
});

test('nothing opens an entry again that was closed', () => {
  const lines: LedgerLine[] = [{ type: 'closed', marker: 'smk-a' }, clean('2026-11-20T12:02:00.000Z', { ok: false })];
  assert.equal(entryOf(...lines).state, 'closed');
});

test('the last value of an alias counts, and a withheld one is known by name only', () => {
  const entry = entryOf(
    { type: 'alias', marker: 'smk-a', name: 'booking', value: '1' },
    { type: 'alias', marker: 'smk-a', name: 'booking', value: '2' },
    { type: 'alias', marker: 'smk-a', name: 'token' },
    { type: 'alias', marker: 'another', name: 'booking', value: '3' },
  );
  assert.deepEqual([...entry.aliases], [['booking', '2']]);
  assert.deepEqual([...entry.withheld], ['token']);
});

test('names like __proto__ and constructor are names like any other', () => {
  const entry = entryOf(
    { type: 'alias', marker: 'smk-a', name: '__proto__', value: 'x' },
    { type: 'computed', marker: 'smk-a', values: [['constructor', 4]] },
  );
  assert.equal(entry.aliases.get('__proto__'), 'x');
  assert.equal(entry.computed.get('constructor'), 4);
  assert.equal(entry.computed.get('toString'), undefined);
});

test('a line reads back as it was written', () => {
  for (const line of [created, verdict('lost'), clean(sentAt, { arrived: false })])
    assert.deepEqual(readLine(writeLine(line)), JSON.parse(JSON.stringify(line)));
});

test('torn and damaged lines are told apart from lines of a later version', () => {
  const whole = writeLine(created);
  for (let length = 1; length < whole.length - 1; length += 7)
    assert.equal(readLine(whole.slice(0, length)), undefined);
  for (const text of ['', 'null', '[]', '"created"', '{}', '{"type":7}', '{"type":"alias","marker":1,"name":"a"}'])
    assert.equal(readLine(text), undefined, text);
  assert.equal(readLine(writeLine({ ...created, sentAt: 'yesterday' })), undefined);
  assert.deepEqual(readLine('{"type":"later","x":1}'), { type: 'unknown' });
  assert.deepEqual(readLine('{"type":"constructor"}'), { type: 'unknown' });
});

test('a linger without end is cut to the last date there is', () => {
  const book = emptyBook('run1');
  addLine(book, { ...created, linger: Number.MAX_VALUE });
  assert.equal(openOf(book)[0]?.until, '+275760-09-13T00:00:00.000Z');
});
