// The marker as baggage tells whose a record is; only where it stands for itself it tells what became of the text.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Candidate, Look } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { line, note, other, reading, record, sought, text } from './judge-fixtures.ts';

const seen = (candidate: Candidate): Look =>
  judge(reading([candidate]), { allow: [], reference: false }, { ...sought, aliases: new Map() }, { inflate }).look;

test('a line that shows only the baggage mentions the record', () => {
  for (const shown of [
    `received, baggage: smoketrail.marker=${text}`,
    `GET / baggage=tenant=7,smoketrail.marker=${text};p=1`,
    `smoketrail.marker%3D${text}`,
    JSON.stringify({ baggage: `smoketrail.marker=${text}`, note: '' }),
    JSON.stringify({ 'smoketrail.marker': text, note: '' }),
    JSON.stringify({ inner: JSON.stringify({ 'smoketrail.marker': [text] }) }),
  ])
    assert.equal(seen({ ...line(shown), line: true }).kind, 'reference', shown);
});

test('beside the text itself the baggage changes nothing', () => {
  assert.equal(seen(line(`${note} (smoketrail.marker=${text})`)).kind, 'intact');
  const both = record({ baggage: `smoketrail.marker=${text}`, note });
  assert.equal(seen(both).kind, 'intact');
});

test('the baggage of another send is no sign of ours', () => {
  assert.equal(seen({ ...line(`smoketrail.marker=${other}`), line: true }).kind, 'absent');
});

test('a record by its key alone is told from its content', () => {
  const job = record({ data: { note: '' }, 'smoketrail.marker': text });
  const look = judge(
    reading([job]),
    { allow: [], reference: false, field: 'data.note' },
    { ...sought, aliases: new Map() },
    { inflate },
  ).look;
  assert.equal(look.kind, 'stripped');
});
