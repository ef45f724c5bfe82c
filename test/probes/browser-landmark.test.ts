// What on a page shows that it is the right one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Action } from '../../smoke/probes/browser-action.ts';
import { browsing, pages, skip } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look } = browsing();

test('a page that lacks the element proves that the record is not there where something on it was expected', {
  skip,
}, async (t) => {
  const { url } = await serve(t, pages({ '/list': '<h1>List</h1><p>No reservation found.</p>' }));
  const goto = { goto: `${url}/list?ref=8841` };
  const read = { read: { testid: 'booking-note' } };
  const reading = await look([goto, { expect: { role: 'heading' } }, read]);
  assert.deepEqual(reading.candidates, []);
  assert.equal(reading.whole, true);
  assert.match(reading.searched, /^page \/list\?ref=8841 has no testid booking-note$/);
  const css = '.spinner';
  const nothings: Action[] = [
    { expect: { css, state: 'hidden' } },
    { expect: { css, count: 0 } },
    { expect: { url: '**/list*' } },
  ];
  for (const steps of [[], ...nothings.map((one) => [one])]) {
    const unsure = await look([goto, ...steps, read]);
    assert.equal(unsure.whole, false, JSON.stringify(steps));
    assert.match(unsure.searched, /nothing shows that it is the right page/);
  }
});

test('what was expected of a page says nothing of the next one', { skip }, async (t) => {
  const { url } = await serve(t, pages({ '/list': '<h1>List</h1><a href="/other">Show</a>', '/other': 'Sorry' }));
  const steps = [
    { goto: `${url}/list` },
    { expect: { role: 'heading' } },
    { click: { text: 'Show' } },
    { expect: { url: '**/other' } },
  ];
  assert.equal((await look([...steps, { read: { testid: 'booking-note' } }])).whole, false);
});
