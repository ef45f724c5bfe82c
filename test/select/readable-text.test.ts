// What of an HTML text a reader sees, as far as elements say it themselves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableText } from '../../smoke/select/markup-body.ts';

const hiding: readonly string[] = [
  'hidden',
  'style="display:none"',
  'style="color:red; DISPLAY : NONE !important"',
  'style="visibility: collapse"',
  'style="opacity:0"',
  'style="opacity: 0.0 !important"',
  'style="font-size:0"',
  'style="font-size:0px;line-height:0"',
  'style="max-height:0;overflow:hidden"',
];
const showing: readonly string[] = [
  '',
  'style="display:none;display:block"',
  'style="opacity:0.5"',
  'style="font-size:0.9em"',
  'style="max-height:0"',
  'style="mso-hide:all"',
];

for (const [all, shown, hidden] of [
  [hiding, 'before  after', 'Late.'],
  [showing, 'before Late. after', ''],
] as const)
  for (const attributes of all)
    test(`${all === hiding ? 'hides' : 'shows'}: ${attributes || 'no attributes'}`, async () => {
      const html = `before <div ${attributes}><p>Late.</p></div> after`;
      assert.deepEqual(await readableText(html), { shown, hidden });
    });

test('a frame without size hides no text that says its own', async () => {
  const html = '<td style="font-size:0px"><div><p style="font-size:13px">Late.</p></div></td>';
  assert.deepEqual(await readableText(html), { shown: 'Late.', hidden: '' });
});
