import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { judge } from '../../smoke/core/judge.ts';
import type { Sought } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import {
  alias,
  type Json,
  line,
  look,
  note,
  other,
  ours,
  reading,
  record,
  sought,
  text,
  where,
} from './judge-fixtures.ts';

test('a record picked by where is intact when its field has the text as sent', () => {
  const found = look([record({ id: 1, note: 'x' }), ours({ note })], { where, field: 'note' });
  assert.deepEqual(found, { kind: 'intact', evidence: { source: 'answer', excerpt: note, field: 'note' } });
});

test('a record picked by where with the field empty, missing or of other text is stripped', () => {
  const details = [
    [ours({ note: '' }), 'the field is empty'],
    [ours({}), 'the field is missing'],
    [ours({ note: null }), 'the field is empty'],
    [ours({ note: 'quiet room' }), 'the field holds other text'],
    [ours({ note: other }), `the field holds other text; another run's marker is here: ${other}`],
  ] as const;
  for (const [candidate, detail] of details) {
    const found = look([candidate], { where, field: 'note' });
    assert.equal(found.kind === 'stripped' && found.detail, detail);
  }
});

test('a record with the marker in another field is altered: moved, and its path is named', () => {
  const found = look([ours({ note: '', guest: { remark: note } })], { where, field: 'note' });
  assert.equal(found.kind === 'altered' && found.how, 'moved');
  assert.match(
    found.kind === 'altered' ? (found.detail ?? '') : '',
    /the field is empty; the marker is at \$\.guest\.remark/,
  );
  const allow = ['moved'] as const;
  assert.equal(look([ours({ note: '', guest: { remark: note } })], { where, field: 'note', allow }).kind, 'intact');
});

test('a record picked by the marker itself is stripped where the field lacks it', () => {
  const found = look([record({ ref: text, note: '' })], { where: { ref: text }, field: 'note' });
  assert.equal(found.kind, 'stripped');
  const moved = look([record({ ref: text, note: '', remark: note })], { where: { ref: text }, field: 'note' });
  assert.equal(moved.kind === 'altered' && moved.how, 'moved');
});

test('a changed field is altered, and says how', () => {
  const found = look([ours({ note: note.slice(0, 20) })], { where, field: 'note' });
  assert.equal(found.kind === 'altered' && found.how, 'truncated');
});

test('a record that is not among what was read is absent, proved only where everything was read', () => {
  const selection = { where, field: 'note' };
  assert.deepEqual(look([record({ id: 1 })], selection), { kind: 'absent', searched: 'what was read', proves: true });
  assert.deepEqual(look([], selection, false), { kind: 'absent', searched: 'what was read', proves: false });
  assert.equal(look([record({ note: 'nothing' })]).kind, 'absent');
});

test('a selector that does not fit is blind and never absent', () => {
  for (const selection of [{ records: '<a>' }, { where: { '<a>': '1' } }, { where, field: '<a>' }]) {
    const found = look([ours({ note })], selection);
    assert.equal(found.kind === 'blind' && found.fault.kind, 'selector', JSON.stringify(selection));
  }
});

test('lines of another format among the candidates are merely not picked', () => {
  const found = look([line('starting'), ours({ note }), line('done')], { where, field: 'note' });
  assert.equal(found.kind, 'intact');
  assert.equal(look([line('starting')], { where }).kind, 'blind');
});

test('values are compared as text, so big integers keep their digits', () => {
  assert.equal(
    look([record({ id: '9007199254740993', note })], { where: { id: '9007199254740993' }, field: 'note' }).kind,
    'intact',
  );
  assert.equal(
    look([record({ id: '9007199254740993', note })], { where: { id: '9007199254740992' }, field: 'note' }).kind,
    'absent',
  );
});

test('a where that asks for what no record has is blind; among lines, rows and no records at all it is absent', () => {
  const list = (...items: readonly Json[]) => look([record({ list: items })], { records: 'list', where: { ref: 'x' } });
  const found = list({ id: 1 }, { id: 2 });
  assert.equal(found.kind === 'blind' && found.fault.kind, 'selector');
  assert.match(found.kind === 'blind' ? found.fault.message : '', /no record has ref/);
  assert.equal(list({ id: 1 }, { ref: null }).kind, 'absent');
  assert.equal(list().kind, 'absent');
  assert.equal(look([record({ id: 1 })], { where: { ref: 'x' } }).kind, 'absent');
});

test('records cuts an answer, and each copy is counted', () => {
  const answer = record({
    list: [
      { id: 8841, note },
      { id: 2, note: 'x' },
      { id: 8841, note: '' },
    ],
  });
  const found = look([answer], { records: 'list', where, field: 'note' });
  assert.equal(found.kind, 'intact');
  assert.equal(found.kind === 'intact' && found.evidence.copies, 2);
  assert.deepEqual(found.kind === 'intact' && found.worse?.kind, 'stripped');
  assert.equal(found.kind === 'intact' && found.worse?.evidence.source, 'record 3');
});

test('a worse copy that came before the good one is no worse copy, and with none good the last is reported', () => {
  const bad = { id: 8841, note: '' };
  const cut = { id: 8841, note: note.slice(0, 20) };
  const first = look([record({ list: [bad, { id: 8841, note }] })], { records: 'list', where, field: 'note' });
  assert.equal(first.kind === 'intact' && first.worse, undefined);
  assert.equal(look([record({ list: [bad, cut] })], { records: 'list', where, field: 'note' }).kind, 'altered');
  assert.equal(look([record({ list: [cut, bad] })], { records: 'list', where, field: 'note' }).kind, 'stripped');
});

test('of events a worse copy counts wherever it stands, and names the instance and build that made it', () => {
  const push = (payload: Json, pod: string, sha: string) => record({ id: 8841, note: payload, pod, sha });
  const selection = { where, field: 'note', events: true, evidence: { instance: 'pod', commit: 'sha' } };
  const found = look([push('', 'w-1', '41ab00c'), push(note, 'w-2', '9f2c1e7')], selection);
  assert.equal(found.kind === 'intact' && found.evidence.instance, 'w-2');
  const worse = found.kind === 'intact' ? found.worse : undefined;
  assert.deepEqual([worse?.kind, worse?.evidence.instance, worse?.evidence.release], ['stripped', 'w-1', '41ab00c']);
  const last = look([push('', 'w-1', 'a'), push(note, 'w-2', 'b'), push(note.slice(0, 20), 'w-3', 'c')], selection);
  assert.equal(last.kind === 'intact' && last.worse?.evidence.instance, 'w-3');
});

test('an answer whose request named the record is the record', () => {
  assert.equal(look([record({ note: '' }, { named: true })], { field: 'note' }).kind, 'stripped');
  assert.equal(look([record({ note }, { named: true })], { field: 'note' }).kind, 'intact');
});

test('an answer that has neither the field nor a name of the record is not taken for it, whatever was asked', () => {
  for (const named of [record({ error: 'not found' }, { named: true }), record(null, { named: true })]) {
    for (const selection of [{}, { field: 'note' }, { reference: true }]) {
      const seen = look([named], selection);
      assert.equal(seen.kind === 'blind' && seen.fault.kind, 'wrong-answer', JSON.stringify(selection));
    }
  }
  assert.equal(look([record({ id: alias }, { named: true })], { field: 'note' }).kind, 'stripped');
  assert.equal(look([record({ id: alias }, { named: true })], { reference: true }).kind, 'reference');
  assert.equal(look([record({ id: `${alias}9` }, { named: true })]).kind, 'blind');
});

test('without where, a record is what holds the marker, or an unmistakable alias as a whole token', () => {
  assert.equal(look([line('x'), line(`got ${note}`)]).kind, 'intact');
  assert.equal(look([line(`pushed ${alias}`)]).kind, 'reference');
  assert.equal(look([line(`pushed ${alias}9`)]).kind, 'absent');
  assert.equal(look([line('room 101 is free')]).kind, 'absent');
});

test('a line that merely mentions the record is no copy beside one that holds the marker', () => {
  const found = look([line(`got ${note}`), line(`pushed ${alias}`)]);
  assert.equal(found.kind, 'intact');
  assert.equal(found.kind === 'intact' && (found.worse ?? found.evidence.copies), undefined);
});

test('without field the whole record is searched, through encodings too', () => {
  const body = Buffer.from(JSON.stringify({ args: [note] })).toString('base64');
  const found = look([record({ body })]);
  assert.deepEqual(found.kind === 'intact' && found.via, ['base64']);
  assert.match(found.kind === 'intact' ? found.evidence.excerpt : '', /Arriving late/);
  assert.equal(look([record({ id: 8841 })], { where }).kind, 'stripped');
  assert.equal(look([line(`got ${text.toUpperCase()}`)]).kind, 'altered');
  assert.equal(look([ours({ a: note.slice(0, 15) })], { where }).kind, 'altered');
});

test('what a probe decoded is searched even where the text does not show it', () => {
  assert.equal(look([record({ data: note }, { raw: '(binary)' })]).kind, 'intact');
  const hidden = record({ data: Buffer.from(note).toString('base64') }, { raw: '(binary)' });
  assert.equal(look([hidden]).kind, 'intact');
});

test('a reference hop that has the record is reference, or intact where it carries the text after all', () => {
  assert.equal(look([ours({})], { where, reference: true }).kind, 'reference');
  assert.equal(look([ours({ note })], { where, field: 'note', reference: true }).kind, 'intact');
  assert.equal(look([ours({ note: '***' })], { where, field: 'note', reference: true }).kind, 'reference');
  assert.equal(look([record({ id: 2 })], { where, reference: true }).kind, 'absent');
});

test('a search that gave up is blind, unless the marker was found anyway', () => {
  const bomb = line(gzipSync(Buffer.alloc(9 * 1024 * 1024)).toString('base64'));
  const found = look([bomb]);
  assert.equal(found.kind === 'blind' && found.fault.kind, 'gave-up');
  assert.equal(look([bomb, line(note)]).kind, 'intact');
});

test('evidence tells instance, release and start from the record itself, or from the candidate', () => {
  const selection = {
    where,
    field: 'note',
    evidence: { instance: 'pod', commit: 'build.sha', started: 'none', at: '<x>' },
  };
  const found = look([record({ id: 8841, note, pod: 'w-1', build: { sha: '41ab00c' } }, { at: '12:00' })], selection);
  assert.deepEqual(found.kind === 'intact' && found.evidence, {
    source: 'answer',
    excerpt: note,
    field: 'note',
    at: '12:00',
    instance: 'w-1',
    release: '41ab00c',
  });
});

test('an excerpt is short, around the marker, and masked before it is cut', () => {
  const secret = 'hunter2hunter2';
  const content = `${'a'.repeat(500)} ${secret} ${'b'.repeat(60)} ${text} ${'c'.repeat(500)}`;
  const mask = (piece: string) => piece.replaceAll(secret, '[masked]');
  const { look: found } = judge(reading([line(content)]), { allow: [], reference: false }, sought, { inflate, mask });
  const excerpt = found.kind === 'intact' ? found.evidence.excerpt : '';
  assert.ok(excerpt.length <= 162, excerpt);
  assert.ok(excerpt.includes(text));
  assert.equal(/hunter|nter2/.test(excerpt), false);
});

test('keys that name parts of objects harm nothing', () => {
  const hostile = record(JSON.parse(`{"__proto__":{"note":"${text}"},"constructor":"x","id":8841}`));
  assert.equal(look([hostile], { where, field: 'note' }).kind, 'altered');
  assert.equal(Object.hasOwn(Object.prototype, 'note'), false);
});

test('each of many markers of one second is judged rightly on one reading', () => {
  const letters = 'abcdefghjk';
  const markers = Array.from({ length: 300 }, (_, index) => {
    const own = [...String(index).padStart(4, '0')].map((digit) => letters[Number(digit)]).join('');
    return `smk-t4n2xw7${own}22222`;
  });
  const here = markers.filter((_, index) => index % 3 === 0);
  const encoded = Buffer.from(markers[1] ?? '').toString('base64');
  const cut = (markers[4] ?? '').slice(0, 17);
  const one = reading([
    ...here.map((marker) => record({ note: marker })),
    line('noise'),
    line(encoded),
    line(`cut ${cut}`),
  ]);
  for (const [index, marker] of markers.entries()) {
    const what: Sought = { marker: { text: marker, fixed: 11, prefix: 'smk-' }, aliases: new Map(), sent: [] };
    const { look: found, picked } = judge(one, { allow: [], reference: false }, what, { inflate });
    const rest = index === 4 ? 'altered' : 'absent';
    assert.equal(found.kind, index % 3 === 0 || index === 1 ? 'intact' : rest, marker);
    assert.equal(picked.length, found.kind === 'absent' ? 0 : 1);
  }
});

test("a marker that begins like another run's is not taken for a cut of it", () => {
  const twin = `${text.slice(0, 16)}aaaa`;
  assert.equal(look([line(`got ${twin} here`)]).kind, 'absent');
  assert.equal(look([line(`got ${twin.slice(0, 18)} here`)]).kind, 'altered');
});
