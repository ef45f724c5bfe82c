// What on a page shows that it is the right one.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading } from '../../smoke/core/look.ts';
import type { Action } from '../../smoke/probes/browser/browser-action.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { browsing, pages, skip } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look, blind } = browsing();

const seen = (reading: Reading): Look => {
  const sought = { marker: { text: 'smk-t4n2xw7f3kq9tz2m', fixed: 8, prefix: 'smk' }, aliases: new Map(), sent: [] };
  return judge(reading, { allow: [], reference: false }, sought, { inflate }).look;
};

test('a page that lacks the element proves that the record is not there where something on it was expected', {
  skip,
}, async (t) => {
  const { url } = await serve(t, pages({ '/list': '<h1>List</h1><p>No reservation found.</p>' }));
  const goto = { goto: `${url}/list?ref=8841` };
  const read = { read: { testid: 'booking-note' } };
  const reading = await look([goto, { expect: { role: 'heading' } }, read]);
  assert.deepEqual(reading.candidates, []);
  assert.deepEqual([reading.whole, reading.landmark], [true, true]);
  assert.match(reading.searched, /^page \/list\?ref=8841 has no testid booking-note$/);
  const css = '.spinner';
  const nothings: Action[] = [
    { expect: { css, state: 'hidden' } },
    { expect: { css, count: 0 } },
    { expect: { url: '**/list*' } },
  ];
  for (const steps of [[], ...nothings.map((one) => [one])]) {
    const unsure = seen(await look([goto, ...steps, read]));
    assert.ok(unsure.kind === 'absent' && !unsure.proves, JSON.stringify(steps));
    assert.match(unsure.detail ?? '', /nothing shows that it is the right page: `expect`/);
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
  const next = seen(await look([...steps, { read: { testid: 'booking-note' } }]));
  assert.ok(next.kind === 'absent' && !next.proves, JSON.stringify(next));
});

test('a locator with a typo in it proves nothing where the page shows the marker elsewhere', { skip }, async (t) => {
  const marker = 'smk-t4n2xw7f3kq9tz2m';
  const shown = `<h1>List</h1><p data-testid="booking-note">Late. ${marker}</p><p data-testid="empty"></p>`;
  const { url } = await serve(t, pages({ '/list': shown }));
  const sought = {
    marker: { text: marker, fixed: 8, prefix: 'smk' },
    aliases: new Map(),
    sent: [{ text: `Late. ${marker}`, document: false }],
  };
  const judged = async (testid: string, asked: readonly string[] = []): Promise<Look> => {
    const reading = await look([{ goto: `${url}/list` }, { expect: { role: 'heading' } }, { read: { testid } }]);
    const field = reading.candidates.length > 0 ? { field: 'text' } : {};
    return judge(reading, { allow: [], reference: false, ...field }, { ...sought, asked }, { inflate }).look;
  };
  const typo = await judged('bookng-note');
  assert.ok(typo.kind === 'absent' && !typo.proves && typo.elsewhere);
  assert.match(typo.detail ?? '', /the page shows the marker, though not where this look reads/);
  const asked = await judged('bookng-note', [marker]);
  assert.ok(asked.kind === 'absent' && asked.proves, 'what the page repeats is no sign of the record');
  assert.equal((await judged('booking-note')).kind, 'intact');
  assert.match(JSON.stringify(await judged('empty')), /though not where this look reads/);
});

test('a whole page proves no absence without an expect, and one that repeats its question shows no record', {
  skip,
}, async (t) => {
  const marker = 'smk-t4n2xw7f3kq9tz2m';
  const { url } = await serve(
    t,
    pages({
      '/list': '<h1>List</h1><p>Nothing.</p>',
      '/search': `<h1>Search</h1><input name="q" value="${marker}"><p>No results for ${marker}</p>`,
    }),
  );
  const sought = {
    marker: { text: marker, fixed: 8, prefix: 'smk' },
    aliases: new Map(),
    sent: [{ text: marker, document: false }],
  };
  const judged = async (path: string, expected: readonly Action[], asked: readonly string[]): Promise<Look> =>
    judge(
      await look([{ goto: url + path }, ...expected]),
      { allow: [], reference: false },
      { ...sought, asked },
      { inflate },
    ).look;
  const heading: Action[] = [{ expect: { role: 'heading' } }];
  const bare = await judged('/list', [], []);
  assert.ok(bare.kind === 'absent' && !bare.proves, JSON.stringify(bare));
  const expected = await judged('/list', heading, []);
  assert.ok(expected.kind === 'absent' && expected.proves, JSON.stringify(expected));
  const echo = await judged(`/search?q=${marker}`, heading, [`/search?q=${marker}`]);
  assert.ok(echo.kind === 'absent' && !echo.proves && echo.elsewhere, JSON.stringify(echo));
  const elsewhere = await judged(`/search?q=${marker}`, [], [`/search?q=${marker}`]);
  assert.ok(elsewhere.kind === 'blind', JSON.stringify(elsewhere));
  assert.match(elsewhere.fault.message, /may only repeat the question/);
});

test('what is expected in vain of a page that asks to wait, or for another login, hands that on', {
  skip,
}, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/busy': (_request, response) => void response.writeHead(503, { 'retry-after': '7' }).end('busy'),
      '/who': (_request, response) => void response.writeHead(401).end('who are you'),
    }),
  );
  const expecting = (path: string) => blind([{ goto: url + path }, { expect: { role: 'heading', timeout: '100ms' } }]);
  assert.equal((await expecting('/busy')).retryAfter, 7_000);
  assert.equal((await expecting('/who')).unauthorized, true);
});
