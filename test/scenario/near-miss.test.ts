import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../../smoke/core/look.ts';
import { nearMiss } from '../../smoke/scenario/near-miss.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { rowCandidate } from '../../smoke/select/row.ts';

const json = (value: unknown): Promise<Candidate> =>
  documentCandidate({ text: JSON.stringify(value), format: 'json', source: 'GET /' });
const record = await json({ id: 1, BookingNote: null, guest: { name: 'Zoë' }, rooms: [{ number: 101 }] });

test('a mistyped key is named with what was probably meant, and with what is there', () => {
  assert.equal(nearMiss('$.bookingNote', [record]), 'did you mean BookingNote? $ has id, BookingNote, guest, rooms');
  assert.equal(nearMiss('$.guest.nmae', [record]), 'did you mean name? $.guest has name');
  assert.equal(nearMiss("$['rooms'][*].nummer", [record]), 'did you mean number? $.rooms[*] has number');
  assert.equal(nearMiss('$.zzz', [record]), 'zzz is not there; $ has id, BookingNote, guest, rooms');
});

test('a key that is there, with whatever value, is no miss', () => {
  assert.equal(nearMiss('$.BookingNote', [record]), undefined);
  assert.equal(nearMiss('$.rooms[*].number', [record]), undefined);
});

test('a filter, a regular expression or a header tells nothing', () => {
  for (const selector of ['$..note', '$[?@.a]', '/note=(.*)/', 'header:X-Note', 'url:'])
    assert.equal(nearMiss(selector, [record]), undefined, selector);
});

test('columns of a row, and JSON that is packed into one', async () => {
  const row = await rowCandidate({ row: { id: 1, payload: '{"hostMessage":"x"}' }, source: 'row 1' });
  assert.equal(nearMiss('paylod', [row]), 'did you mean payload? the record has id, payload');
  assert.equal(nearMiss('$.payload.hostMesage', [row]), 'did you mean hostMessage? $.payload has hostMessage');
});

test('a name alone on JSON is answered with the JSONPath that reads it, never with itself', async () => {
  assert.equal(nearMiss('id', [record]), 'did you mean $.id?');
  assert.equal(nearMiss('guest.name', [record]), 'did you mean $.guest.name?');
  assert.equal(nearMiss('number', [record]), 'did you mean $.rooms[*].number?');
  assert.equal(nearMiss('bookingNote', [record]), 'did you mean $.BookingNote? $ has id, BookingNote, guest, rooms');
  assert.equal(nearMiss('ref', [await json([{ ref: 1 }])]), 'did you mean $[*].ref?');
  const row = await rowCandidate({ row: { id: 1, payload: '{"hostMessage":"x"}' }, source: 'row 1' });
  assert.equal(nearMiss('hostMessage', [row]), 'did you mean $.payload.hostMessage?');
  assert.equal(nearMiss('payload', [row]), undefined);
});

test('elements of a document', async () => {
  const xml = await documentCandidate({
    text: '<r><BookingNote>x</BookingNote><Guest id="2">y</Guest></r>',
    format: 'xml',
    source: 'GET /',
  });
  assert.match(nearMiss('r BookingNotes', [xml]) ?? '', /^did you mean BookingNote\?/);
  assert.equal(nearMiss('Guest', [xml]), undefined);
});

test('names from outside with brackets, and a record of none, are told without harm', async () => {
  assert.equal(nearMiss('$.a', [await json([])]), '$ has no names of its own there');
  assert.equal(nearMiss("$['a.b'].c", [await json({ 'a.b': { d: 1 } })]), "c is not there; $['a.b'] has d");
  assert.equal(nearMiss('$.a', []), '$ has no names of its own there');
});
