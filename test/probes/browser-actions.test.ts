import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { browsing, pages, skip, texts } from './browser-visits.ts';
import { serve } from './local-server.ts';

const folder = await mkdtemp(join(tmpdir(), 'smoketrail-browser-'));
after(() => rm(folder, { recursive: true, force: true }));
const { look, blind, send } = browsing({ baseDir: folder });

test('a form is filled in as a user does it', { skip }, async (t) => {
  const form = `<form action="/done" method="get">
    <label>Guest <input name="guest"></label> <label>Room <select name="room"><option>Single</option><option value="s">Suite</option></select></label>
    <label><input type="checkbox" name="breakfast"> Breakfast</label> <label><input type="checkbox" name="dog" checked> Dog</label>
    <input placeholder="Note" name="note"><fieldset data-testid="extra"><legend>Extra</legend><input name="more"></fieldset><button>Send</button>
  </form>`;
  const server = await serve(t, pages({ '/': form, '/done': '<p>done</p>' }));
  await look([
    { goto: server.url },
    { fill: { label: 'Guest', value: 'Zoë' } },
    { select: { label: 'Room', option: 'Suite' } },
    { check: { label: 'Breakfast' } },
    { uncheck: { label: 'Dog' } },
    { fill: { css: 'input', in: { testid: 'extra' }, value: 7 } },
    { hover: { placeholder: 'Note' } },
    { fill: { placeholder: 'Note', value: 'x' } },
    { press: { placeholder: 'Note', key: 'Enter' } },
    { wait: { url: '**/done?**' } },
  ]);
  const asked = server.seen.find(({ url }) => url.startsWith('/done'));
  assert.equal(asked?.url, '/done?guest=Zo%C3%AB&room=s&breakfast=on&note=x&more=7');
});

test('an unexpected dialog is dismissed and told, an expected one is answered as the scenario says', {
  skip,
}, async (t) => {
  const page = `<button onclick="document.body.append(confirm('Sure?\u0007') ? 'yes' : 'no')">Ask</button><script>alert('Sold out')</script>`;
  const { url } = await serve(t, pages({ '/': page }));
  const steps = [{ goto: url }, { click: { role: 'button', name: 'Ask' } }, { read: { css: 'body' } }];
  const dismissed = await look(steps);
  assert.match(texts(dismissed, 'text')[0] ?? '', /no$/);
  assert.match(
    dismissed.searched,
    /a dialog \(alert "Sold out"\) was dismissed; a dialog \(confirm "Sure\?.*"\) was dismissed/,
  );
  const accepted = await look(steps, {}, { dialog: 'accept' });
  assert.match(texts(accepted, 'text')[0] ?? '', /yes$/);
  assert.doesNotMatch(accepted.searched, /dialog/);
});

test('a page that asks before it is left is left', { skip }, async (t) => {
  const sticky = `<input><script>addEventListener('beforeunload', (event) => event.preventDefault())</script>`;
  const { url } = await serve(t, pages({ '/': sticky, '/next': '<p data-testid="n">next</p>' }));
  const reading = await look([
    { goto: url },
    { fill: { css: 'input', value: 'x' } },
    { goto: `${url}/next` },
    { read: { testid: 'n' } },
  ]);
  assert.deepEqual(texts(reading, 'text'), ['next']);
});

test('a page that opens is followed, and both pages can be read', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({ '/': '<h1>First</h1><a href="/popup" target="_blank">Details</a>', '/popup': '<h1>Second</h1>' }),
  );
  const reading = await look([
    { goto: url },
    { click: { role: 'link', name: 'Details', opens: 'page' } },
    { read: { role: 'heading', as: 'second' } },
    { read: { role: 'heading', page: 1, as: 'first' } },
    { read: { role: 'heading', page: 2, as: 'again' } },
  ]);
  assert.deepEqual(
    ['second', 'first', 'again'].map((name) => texts(reading, name)[0]),
    ['Second', 'First', 'Second'],
  );
  const { fault } = await blind([{ goto: url }, { read: { role: 'heading', page: 3 } }]);
  assert.match(fault.message, /there is no page 3: 1 opened/);
});

test('frames are reached, one in another too, and nth, has-text and exact tell elements apart', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/': '<iframe id="outer" src="/outer"></iframe><p>Note</p><p>Note two</p>',
      '/outer': '<iframe id="inner" src="/inner"></iframe>',
      '/inner': '<p data-testid="note">inside</p>',
    }),
  );
  const reading = await look([
    { goto: url },
    { read: { testid: 'note', frame: ['#outer', '#inner'], as: 'inside' } },
    { read: { text: 'Note', exact: true, as: 'exact' } },
    { read: { css: 'p', nth: -1, as: 'last' } },
    { read: { css: 'p', 'has-text': 'two', as: 'two' } },
  ]);
  assert.deepEqual(
    ['inside', 'exact', 'last', 'two'].map((name) => texts(reading, name)[0]),
    ['inside', 'Note', 'Note two', 'Note two'],
  );
});

test('a file is uploaded from the folder of the scenario, and a downloaded one is read', { skip }, async (t) => {
  await writeFile(join(folder, 'scan.txt'), 'smk-upload');
  const server = await serve(
    t,
    pages({
      '/': '<form method="post" action="/up" enctype="multipart/form-data"><label>Scan <input type="file" name="scan"></label><button>Send</button></form><a href="/list.csv">List</a>',
      '/up': '<p>taken</p>',
      '/list.csv': (_request, response) =>
        void response
          .writeHead(200, { 'content-disposition': 'attachment; filename=list.csv' })
          .end('ref;note\n8841;smk-1\n'),
    }),
  );
  await look([
    { goto: server.url },
    { upload: { label: 'Scan', file: './scan.txt' } },
    { click: { role: 'button', name: 'Send' } },
    { expect: { text: 'taken' } },
  ]);
  assert.match(server.seen.find(({ url }) => url === '/up')?.body ?? '', /smk-upload/);
  const clicked = [
    { goto: server.url },
    { click: { role: 'link', name: 'List' } },
    { read: { download: true as const } },
  ];
  assert.deepEqual(texts(await look(clicked), 'text'), ['ref;note\n8841;smk-1\n']);
  const opened = await look([{ goto: `${server.url}/list.csv` }, { read: { download: true } }]);
  assert.deepEqual(texts(opened, 'text'), ['ref;note\n8841;smk-1\n']);
  const none = await blind([{ goto: server.url }, { read: { download: true, timeout: '200ms' } }]);
  assert.match(none.fault.message, /no file was downloaded/);
});

test('a function of the scenario’s author is run in the browser, and what it returns counts as read', {
  skip,
}, async (t) => {
  await writeFile(
    join(folder, 'pay.ts'),
    `export default async ({ page, values }: { page: { title(): Promise<string> }; values: { ref?: string } }) => {
      return { title: await page.title(), ref: values.ref };
    };`,
  );
  await writeFile(
    join(folder, 'throws.ts'),
    `export async function pay(): Promise<void> { throw new Error('no card'); }`,
  );
  await writeFile(join(folder, 'none.ts'), 'export const x: number = 1;');
  const { url } = await serve(t, pages({ '/': '<title>Shop</title>' }));
  const reading = await look([{ goto: url }, { script: { file: './pay.ts', with: { ref: '8841' } } }]);
  assert.deepEqual([texts(reading, 'title'), texts(reading, 'ref')], [['Shop'], ['8841']]);
  for (const [file, said] of [
    ['./throws.ts', /script \.\/throws\.ts: no card/],
    ['./none.ts', /exports no function/],
    ['./missing.ts', /cannot be loaded/],
  ] as const) {
    const { fault } = await blind([{ goto: url }, { script: file }]);
    assert.equal(fault.kind, 'error');
    assert.match(fault.message, said);
  }
});

test('language, time zone, size and headers are as the scenario says, and the browser says who sends it', {
  skip,
}, async (t) => {
  const server = await serve(t, pages({ '/': '<p data-testid="x"></p>' }));
  await writeFile(
    join(folder, 'about.ts'),
    `export default ({ page }: { page: { evaluate(code: string): Promise<string> } }) =>
      page.evaluate("[navigator.language, Intl.DateTimeFormat().resolvedOptions().timeZone, innerWidth].join(' ')");`,
  );
  const options = {
    locale: 'de-DE',
    timezone: 'Asia/Tokyo',
    viewport: { width: 390, height: 844 },
    headers: { 'x-tenant': 'demo' },
  };
  const reading = await look([{ goto: server.url }, { script: './about.ts' }], {}, options);
  assert.deepEqual(texts(reading, 'text'), ['de-DE Asia/Tokyo 390']);
  assert.equal(server.seen[0]?.headers['x-tenant'], 'demo');
  assert.match(String(server.seen[0]?.headers['user-agent']), /Chrome.* smoketrail\/test$/);
});

test('a file that is missing is found before anything is done on a page', { skip }, async (t) => {
  const server = await serve(t, pages({ '/': '<label>Scan <input type="file"></label>' }));
  for (const last of [{ script: './missing.ts' }, { upload: { label: 'Scan', file: './missing.pdf' } }]) {
    const sent = await send([{ goto: server.url }, { fill: { label: 'Scan', value: 'x' } }, last]);
    assert.equal(sent.outcome, 'refused');
    assert.match(sent.summary, /missing\.(?:ts: it cannot be loaded|pdf cannot be read)/);
  }
  assert.deepEqual(server.seen, []);
});
