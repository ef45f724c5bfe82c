// The contract of plug-ins, as far as it is code.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Blind } from '../../smoke/probes/plugin.ts';

const anotherCopy = new URL('../../smoke/probes/plugin.ts?another-copy', import.meta.url).href;

test('a Blind is known as one whichever copy of smoketrail it was made by, and nothing else is', async () => {
  const other = ((await import(anotherCopy)) as { Blind: typeof Blind }).Blind;
  assert.notEqual(other, Blind);
  assert.ok(new other('refused', 'no') instanceof Blind);
  assert.ok(new Blind('refused', 'no') instanceof other);
  for (const value of [new Error('no'), { name: 'Blind', fault: {} }, undefined, 'Blind'])
    assert.ok(!(value instanceof Blind));
});
