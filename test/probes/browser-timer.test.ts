// A page whose scripts ask for nothing until a timer is over.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browsing, pages, skip, texts } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look } = browsing();
const note = 'Arriving late. smk-t4n2xw7f3kq9tz2m';
const heading = { expect: { role: 'heading' } };
const read = { read: { testid: 'note' } };

/** Runs `script` beside `show`, which asks for the row and shows it. */
const page = (script: string): string => `<h1>Reservations</h1><script>
  const show = () => fetch('/row').then((r) => r.text())
    .then((text) => document.body.insertAdjacentHTML('beforeend', '<p data-testid="note">' + text + '</p>'));
  ${script}</script>`;

const row: Parameters<typeof pages>[0][string] = (_request, response) => response.end(note);

test('what a page asks for first as a timer is over is waited for', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/timer': page('setTimeout(show, 1200)'),
      '/ready': page('setTimeout(() => setTimeout(show, 1200), 0)'),
      '/row': row,
    }),
  );
  for (const path of ['/timer', '/ready']) {
    assert.deepEqual(texts(await look([{ goto: url + path }, heading, read]), 'text'), [note], path);
    assert.deepEqual(texts(await look([{ goto: url + path }, heading]), '[data-testid=note]'), [note], path);
  }
});

test('beside a timer that is longer than the look waits no absence is proved, unless the page was seen to be filled', {
  skip,
}, async (t) => {
  const { url } = await serve(t, pages({ '/': page('setTimeout(show, 9000)') }));
  const reading = await look([{ goto: url }, heading, read]);
  assert.deepEqual([reading.candidates, reading.whole], [[], false]);
  assert.match(
    reading.searched,
    /a timer may yet fill the page: `expect` a `count` of rows, or a spinner `state: hidden`/,
  );
  const filled = await look([{ goto: url }, heading, { expect: { css: '.spinner', state: 'hidden' } }, read]);
  assert.equal(filled.whole, true);
});

test('timers that fetch nothing prove an absence all the same: a clock, one that was taken back, one for a person', {
  skip,
}, async (t) => {
  const clock = 'const tick = () => setTimeout(tick, 1000); tick();';
  const others = `clearTimeout(setTimeout(show, 5000)); setTimeout(show, 600_000); setTimeout('show()', 60_000);`;
  const { url } = await serve(t, pages({ '/': page(clock + others) }));
  const reading = await look([{ goto: url }, heading, read]);
  assert.deepEqual([reading.candidates, reading.whole], [[], true], reading.searched);
});
