import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { find } from '../../smoke/core/find.ts';
import { alphabet } from '../../smoke/core/marker.ts';
import { inflate } from '../../smoke/select/inflate.ts';

const marker = 'smk-t4n2xw7f3kq9tz2m';

/** What a chain can do to a text. Each takes the text with the marker in it and gives one that still holds it. */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  json: (text) => JSON.stringify(text),
  'json, all in \\u': (text) =>
    `"${[...text].map((c) => (c.length > 1 ? c : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)).join('')}"`,
  'json with \\/': (text) => JSON.stringify({ a: [text] }).replaceAll('/', '\\/'),
  'php string': (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`,
  'php serialized': (text) => `a:1:{s:4:"note";s:${Buffer.byteLength(text)}:"${text}";}`,
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64, URL-safe': (text) => Buffer.from(text).toString('base64url'),
  'base64 in lines': (text) =>
    (
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\r\n'),
  'base64 in indented lines': (text) =>
    (
      Buffer.from(text)
        .toString('base64')
        .match(/.{1,32}/g) ?? []
    ).join('\n  '),
  url: (text) => encodeURIComponent(text.toWellFormed()),
  'url, every byte': (text) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  form: (text) => new URLSearchParams({ note: text }).toString(),
  html: (text) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;'),
  'html, decimal': (text) => [...text].map((c) => `&#${c.codePointAt(0)};`).join(''),
  'html, hex': (text) => [...text].map((c) => `&#x${c.codePointAt(0)?.toString(16)};`).join(''),
  'gzip in base64': (text) => gzipSync(text).toString('base64'),
  'zlib in base64': (text) => deflateSync(text).toString('base64'),
  'zlib in hex': (text) => deflateSync(text).toString('hex'),
  'bytes in base64': (text) =>
    Buffer.concat([Buffer.from([0x80, 0x04, 0x95, 0]), Buffer.from(text), Buffer.from([0, 0xff])]).toString('base64'),
  hex: (text) => Buffer.from(text).toString('hex'),
};

const anyText = fc.oneof(fc.string({ maxLength: 60 }), fc.string({ unit: 'binary', maxLength: 60 }));
const anyMarker = fc
  .string({ unit: fc.constantFrom(...alphabet), minLength: 16, maxLength: 16 })
  .map((tail) => `smk-${tail}`);
const anyEncoding = fc.constantFrom(...Object.keys(encodings));

function encode(name: string, text: string): string {
  return encodings[name]?.(text) ?? text;
}

/** Text that leaves an encoding beside it whole: it neither ends in the middle of an escape nor touches letters of base64. */
const beside = anyText.map((text) => text.replaceAll(/[\\%&]/g, '.'));

for (const outer of Object.keys(encodings)) {
  test(`a marker is found through any encoding inside ${outer}`, () => {
    const property = fc.property(
      anyMarker,
      anyEncoding,
      fc.tuple(beside, beside, beside, beside),
      (sought, inner, [a, b, c, d]) => {
        const text = `${c}${encode(outer, `${a}${encode(inner, `${b} ${sought} ${b}`)}.${a}`)}.${d}`;
        assert.equal(find(text, sought, inflate).kind, 'found');
      },
    );
    fc.assert(property, { numRuns: 150 });
  });
}

test('a marker is found through three encodings', () => {
  const names = Object.keys(encodings);
  const chains = names.flatMap((one) => names.map((two) => [one, two, 'json'] as const));
  for (const [outer, middle, inner] of chains) {
    const text = encode(outer, `x ${encode(middle, `y ${encode(inner, `Späte "Ankunft" ${marker}`)} y`)} x`);
    assert.equal(find(text, marker, inflate).kind, 'found', `${outer}, ${middle}, ${inner}`);
  }
});

function via(text: string): readonly string[] {
  const finding = find(text, marker, inflate);
  assert.equal(finding.kind, 'found');
  return finding.kind === 'found' ? finding.via : [];
}

test('a text without the marker never matches', () => {
  const property = fc.property(
    anyMarker,
    anyMarker,
    anyEncoding,
    anyEncoding,
    anyText,
    (sought, other, outer, inner, text) => {
      fc.pre(sought !== other);
      assert.equal(find(encode(outer, encode(inner, `${text} ${other}`)), sought, inflate).kind, 'missing');
    },
  );
  fc.assert(property, { numRuns: 500 });
});

test('the encodings are named, the outermost first', () => {
  const job = encodeURIComponent(Buffer.from(`{"a":"\\"x","note":"\\u0073${marker.slice(1)}"}`).toString('base64'));
  assert.deepEqual(via(`a%20b &amp; ${job}`), ['base64', 'json']);
  assert.deepEqual(via(encodeURIComponent(Buffer.from(`ä ${marker}>>>?`).toString('base64'))), ['base64']);
  assert.deepEqual(via(JSON.stringify(gzipSync(`note ${marker}`).toString('base64'))), ['base64', 'gzip']);
  assert.deepEqual(via(`x &amp; \\"smk%2D${marker.slice(4)}\\"`), ['url']);
  assert.deepEqual(via(`plain ${marker}`), []);
  assert.deepEqual(via(`&#115;${marker.slice(1, 8)}\\u00${marker.charCodeAt(8).toString(16)}${marker.slice(9)}`), [
    'html',
    'json',
  ]);
});

test('bytes that are compressed themselves are searched', () => {
  for (const bytes of [gzipSync(`note ${marker}`), deflateSync(`note ${marker}`)]) {
    assert.equal(find(`\x00\x01${bytes.toString('latin1')}\x00`, marker, inflate).kind, 'found');
    assert.equal(find(encode('url, every byte', ''), marker, inflate).kind, 'missing');
    assert.equal(
      find([...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''), marker, inflate).kind,
      'found',
    );
  }
});

test('a compressed stream that is cut short is searched as far as it goes', () => {
  const bytes = gzipSync(`note ${marker} ${Array.from({ length: 2000 }, (_, index) => index).join(' ')}`);
  assert.equal(find(bytes.subarray(0, 1500).toString('base64'), marker, inflate).kind, 'found');
});

test('a typed text with spaces, accents and signs is found through the encodings', () => {
  const typed = 'Späte Ankunft, 100% & + mehr';
  for (const name of Object.keys(encodings)) {
    assert.equal(find(`x ${encode(name, `y ${typed} z`)} x`, typed, inflate).kind, 'found', name);
  }
});

test('what cannot be searched to its end is given up, not missing', () => {
  const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024)).toString('base64');
  assert.equal(find(bomb, marker, inflate).kind, 'gave-up');
  assert.equal(find('.'.repeat(9 * 1024 * 1024), marker, inflate).kind, 'gave-up');
  assert.equal(find(`${'.'.repeat(9 * 1024 * 1024)}${marker}`, marker, inflate).kind, 'found');
  let deep = 'some text without it, "quoted"';
  for (let level = 0; level < 9; level += 1) deep = JSON.stringify(deep);
  assert.equal(find(deep, marker, inflate).kind, 'gave-up');
});

test('eight megabytes of anything are searched to an answer', () => {
  const size = 8 * 1024 * 1024;
  const units = [
    '%',
    '%25',
    '%41',
    '&',
    '&amp;',
    '&#',
    'A',
    'QUFB',
    'a1',
    '\\',
    '\\u',
    '\\\\u005c',
    '\n',
    'x\x9c',
    '\x1f\x8b\x08',
    'smk-',
    'x^A+/',
    '\u{1f600}',
  ];
  for (const unit of units) {
    const text = unit.repeat(Math.floor(size / unit.length));
    assert.notEqual(find(text, marker, inflate).kind, 'found', unit);
  }
});
