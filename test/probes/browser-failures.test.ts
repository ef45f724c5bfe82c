// A page whose own requests failed shows less than there is: what it lacks, or has empty, proves nothing.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading } from '../../smoke/core/look.ts';
import { inflate } from '../../smoke/select/inflate.ts';
import { browsing, pages, skip } from './browser-visits.ts';
import { serve } from './local-server.ts';

const { look, blind } = browsing();

const seen = (reading: Reading): Look => {
  const sought = {
    marker: { text: 'smk-t4n2xw7f3kq9tz2m', fixed: 8, prefix: 'smk' },
    aliases: new Map([['booking', '8841']]),
    sent: [{ text: 'Late. smk-t4n2xw7f3kq9tz2m', document: false }],
  };
  return judge(reading, { allow: [], reference: false }, sought, { inflate, mask: (text) => text }).look;
};

const shell = (script: string): string => `<h1>Reservations</h1><ul id="list"></ul>${script}`;
const fetching = shell(`<script>fetch('/api').then((answer) => answer.json()).catch(() => undefined)</script>`);
const answering =
  (status: number): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end('{}');

const broken: readonly (readonly [what: string, page: string, api: RequestListener, why: RegExp])[] = [
  ['its request is answered 503', fetching, answering(503), /GET \/api was answered 503/],
  ['its request is answered 401', fetching, answering(401), /GET \/api was answered 401/],
  ['its request is cut off', fetching, (request) => request.socket.destroy(), /GET \/api failed/],
  ['its script is gone', shell('<script src="/api"></script>'), answering(404), /GET \/api was answered 404/],
  [
    'its script fails',
    shell('<script>nothingOfThatName()</script>'),
    answering(200),
    /a script of the page failed \(nothingOfThatName/,
  ],
];

for (const [what, page, api, why] of broken) {
  test(`a page lacks the record and proves nothing where ${what}`, { skip }, async (t) => {
    const { url } = await serve(t, pages({ '/list': page, '/api': api }));
    const steps = [{ goto: `${url}/list?ref=8841` }, { expect: { role: 'heading' } }, { read: { css: '.note' } }];
    const missing = seen(await look(steps, { named: true }));
    assert.ok(missing.kind === 'absent' && !missing.proves, JSON.stringify(missing));
    assert.match(missing.searched, why);
    assert.match(missing.searched, /`expect`/);
  });
}

test('a field that is empty on such a page is not called stripped', { skip }, async (t) => {
  const page = `${fetching}<div class="note"></div><article><b>8841</b><i></i></article>`;
  const { url } = await serve(t, pages({ '/list': page, '/api': answering(500) }));
  const steps = [{ goto: `${url}/list?ref=8841` }, { expect: { role: 'heading' } }];
  const { fault } = await blind([...steps, { read: { css: '.note' } }], { named: true });
  assert.match(fault.message, /read css \.note: it is empty, and GET \/api was answered 500/);
  const reading = await look(steps, { named: true });
  const sought = { marker: { text: 'smk-t4n2xw7f3kq9tz2m', fixed: 8, prefix: 'smk' }, aliases: new Map(), sent: [] };
  const selection = { records: 'article', where: { b: '8841' }, field: 'i', allow: [], reference: false };
  const record = judge(reading, selection, sought, { inflate, mask: (text: string) => text }).look;
  assert.equal(record.kind, 'blind', JSON.stringify(record));
});

test('a request that is tried again and comes, or one that the page takes back, takes no proof away', {
  skip,
}, async (t) => {
  let asked = 0;
  const again = shell(`<script>
    const ask = () => fetch('/api').then((answer) => answer.ok || ask());
    ask();
    const stop = new AbortController();
    fetch('/slow', { signal: stop.signal }).catch(() => undefined);
    setTimeout(() => stop.abort(), 50);
  </script>`);
  const api: RequestListener = (request, response) => {
    asked += 1;
    answering(asked === 1 ? 503 : 200)(request, response);
  };
  const { url } = await serve(t, pages({ '/list': again, '/api': api, '/slow': () => undefined }));
  const steps = [{ goto: `${url}/list?ref=8841` }, { expect: { role: 'heading' } }, { read: { css: '.note' } }];
  const missing = seen(await look(steps, { named: true }));
  assert.ok(missing.kind === 'absent' && missing.proves, JSON.stringify(missing));
});

test('what the look waited for itself decides, whatever else failed', { skip }, async (t) => {
  const page = `${fetching}<table><tr><td>1</td></tr></table>`;
  const { url } = await serve(t, pages({ '/list': page, '/api': answering(503) }));
  const steps = [{ goto: `${url}/list` }, { expect: { css: 'tr', count: 1 } }, { read: { css: '.note' } }];
  const missing = seen(await look(steps, { named: true }));
  assert.ok(missing.kind === 'absent' && missing.proves, JSON.stringify(missing));
});
