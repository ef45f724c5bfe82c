// The encoding of an answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { textOf } from '../../smoke/probes/http/http-text.ts';

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');

test('the charset of the content type is honoured, quoted or not', () => {
  assert.equal(textOf(latin('Grüße'), 'text/plain; charset=iso-8859-1'), 'Grüße');
  assert.equal(textOf(latin('Grüße'), 'text/plain;charset="latin1"; x=y'), 'Grüße');
  assert.equal(textOf(Buffer.from('Grüße', 'utf16le'), 'text/plain; charset=utf-16le'), 'Grüße');
});

test('UTF-8 is assumed, and what is not UTF-8 keeps its place', () => {
  assert.equal(textOf(Buffer.from('Grüße'), undefined), 'Grüße');
  assert.equal(textOf(latin('ß smk-1'), 'application/json'), '\ufffd smk-1');
  assert.equal(textOf(Buffer.from('Grüße'), 'text/plain; charset=no-such-thing'), 'Grüße');
});

test('a byte order mark decides and is dropped', () => {
  assert.equal(textOf(Buffer.from('\ufeffnote'), 'text/plain; charset=latin1'), 'note');
  assert.equal(textOf(Buffer.from('\ufeffnote', 'utf16le'), undefined), 'note');
});

test('XML and HTML may name their encoding themselves', () => {
  const xml = '<?xml version="1.0" encoding="ISO-8859-1"?><n>Grüße</n>';
  assert.equal(textOf(latin(xml), 'application/xml'), xml);
  const html = '<html><head><meta charset=windows-1252></head>Grüße';
  assert.equal(textOf(latin(html), 'text/html'), html);
  const lying = '<?xml version="1.0" encoding="UTF-16"?><n>Grüße</n>';
  assert.equal(textOf(Buffer.from(lying), 'text/xml'), lying);
  assert.equal(textOf(Buffer.from(xml), 'application/xml; charset=utf-8'), xml);
});

test('a hostile head costs no time', () => {
  const began = performance.now();
  textOf(Buffer.from(`<?xml ${'encoding '.repeat(500_000)}`), 'text/xml');
  textOf(Buffer.from('<meta '.repeat(500_000)), 'text/html');
  textOf(Buffer.from('x'), `text/html; charset${' '.repeat(100_000)}`);
  assert.ok(performance.now() - began < 500);
});

test('JSON is UTF-8 whatever charset stands beside it', () => {
  assert.equal(textOf(Buffer.from('{"n":"Grüße"}'), 'application/json; charset=ISO-8859-1'), '{"n":"Grüße"}');
});

test('HTML that names no encoding is read as browsers do where it cannot be UTF-8', () => {
  assert.equal(textOf(latin('<p>Grüße</p>'), 'text/html'), '<p>Grüße</p>');
  assert.equal(textOf(Buffer.from('<p>Grüße</p>'), 'text/html'), '<p>Grüße</p>');
});
