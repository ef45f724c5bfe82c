// What a page holds and does not show, and what it shows only later: neither is a sighting, nor an absence that is proved.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { browsing, pages, skip, texts } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look } = browsing();
const marker = 'smk-t4n2xw7f3kq9tz2m';
const note = `Arriving late. ${marker}`;

function judged(reading: Reading, selection: Partial<Selection> = {}): Look {
  const sought = {
    marker: { text: marker, fixed: 11, prefix: 'smk' },
    aliases: new Map([['booking', '8841']]),
    sent: [{ text: note, document: false }],
  };
  return judge(reading, { allow: [], reference: false, ...selection }, sought, { inflate }).look;
}

const filling = `fill = (text) => document.body.insertAdjacentHTML('beforeend', '<p data-testid="note">' + text + '</p>')`;
const streaming = `<h1>Reservations</h1><script>${filling}; new EventSource('/rows').onmessage = ({ data }) => fill(data)</script>`;
const socket = `<h1>Reservations</h1><script>${filling}; new WebSocket('ws://' + location.host).onmessage = ({ data }) => fill(data)</script>`;
const read = { read: { testid: 'note' } };
const heading = { expect: { role: 'heading' } };

/** An event stream that is open and says its row after that time. */
const rowsAfter =
  (ms: number): Parameters<typeof pages>[0][string] =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
    setTimeout(() => response.write(`data: ${note}\n\n`), ms).unref();
  };

test('a page with an event stream or a socket open proves no absence, and says why', { skip }, async (t) => {
  const { url, server } = await serve(
    t,
    pages({ '/stream': streaming, '/socket': socket, '/rows': rowsAfter(60_000) }),
  );
  server.on('upgrade', (request, connection) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    const lines = ['HTTP/1.1 101 x', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Accept: ${accept}`];
    connection.on('error', () => undefined);
    connection.write(`${lines.join('\r\n')}\r\n\r\n`);
    connection.on('end', () => connection.destroy()).resume();
  });
  for (const [path, why] of [
    ['/stream', 'an event stream'],
    ['/socket', 'a socket'],
  ] as const) {
    for (const steps of [
      [{ goto: url + path }, heading, read],
      [{ goto: url + path }, heading],
    ]) {
      const reading = await look(steps);
      assert.equal(reading.whole, false, path);
      assert.match(reading.searched, new RegExp(`${why} is open, over which more may come at any time`));
    }
    const filled = { expect: { css: '.spinner', count: 0 } };
    const expected = await look([{ goto: url + path }, heading, filled, read]);
    assert.deepEqual([expected.candidates, expected.whole], [[], true], `${path}, met`);
  }
});

test('what comes over an event stream soon is seen, and what a stream of an earlier page may bring is not waited for', {
  skip,
}, async (t) => {
  const { url } = await serve(
    t,
    pages({ '/soon': streaming, '/rows': rowsAfter(900), '/plain': '<h1>Reservations</h1>' }),
  );
  assert.deepEqual(texts(await look([{ goto: `${url}/soon` }, read]), 'text'), [note]);
  const whole = await look([{ goto: `${url}/soon` }]);
  assert.equal(judged(whole).kind, 'intact');
  const left = await look([{ goto: `${url}/soon` }, { goto: `${url}/plain` }, heading, read]);
  assert.equal(left.whole, true);
});

/** Asks again some time after each answer; the third has the row. */
const polling = (ms: number, before = 0): string => `<h1>Reservations</h1><script>${filling};
  const ask = () => fetch('/next').then((r) => r.text()).then((text) => { if (text) fill(text); setTimeout(ask, ${ms}); });
  setTimeout(ask, ${before})</script>`;

test('what a page asks for again and again is waited for, and without it proves no absence', { skip }, async (t) => {
  let answers = 0;
  const third = (): string => (++answers === 3 ? note : '');
  const { url } = await serve(
    t,
    pages({
      '/often': polling(900),
      '/late': polling(9_000, 1_500),
      '/next': (_request, response) => response.end(third()),
    }),
  );
  assert.deepEqual(texts(await look([{ goto: `${url}/often` }, heading, read]), 'text'), [note]);
  answers = 3;
  const filled = { expect: { css: '.spinner', count: 0 } };
  for (const [path, why] of [
    ['/often', /the page goes on asking|the page had not come to rest/],
    ['/late', /the page goes on asking/],
  ] as const) {
    const reading = await look([{ goto: url + path }, heading, { wait: '2s' }, read]);
    assert.deepEqual([reading.candidates, reading.whole], [[], false], path);
    assert.match(reading.searched, why);
    assert.equal((await look([{ goto: url + path }, heading, filled, read])).whole, true, `${path}, met`);
  }
});

test('a page that asked for all it has as it came has come to rest, also after a click', { skip }, async (t) => {
  const chain = `<h1>Reservations</h1><button onclick="fetch('/next')">Search</button><script>
    fetch('/next').then(() => fetch('/next')).then(() => fetch('/next'))</script>`;
  const { url } = await serve(t, pages({ '/': chain, '/next': (_request, response) => response.end('') }));
  assert.equal((await look([{ goto: url }, heading, read])).whole, true);
  const clicked = [{ goto: url }, { wait: '700ms' }, { click: { role: 'button' } }, heading, read];
  assert.equal((await look(clicked)).whole, true);
});

test('what a service worker is asking for is waited for', { skip }, async (t) => {
  const page = `<h1>Reservations</h1><script>${filling};
    navigator.serviceWorker.onmessage = ({ data }) => fill(data);
    navigator.serviceWorker.register('/worker.js');
    navigator.serviceWorker.ready.then(({ active }) => active.postMessage('rows'))</script>`;
  const worker = `onmessage = ({ source }) => fetch('/rows').then((r) => r.text()).then((text) => source.postMessage(text))`;
  const { url } = await serve(
    t,
    pages({
      '/': page,
      '/worker.js': (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker),
      '/rows': (_request, response) => void setTimeout(() => response.end(note), 2_500),
    }),
  );
  assert.deepEqual(texts(await look([{ goto: url }, heading, read]), 'text'), [note]);
});

test('an event stream that ended is opened again by the browser, unless it was turned down', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/ended': streaming,
      '/rows': (_request, response) =>
        void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: Other\n\n'),
      '/none': streaming.replace('/rows', '/no-rows'),
    }),
  );
  assert.equal((await look([{ goto: `${url}/ended` }, heading, { read: { testid: 'other' } }])).whole, false);
  assert.equal((await look([{ goto: `${url}/none` }, heading, read])).whole, true);
});

const hidden: Readonly<Record<string, string>> = {
  'a hidden row': `<ul><li class="r" hidden><b>8841</b><i>${note}</i></li></ul>`,
  'a row that is not displayed': `<ul><li class="r" style="display:none"><b>8841</b><i>${note}</i></li></ul>`,
  'a row that is invisible': `<ul style="visibility:hidden"><li class="r"><b>8841</b><i>${note}</i></li></ul>`,
  'a row without opacity': `<div style="opacity:0"><ul><li class="r"><b>8841</b><i>${note}</i></li></ul></div>`,
  'a row without size': `<ul style="font-size:0"><li class="r"><b>8841</b><i>${note}</i></li></ul>`,
  'a row off the page': `<ul style="position:absolute;left:-9999px"><li class="r"><b>8841</b><i>${note}</i></li></ul>`,
  'a text that is moved out of its box': `<p style="text-indent:-9999px;overflow:hidden">8841 ${note}</p>`,
  'a text for screen readers': `<p style="position:absolute;width:1px;height:1px;overflow:hidden;clip:rect(0,0,0,0)">8841 ${note}</p>`,
  'a text that is cut to nothing': `<p style="clip-path:inset(50%)">8841 <i>${note}</i></p>`,
  'a template': `<template><li class="r"><b>8841</b><i>${note}</i></li></template>`,
  'the state of a script': `<script type="application/json">{"id":8841,"note":"${note}"}</script>`,
  'a hidden input': `<form><input type="hidden" name="note" value="${note}"></form>`,
  'a comment': `<!-- 8841 ${note} -->`,
  'a meta element': `<meta name="description" content="${note}">`,
};

for (const [what, html] of Object.entries(hidden)) {
  test(`${what} is no sighting, and no proof that nothing is there`, { skip }, async (t) => {
    const { url } = await serve(t, pages({ '/': `<h1>Reservations</h1>${html}` }));
    const seen = judged(await look([{ goto: url }, heading]));
    assert.equal(seen.kind, 'absent');
    assert.equal(seen.kind === 'absent' && seen.proves, false);
    assert.match(
      seen.kind === 'absent' ? (seen.detail ?? '') : '',
      /the page holds the marker where it does not show it/,
    );
  });
}

test('of a shown record a hidden copy counts for nothing', { skip }, async (t) => {
  const row = (style: string, text: string): string =>
    `<li class="r" style="${style}"><input type="hidden" name="id" value="8841"><i>${text}</i></li>`;
  const { url } = await serve(t, pages({ '/': `<ul>${row('', '')}${row('display:none', note)}</ul>` }));
  const records = { records: 'li.r', where: { 'input[name=id]@value': '8841' }, field: 'i' };
  const seen = judged(await look([{ goto: url }]), records);
  assert.equal(seen.kind, 'stripped');
  assert.match(seen.kind === 'stripped' ? (seen.detail ?? '') : '', /the page holds the marker where it does not show/);
});

test('a frame without size, a box that begins off the page and a scrolled one show what is in them', {
  skip,
}, async (t) => {
  const frame = `<ul style="font-size:0"><li style="font-size:14px">${note}</li></ul>`;
  const box = `<div style="position:absolute;left:-1200px;width:2400px;text-align:right">${note}</div>`;
  const scrolled = `<div id="log" style="height:50px;overflow:auto"><p>${note}</p><p style="height:5000px">…</p></div>
    <script>document.querySelector('#log').scrollTop = 4000</script>`;
  const { url } = await serve(t, pages({ '/frame': frame, '/box': box, '/scrolled': scrolled }));
  for (const path of ['/frame', '/box', '/scrolled'])
    assert.equal(judged(await look([{ goto: url + path }])).kind, 'intact', path);
});

test('what is shown stays selectable as before: fields by their values, hidden inputs, metadata, scripts', {
  skip,
}, async (t) => {
  const page = `<title>Reservation 8841</title><meta name="ref" content="R-551"><script id="state">{"a":1}</script>
    <article><input type="hidden" name="id" value="8841"><input name="guest" value="old">
    <textarea name="note">old</textarea><select name="room"><option value="1">Single</option><option value="2">Suite</option></select>
    <input type="password" name="pin"><b style="visibility:hidden">not this <u style="visibility:visible">but this</u></b></article>
    <script>
      document.querySelector('[name=guest]').value = 'Zoë';
      document.querySelector('textarea').value = ${JSON.stringify(note)};
      document.querySelector('select').value = '2';
    </script>`;
  const { url } = await serve(t, pages({ '/': page }));
  const reading = await look([{ goto: url }]);
  const values = Object.fromEntries(
    [
      'title',
      'meta[name=ref]@content',
      '#state',
      'input[name=id]',
      '[name=guest]',
      'textarea',
      'option[selected]',
      'b',
    ].map((selector) => [selector, texts(reading, selector)]),
  );
  assert.deepEqual(values, {
    title: ['Reservation 8841'],
    'meta[name=ref]@content': ['R-551'],
    '#state': ['{"a":1}'],
    'input[name=id]': ['8841'],
    '[name=guest]': ['Zoë'],
    textarea: [note],
    'option[selected]': ['Suite'],
    b: ['but this'],
  });
  assert.equal(judged(reading).kind, 'intact');
  assert.equal(judged(reading, { records: 'article', where: { 'input[name=id]': '8841' } }).kind, 'intact');
  assert.doesNotMatch(reading.candidates[0]?.text() ?? '', /R-551|not this/);
});

const lazy = (html: string): string => `<h1>Reservations</h1><div style="height:3000px"></div><div id="middle">…</div>
  <div style="height:3000px"></div><script>
  new IntersectionObserver(([entry], self) => {
    if (!entry.isIntersecting) return;
    self.disconnect();
    fetch('/rows').then((r) => r.text()).then((text) => { document.querySelector('#middle').innerHTML = text; });
  }).observe(document.querySelector('#middle'))</script>${html}`;

test('what a page loads once it is scrolled to is seen', { skip }, async (t) => {
  const row = `<p data-testid="note">${note}</p>`;
  const { url } = await serve(
    t,
    pages({ '/': lazy(''), '/rows': (_request, response) => setTimeout(() => response.end(row), 300) }),
  );
  assert.deepEqual(texts(await look([{ goto: url }, read]), 'text'), [note]);
  assert.equal(judged(await look([{ goto: url }])).kind, 'intact');
  const seen = { expect: { css: 'body' } };
  const other = await look([{ goto: url }, seen, { read: { testid: 'other' } }]);
  assert.deepEqual([other.candidates, other.whole], [[], true]);
});

test('a list that grows as long as it is scrolled proves no absence', { skip }, async (t) => {
  const endless = `<ul></ul><p id="end">…</p><script>
    new IntersectionObserver(([entry]) => {
      if (!entry.isIntersecting) return;
      for (let n = 0; n < 60; n += 1) document.querySelector('ul').insertAdjacentHTML('beforeend', '<li>x</li>');
    }, { rootMargin: '100px' }).observe(document.querySelector('#end'))</script>`;
  const { url } = await serve(t, pages({ '/': endless }));
  const seen = { expect: { css: 'ul' } };
  for (const steps of [
    [{ goto: url }, seen, read],
    [{ goto: url }, seen],
  ]) {
    const reading = await look(steps);
    assert.equal(reading.whole, false);
    // A machine that is busy sees less of it before the time is up.
    assert.match(reading.searched, /the page grows as it is scrolled|the page had not come to rest/);
  }
});
