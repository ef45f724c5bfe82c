import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { type AssessOptions, assess } from '../../smoke/core/assess.ts';
import type { Alteration, Sought } from '../../smoke/core/look.ts';
import { alphabet } from '../../smoke/core/marker.ts';
import { inflate } from '../../smoke/select/inflate.ts';

const text = 'smk-t4n2xw7f3kq9tz2m';
const note = `Späte Anreise & <Kind>, "gegen 23:30". ${text} Danke für alles`;

function sought(...sent: string[]): Sought {
  const marker = { text, fixed: 11, prefix: 'smk-' };
  return { marker, aliases: new Map(), sent: sent.map((one) => ({ text: one, document: false })) };
}

function field(value: string, more: Partial<AssessOptions> = {}, what: Sought = sought(note)) {
  return assess(value, what, { allow: [], free: false, inflate, ...more });
}

function free(value: string, more: Partial<AssessOptions> = {}) {
  return assess(value, sought(note), { allow: [], free: true, inflate, ...more });
}

function escapeHtml(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

function how(value: string): string {
  const result = field(value);
  return result.kind === 'altered' ? result.how : result.kind;
}

const json = JSON.stringify(note).slice(1, -1);
const damaged: readonly (readonly [string, string, Alteration])[] = [
  ['cut in the marker', note.slice(0, note.indexOf(text) + 9), 'truncated'],
  ['cut before the marker', note.slice(0, 12), 'truncated'],
  ['cut after the marker', note.slice(0, note.indexOf(text) + 20), 'truncated'],
  ['cut with an ellipsis', `${note.slice(0, 30)}…`, 'truncated'],
  ['cut behind other text', `Gast: ${note.slice(0, 20)}`, 'truncated'],
  ['cut and in upper case', note.slice(0, 50).toUpperCase(), 'truncated'],
  ['escaped for HTML and cut in an entity', escapeHtml(note).slice(0, 17), 'truncated'],
  ['in upper case', note.toUpperCase(), 'case-changed'],
  ['in lower case', note.toLowerCase(), 'case-changed'],
  ['escaped for HTML', escapeHtml(note), 'html-escaped'],
  ['escaped for HTML twice', escapeHtml(escapeHtml(note)), 'html-escaped'],
  [
    'escaped for HTML with named letters',
    escapeHtml(note).replaceAll('ä', '&auml;').replaceAll('ü', '&#252;'),
    'html-escaped',
  ],
  ['escaped for a URL', encodeURIComponent(note), 'url-escaped'],
  ['escaped for a form', new URLSearchParams({ note }).toString(), 'url-escaped'],
  ['escaped for JSON', json, 'json-escaped'],
  ['escaped for JSON with \\u', json.replaceAll('ä', '\\u00e4'), 'json-escaped'],
  ['in base64', Buffer.from(note).toString('base64'), 're-encoded'],
  ['compressed', gzipSync(note).toString('base64'), 're-encoded'],
  ['UTF-8 read as Latin-1', Buffer.from(note).toString('latin1'), 're-encoded'],
  ['without its accents', note.replaceAll('ä', 'a').replaceAll('ü', 'u'), 're-encoded'],
  ['with question marks', note.replaceAll('ä', '?').replaceAll('ü', '?'), 're-encoded'],
  ['with two question marks a letter', note.replaceAll('ä', '??').replaceAll('ü', '??'), 're-encoded'],
  ['with replacement characters', note.replaceAll('ä', '\ufffd').replaceAll('ü', '\ufffd'), 're-encoded'],
  ['decomposed', note.normalize('NFD'), 're-encoded'],
  ['without its spaces', note.replaceAll(' ', ''), 'whitespace'],
  ['broken in the marker', note.replace('xw7f', 'xw\n7f'), 'whitespace'],
  ['with an invisible character in the marker', note.replace('xw7f', 'xw\u200b7f'), 'whitespace'],
  ['without its punctuation and in lower case', note.toLowerCase().replaceAll(/[^a-z0-9äü ]/g, ''), 'other'],
  ['the marker alone', `ref ${text}.`, 'other'],
  ['the marker with other text', `Späte Abreise. ${text}`, 'other'],
];

for (const [what, value, expected] of damaged) {
  test(`a text that arrives ${what} is named ${expected}`, () => {
    assert.equal(how(value), expected);
    const allow = field(value, { allow: [expected] });
    assert.equal(allow.kind, 'intact', 'allowed');
  });
}

test('a field is intact when it contains the text as sent, however white space runs', () => {
  assert.deepEqual(field(note), { kind: 'intact' });
  assert.deepEqual(field(`Gast: ${note.replaceAll(' ', '\n\t ')} –`), { kind: 'intact' });
  assert.deepEqual(field(JSON.stringify({ a: [{ note }] })), { kind: 'intact', via: ['json'] });
});

test('a field with nothing of the text is none, and another run is named', () => {
  assert.deepEqual(field('Bitte ein ruhiges Zimmer'), { kind: 'none' });
  assert.deepEqual(field('smk-t4n2xw8f3kq9tz2m'), { kind: 'none', other: 'smk-t4n2xw8f3kq9tz2m' });
  assert.deepEqual(field('S'), { kind: 'none' });
});

test('with several texts sent, the best result wins', () => {
  assert.equal(field(text.toUpperCase(), {}, sought(note, text)).kind, 'altered');
  assert.deepEqual(field(`x Zimmer ${text} y`, {}, sought(note, `Zimmer ${text}`)), { kind: 'intact' });
  assert.equal(field(`x ${text} y`, {}, sought(note, text)).kind, 'altered');
});

test('where a whole document was sent, the marker alone decides', () => {
  const document: Sought = { ...sought(), sent: [{ text: `<note>${note}</note>`, document: true }] };
  assert.deepEqual(field(`only ${text}`, {}, document), { kind: 'intact' });
  assert.deepEqual(field(`only ${text}`, {}, sought()), { kind: 'intact' });
  assert.equal(field(`only ${text.slice(0, 12)}`, {}, document).kind, 'altered');
});

test('equals wants exactly its text', () => {
  assert.deepEqual(field(note, { equals: note }), { kind: 'intact' });
  const cases = [
    [`${note} `, 'whitespace'],
    [`Gast: ${note}`, 'other'],
    [note.toUpperCase(), 'case-changed'],
    [note.slice(0, 20), 'truncated'],
    [escapeHtml(note), 'html-escaped'],
  ] as const;
  for (const [value, expected] of cases) {
    const result = field(value, { equals: note });
    assert.equal(result.kind === 'altered' && result.how, expected, value);
  }
  assert.equal(field('something else', { equals: note }).kind, 'none');
  assert.equal(field('pending', { equals: 'confirmed' }).kind, 'altered');
});

test('a cut to an allowed length is intact, and any other is not', () => {
  const allow = [{ truncated: 40 }] as const;
  assert.equal(field(note.slice(0, 40), { allow }).kind, 'intact');
  assert.equal(field(note.slice(0, 36), { allow }).kind, 'altered');
  assert.equal(field(note.slice(0, 40).toUpperCase(), { allow }).kind, 'altered');
  assert.equal(field(note.slice(0, 40).toUpperCase(), { allow: ['case-changed', ...allow] }).kind, 'intact');
  assert.equal(field(note.slice(0, 12), { allow: [{ truncated: 12 }] }).kind, 'intact');
});

test('in free text the marker decides, and the encoding it is carried in is named', () => {
  assert.deepEqual(free(`job {"note":"${text}"}`), { kind: 'intact' });
  const carried = free(`body=${Buffer.from(json).toString('base64')}`);
  assert.equal(carried.kind === 'intact' && carried.via?.join(), 'base64');
  assert.deepEqual(free('nothing of it'), { kind: 'none' });
});

test('in free text a cut marker counts only with four characters of its own', () => {
  assert.equal(free(`x ${text.slice(0, 15)}`).kind, 'altered');
  assert.equal(free(`x ${text.slice(0, 14)}`).kind, 'none');
  assert.equal(field(`x ${text.slice(0, 14)}`).kind, 'altered');
  assert.equal(field(`x ${text.slice(0, 11)}99999abcd`).kind, 'none');
  assert.equal(free(Buffer.from(`{"note":"${text.slice(0, 16)}"}`).toString('base64')).kind, 'altered');
});

test('a search at its cap gives up, and never says none', () => {
  const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024)).toString('base64');
  assert.equal(free(bomb).kind, 'gave-up');
  assert.equal(field(bomb).kind, 'gave-up');
});

const anyMarker = fc
  .string({ unit: fc.constantFrom(...alphabet), minLength: 16, maxLength: 16 })
  .map((tail) => `smk-${tail}`);
const anyText = fc.oneof(
  fc.lorem({ maxCount: 6 }),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
);

function seek(marker: string, sent: string): Sought {
  return {
    marker: { text: marker, fixed: 11, prefix: 'smk-' },
    aliases: new Map(),
    sent: [{ text: sent, document: false }],
  };
}

test('a text sent and read as it is, inside anything, is intact', () => {
  fc.assert(
    fc.property(anyMarker, anyText, anyText, anyText, (marker, a, b, around) => {
      const sent = `${a} ${marker} ${b}`;
      const value = `${around} ${sent} ${around}`;
      assert.equal(assess(value, seek(marker, sent), { allow: [], free: false, inflate }).kind, 'intact');
    }),
  );
});

test('a text without the marker is never intact, and one of other words is none', () => {
  fc.assert(
    fc.property(anyMarker, anyMarker, anyText, anyText, fc.boolean(), (marker, other, a, b, isFree) => {
      fc.pre(marker.slice(0, 15) !== other.slice(0, 15));
      const result = assess(`${b} ${other}`, seek(marker, `${a} ${marker}`), { allow: [], free: isFree, inflate });
      assert.notEqual(result.kind, 'intact');
      if (isFree) assert.equal(result.kind, 'none');
    }),
  );
});

test('any damaged marker in any text is named', () => {
  const damages: readonly (readonly [Alteration, (marker: string) => string])[] = [
    ['truncated', (marker) => marker.slice(0, 16)],
    ['case-changed', (marker) => marker.toUpperCase()],
    ['whitespace', (marker) => `${marker.slice(0, 9)}\n  ${marker.slice(9)}`],
  ];
  fc.assert(
    fc.property(anyMarker, fc.constantFrom(...damages), anyText, (marker, [expected, damage], around) => {
      const value = `${around} ${damage(marker)} ${around}`;
      const result = assess(value, seek(marker, marker), { allow: [], free: true, inflate });
      assert.equal(result.kind === 'altered' && result.how, expected);
    }),
  );
});

test('any text that was escaped is named by its escape', () => {
  const escapes: readonly (readonly [Alteration, (sent: string) => string])[] = [
    ['html-escaped', escapeHtml],
    ['url-escaped', encodeURIComponent],
    ['json-escaped', (sent) => JSON.stringify(sent).slice(1, -1)],
  ];
  fc.assert(
    fc.property(
      anyMarker,
      fc.constantFrom(...escapes),
      fc.lorem({ maxCount: 5 }),
      (marker, [expected, escapeAs], words) => {
        const sent = `${words} & <"ü"> ${marker}`;
        const result = assess(escapeAs(sent), seek(marker, sent), { allow: [], free: false, inflate });
        assert.equal(result.kind === 'altered' && result.how, expected);
      },
    ),
  );
});
