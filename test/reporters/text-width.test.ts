import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { duration, elapsed, moment } from '../../reporters/durations.ts';
import { cut, padEnd, padStart, widthOf, wrap } from '../../reporters/text-width.ts';

test('wide characters take two columns, combining marks none', () => {
  assert.equal(widthOf('booking'), 7);
  assert.equal(widthOf('予約メモ'), 8);
  assert.equal(widthOf('한국어'), 6);
  assert.equal(widthOf('e\u0301'), 1);
  assert.equal(widthOf('🙂'), 2);
  assert.equal(widthOf('Zoë ✓ → …'), 9);
  assert.equal(padEnd('予', 4), '予  ');
  assert.equal(padStart('予', 4), '  予');
});

test('a cut text ends in an ellipsis and fits', () => {
  assert.equal(cut('booking-note', 8), 'booking…');
  assert.equal(cut('booking', 7), 'booking');
  assert.equal(cut('予約メモ', 6), '予約…');
  assert.equal(cut('abc', 0), '');
});

test('wrapped lines fit and lose nothing but spaces', () => {
  assert.deepEqual(wrap('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrap('abcdefghij', 4), ['abcd', 'efgh', 'ij']);
  assert.deepEqual(wrap('', 4), ['']);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 2, max: 30 }), (text, width) => {
      const lines = wrap(text, width);
      for (const line of lines) assert.ok(widthOf(line) <= width, JSON.stringify(line));
      assert.equal(lines.join('').replaceAll(' ', ''), text.replaceAll(' ', ''));
    }),
  );
});

test('times carry their unit and three figures', () => {
  assert.deepEqual([120, 1_800, 14_200, 61_400, 120_400, 725_000, 7_260_000].map(duration), [
    '0.12 s',
    '1.80 s',
    '14.2 s',
    '61.4 s',
    '120 s',
    '12 min 05 s',
    '2 h 01 min',
  ]);
  assert.deepEqual([120, 0, -50].map(moment), ['+0.12 s', '+0.00 s', '-0.05 s']);
  assert.deepEqual([2_345, 60_000, -3].map(elapsed), ['2.3 s', '60 s', '0 s']);
  assert.equal(duration(Number.NaN), '?');
});
