import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, SentText, Sought } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { alias, type Json, line, look, note, ours, reading, record, sought, text, where } from './judge-fixtures.ts';

test('a bare marker sent elsewhere makes no damaged note intact', () => {
  const rich = { text: note, document: false, key: 'hostMessage' };
  const bare = { text, document: false };
  const judged = (beside: SentText, value: Record<string, Json>, field: string) => {
    const both: Sought = { ...sought, sent: [beside, rich] };
    const selection = { allow: [], reference: false, where, field };
    return judge(reading([ours(value)]), selection, both, { inflate }).look;
  };
  for (const beside of [
    { ...bare, key: 'guest' },
    { ...bare, key: 'X-Trace', header: true },
    { text: `http://127.0.0.1/b?ref=${text}`, document: true, key: 'url' },
  ]) {
    const found = judged(beside, { note: text }, 'note');
    assert.equal(found.kind, 'altered', beside.key);
    assert.equal(judged(beside, { note }, 'note').kind, 'intact');
  }
  assert.equal(judged({ ...bare, key: 'Guest' }, { guest: text }, 'guest').kind, 'intact');
  assert.equal(judged({ ...bare, key: 'guest' }, { note: '', guest: text }, 'note').kind, 'stripped');
  assert.equal(judged({ ...bare, key: 'guest' }, { note: '', guest: note }, 'note').kind, 'altered');
});

test('an alias that goes on behind a hyphen or an underscore is another one', () => {
  for (const more of ['-2', '_b', '9']) assert.equal(look([line(`pushed ${alias}${more}`)]).kind, 'absent', more);
  for (const end of ['-', '_ ', '.', ', next']) assert.equal(look([line(`got ${alias}${end}`)]).kind, 'reference', end);
});

test('a line that only mentions an alias is a sighting by reference; a job, a named answer or a line with the field is not', () => {
  const job = record({ booking: alias, note: '' });
  assert.equal(look([job], { field: 'note' }).kind, 'stripped');
  assert.equal(look([job]).kind, 'stripped');
  assert.equal(look([{ ...line(`booking ${alias}`), named: true }]).kind, 'stripped');
  const event = { ...record({ booking: alias, event: 'done' }), line: true };
  assert.equal(look([event], { field: 'note' }).kind, 'reference');
  const push = { ...job, line: true };
  assert.equal(look([event, push, event], { field: 'note' }).kind, 'stripped');
  const twice = look([line(`got ${alias}`), line(`room for ${alias} taken`)]);
  assert.deepEqual([twice.kind, twice.kind === 'reference' && twice.evidence.copies], ['reference', undefined]);
});

test('of records, an alias names one only as the whole of a value that no other has', () => {
  const list = (...items: readonly Json[]) => look([record({ list: items })], { records: 'list', field: 'note' }).kind;
  assert.equal(list({ id: alias, note: '' }, { id: 'x', note: 'y' }), 'stripped');
  assert.equal(list({ id: alias, note: '' }, { id: alias, note: 'y' }), 'absent');
  assert.equal(list({ remark: `see ${alias}`, note: '' }, { id: 'x', note: 'y' }), 'absent');
});

test('a record with the alias alone is no copy beside one that holds the marker, whole, encoded or damaged', () => {
  const hidden = Buffer.from(note).toString('base64');
  for (const held of [note, hidden, text.toUpperCase()]) {
    const found = look([record({ list: [{ note: held }, { id: alias, note: '' }] })], { records: 'list' });
    const copies = 'evidence' in found ? found.evidence.copies : 0;
    assert.deepEqual([found.kind, copies], [held === text.toUpperCase() ? 'altered' : 'intact', undefined], held);
    assert.equal('worse' in found, false);
  }
});

test('a field of several values is intact where one is, or where they are the sent text in pieces', () => {
  const pieces = (...values: readonly string[]): Look => {
    const one = ours({ note: values });
    return look(
      [{ ...one, select: (selector) => (selector === 'note' ? { fits: true, values } : one.select(selector)) }],
      {
        where,
        field: 'note',
      },
    );
  };
  assert.equal(pieces('other', note).kind, 'intact');
  const split = pieces('Arriving late', '& tired.', text);
  assert.deepEqual([split.kind, split.kind === 'intact' && split.evidence.excerpt], ['intact', note]);
  assert.equal(pieces('Arriving late', text).kind, 'altered');
  assert.equal(pieces(text, 'Arriving late & tired.').kind, 'altered');
  assert.equal(pieces('', 'other').kind, 'stripped');
});
