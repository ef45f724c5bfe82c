// A record that nobody can look into whole (cut, encrypted, packed in an unknown way) proves nothing by what it does not show.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Candidate } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { line, look, note, ours, reading, record, sought, text, where } from './judge-fixtures.ts';

const why = 'only 300 of 400 bytes of its body were kept';

function closed(candidate: Candidate): Candidate {
  return { ...candidate, closed: why };
}

test('an absence beside it is blind, and says why', () => {
  const found = look([line('another'), closed(line('PUT /r/1'))]);
  assert.equal(found.kind === 'blind' && found.fault.kind, 'not-observable');
  assert.equal(found.kind === 'blind' && found.fault.message, why);
});

test('and it says how to narrow the look, where the probe knows', () => {
  const read = { ...reading([line('another'), closed(line('PUT /r/1'))]), narrow: 'Name the path.' };
  const { look: found } = judge(read, { allow: [], reference: false }, sought, { inflate });
  assert.equal(found.kind === 'blind' && found.fault.hint, 'Name the path.');
});

test('an absence is proved where it shows by `where` that it is another record', () => {
  assert.equal(look([closed(record({ id: 1 }))], { where }).kind, 'absent');
  assert.equal(look([closed(record({ note: '' }))], { where }).kind, 'blind');
});

test('an absence is none where the records that `records` cuts may be in the part that is not there', () => {
  assert.equal(look([closed(record({ list: [] }))], { records: 'list' }).kind, 'blind');
});

test('a text that ends where it was cut is not truncated, and one in another place not moved', () => {
  const cut = look([closed(ours({ note: note.slice(0, -4) }))], { where, field: 'note' });
  assert.equal(cut.kind, 'blind');
  const elsewhere = look([closed(ours({ remark: note }))], { where, field: 'note' });
  assert.equal(elsewhere.kind, 'blind');
});

test('what it shows intact is intact, and what it shows changed is changed', () => {
  assert.equal(look([closed(ours({ note }))], { where, field: 'note' }).kind, 'intact');
  const escaped = look([closed(ours({ note: note.replace('&', '&amp;') }))], { where, field: 'note' });
  assert.equal(escaped.kind === 'altered' && escaped.how, 'html-escaped');
});

test('beside a stripped copy it may be the good one', () => {
  const found = look([ours({ note: '' }), closed(ours({}))], { where, field: 'note' });
  assert.equal(found.kind, 'blind');
  assert.equal(look([line(text), closed(line('PUT /r/1'))]).kind, 'intact');
});
