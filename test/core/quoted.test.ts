// A record of ours is told from one in which somebody wrote the marker down.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate, Marker } from '../../smoke/core/look.ts';
import { onlyQuotes, type Sendings } from '../../smoke/core/quoted.ts';

const text = 'smk-42reycwfxdnvxd6v';
const marker: Marker = { text, fixed: 11, prefix: 'smk-' };

function recordOf(...notes: readonly string[]): Candidate {
  const leaves = [{ path: '$.id', text: '7' }, ...notes.map((note, at) => ({ path: `$.note${at}`, text: note }))];
  return {
    source: 'record 1',
    text: () => JSON.stringify(notes),
    leaves: () => leaves,
    select: () => ({ fits: true, values: [] }),
    split: () => ({ fits: true, candidates: [] }),
  };
}

function sentAs(...texts: readonly string[]): Sendings {
  return { texts: texts.map((one) => ({ text: one, document: one.startsWith('<') })), others: ['Smoke', 'Test'] };
}

const note = `Späte Ankunft, Schlüssel & Code. ${text}`;

for (const [what, held] of [
  ['as sent', note],
  ['shortened before it', `Schlüssel & Code. ${text}`],
  ['HTML-escaped', `Sp&auml;te Ankunft, Schl&uuml;ssel &amp; Code. ${text}`],
  ['in upper case', note.toUpperCase()],
  ['in an old encoding', Buffer.from(note).toString('latin1')],
  ['with its accents lost', `Spate Ankunft, Schlussel & Code. ${text}`],
  ['in markup', `<p>Späte Ankunft, Schlüssel &amp; Code. <b>${text}</b></p>`],
  ['in a JSON document', JSON.stringify({ state: 'ready for work', note })],
  ['with other texts of the send', `Test, Smoke: ${note}`],
  ['the marker alone', text],
] as const)
  test(`a record of ours holds the sent text ${what}`, () => {
    assert.equal(onlyQuotes(recordOf(held), marker, sentAs(note)), false);
  });

for (const [what, held] of [
  ['on call', `Guest Meier. On call: probe ${text} failed at 3 am`],
  ['whole', `Guest Meier. Desk: what is "${note}"?`],
  ['in upper case', `PROBE ${text.toUpperCase()} FAILED`],
  ['in a JSON document', JSON.stringify({ note: `probe ${text} failed` })],
] as const)
  test(`a record that quotes the marker is none of ours: ${what}`, () => {
    assert.equal(onlyQuotes(recordOf(held), marker, sentAs(note)), true);
    assert.equal(
      onlyQuotes(recordOf(held, note), marker, sentAs(note)),
      false,
      'a remark in ours makes it nobody else’s',
    );
  });

test('a word that nobody knows any more counts where the words around it are as sent', () => {
  const sendings = sentAs(`Room *** late. ${text}`);
  assert.equal(onlyQuotes(recordOf(`Room 4711-b late. ${text}`), marker, sendings), false);
  assert.equal(onlyQuotes(recordOf(`Guest ${text}`), marker, sendings), true);
  assert.equal(onlyQuotes(recordOf(`Room for Meier late. ${text}`), marker, sendings), true);
});

test('of a body that was sent as one text, any piece is ours', () => {
  const body = `<Res><Guest>Smoke Test</Guest><Note>Late. ${text}</Note></Res>`;
  assert.equal(onlyQuotes(recordOf(`Late. ${text}`), marker, sentAs(body)), false);
  assert.equal(onlyQuotes(recordOf(`probe ${text} was lost`), marker, sentAs(body)), true);
});

test('a record without the marker, or with it in an encoding alone, is no quotation', () => {
  const encoded = Buffer.from(`probe ${text} failed`).toString('base64');
  assert.equal(onlyQuotes(recordOf(encoded), marker, sentAs(note)), false);
  assert.equal(onlyQuotes(recordOf('a guest'), marker, sentAs(note)), false);
});
