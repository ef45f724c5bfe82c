import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SentText } from '../../smoke/core/look.ts';
import { sentTexts } from '../../smoke/core/sent-texts.ts';

const marker = 'smk-t4n2xw7f3kq9tz2m';
const note = `Zoë kommt spät. ${marker} Grüße`;

function texts(sent: readonly SentText[], field?: string): readonly string[] {
  return sentTexts({ marker: { text: marker, fixed: 11, prefix: 'smk-' }, aliases: new Map(), sent }, field);
}

const rich = { text: note, document: false, key: 'hostMessage' };
const guest = { text: marker, document: false, key: 'guest' };
const header = { text: `trace ${marker}`, document: false, key: 'X-Trace', header: true };
const url = { text: `http://127.0.0.1/${marker}`, document: true, key: 'url' };

test('a text that stands in a richer one counts only for the field that has its name', () => {
  assert.deepEqual(texts([rich, guest], '$.BookingNote'), [note]);
  assert.deepEqual(texts([rich, guest]), [note]);
  for (const field of [
    '$.guest',
    "$.r['Guest']",
    '$.guest[0]',
    '$.a.guest[*]',
    'Reservation > Guest',
    'header:Guest',
    'GUEST',
  ]) {
    assert.deepEqual(texts([rich, guest], field), [note, marker], field);
  }
  assert.deepEqual(texts([rich, guest], '/guest: (.*)/'), [note]);
  assert.deepEqual(texts([guest], '$.BookingNote'), [marker]);
});

test('headers and documents count only where nothing else was sent', () => {
  assert.deepEqual(texts([header, url, rich], '$.x'), [note]);
  assert.deepEqual(texts([header], '$.x'), [header.text]);
  assert.deepEqual(texts([header, url], '$.x'), [header.text, marker]);
  assert.deepEqual(texts([url], '$.x'), [marker]);
  assert.deepEqual(texts([], '$.x'), [marker]);
});
