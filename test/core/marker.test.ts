import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  alphabet,
  composeMarker,
  defaultShape,
  leastPart,
  markersIn,
  otherMarker,
  typedMarker,
} from '../../smoke/core/marker.ts';

const drawn = (letters: string, length: number) => letters.repeat(2).slice(3, 3 + length);
const at = Date.UTC(2025, 5, 1);

test('a marker is its prefix, seven characters of time and a random rest', () => {
  const marker = composeMarker(defaultShape, at, drawn);
  assert.match(marker.text, /^smk-[2-9a-hjkmnp-z]{16}$/);
  assert.equal(marker.fixed, 11);
  assert.equal(marker.text.slice(11), '56789abcd');
  assert.equal(composeMarker(defaultShape, at + 999, drawn).text.slice(0, 11), marker.text.slice(0, 11));
});

test('markers sort by the second in which they were made', () => {
  const time = fc.integer({ min: 0, max: 27_000_000_000 });
  fc.assert(
    fc.property(time, time, (one, two) => {
      const [a, b] = [one, two].map((second) => composeMarker(defaultShape, second * 1000, drawn).text);
      assert.equal(one < two, a !== undefined && b !== undefined && a < b);
    }),
  );
});

test('a shape can leave out the separator, be short and in upper case', () => {
  const marker = composeMarker({ prefix: 'SMK', separator: '', case: 'upper', length: 12 }, at, drawn);
  assert.match(marker.text, /^SMK[2-9A-HJKMNP-Z]{12}$/);
  assert.equal(marker.fixed, 10);
});

test('a shape that is too short or not safe everywhere is refused', () => {
  assert.throws(() => composeMarker({ ...defaultShape, length: 10 }, at, drawn), RangeError);
  assert.throws(() => composeMarker({ ...defaultShape, prefix: 'a%' }, at, drawn), RangeError);
});

test('the alphabet ascends and has none of the characters that people mistake', () => {
  assert.equal([...alphabet].sort().join(''), alphabet);
  assert.equal(/[01ilo]/.test(alphabet), false);
});

test('a typed text is any of eight characters or more, and a real marker is recognised', () => {
  assert.equal(typedMarker('  short '), undefined);
  assert.deepEqual(typedMarker('Late arrival'), { text: 'Late arrival', fixed: 0, prefix: '' });
  const made = composeMarker(defaultShape, at, drawn);
  assert.deepEqual(typedMarker(` ${made.text}\n`), made);
  assert.equal(typedMarker('smk-with-more-words')?.fixed, 0);
  const shape = { prefix: 'SMK', separator: '', case: 'upper', length: 12 } as const;
  const short = composeMarker(shape, at, drawn);
  assert.deepEqual(typedMarker(short.text, shape), short);
});

test("another run's marker is told from this one, from a part of it and from other words", () => {
  const marker = composeMarker(defaultShape, at, drawn);
  const other = composeMarker(defaultShape, at + 60_000, drawn);
  assert.equal(otherMarker(`note ${marker.text}, ${other.text}.`, marker), other.text);
  assert.equal(otherMarker(`note ${other.text.toUpperCase()}`, marker), other.text.toUpperCase());
  assert.equal(otherMarker(`note ${marker.text} ${marker.text.toUpperCase()}`, marker), undefined);
  assert.equal(otherMarker(`note ${other.text.slice(0, -1)} smk-`, marker), undefined);
  assert.equal(otherMarker(`note ${other.text}x`, marker), undefined);
});

test('less of a marker is enough where a record is known to be ours', () => {
  const marker = composeMarker(defaultShape, at, drawn);
  assert.equal(leastPart(marker, true), 15);
  assert.equal(leastPart(marker, false), 8);
  assert.equal(leastPart({ text: 'Late arrival', fixed: 0, prefix: '' }, true), 9);
});

test('only a whole marker of the shape is found in a text, each once', () => {
  const texts = (text: string, shape = defaultShape): string[] => markersIn(text, shape).map((marker) => marker.text);
  const [one, two] = ['smk-42rcxsbbrhzfhbd8', 'smk-42rcxsbxnut2me32'];
  assert.deepEqual(texts(`{"note":"Late. ${one}"} ${two}, ${one}`), [one, two]);
  assert.deepEqual(markersIn(one, defaultShape), [typedMarker(one)]);
  for (const none of [
    'smk-hello there, this is a text',
    one.slice(0, -1),
    `${one}a`,
    `a${one}`,
    one.toUpperCase(),
    one.replace('smk-', 'smk'),
    one.replace('42r', '40r'),
    `${one.slice(0, 10)} ${one.slice(10)}`,
  ])
    assert.deepEqual(texts(none), [], none);
  const shape = { prefix: 'SMK', separator: '', case: 'upper', length: 12 } as const;
  assert.deepEqual(texts('note SMK42RCXSBBRHZF.', shape), ['SMK42RCXSBBRHZF']);
  assert.deepEqual(texts(one, shape), []);
});
