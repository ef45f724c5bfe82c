import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskedLine, maskedPart, maskedStart, maskMargin } from '../../smoke/probes/masked-start.ts';
import { createMask } from '../../smoke/run/redact.ts';

const secret = 'a-secret of\nseveral lines, 0123456789';
const { add, mask } = createMask();
add(secret, 'S');

test('a text is masked before it is cut, wherever the cut falls in a secret', () => {
  for (let before = 0; before < 60; before++) {
    const shown = maskedStart(`${'x'.repeat(before)}${secret} and more`, 50, mask);
    assert.ok(shown.length <= 50);
    assert.doesNotMatch(shown, /secret|several|0123/);
  }
});

test('a line is masked before its white space is squeezed', () => {
  assert.equal(maskedLine(`  it  said\n${secret} `, 50, mask), 'it said ***S***');
  assert.equal(maskedLine('x'.repeat(60), 50, mask), `${'x'.repeat(49)}…`);
});

test('half a secret at the end of what is masked is not shown, however short the labels make it', () => {
  for (let shift = 0; shift < secret.length; shift++) {
    const text = 'y'.repeat(shift) + secret.repeat(Math.ceil((2 * maskMargin) / secret.length));
    const [masked, whole] = maskedPart(text, 30_000, mask);
    assert.equal(whole, false);
    assert.match(masked, /^y*(?:\*\*\*S\*\*\*)+$/);
  }
});

test('a short text that was cut already is shown but for its last part', () => {
  assert.deepEqual(maskedPart('z'.repeat(20_000), 4_096, mask, false), ['z'.repeat(20_000 - 16_384), false]);
});
