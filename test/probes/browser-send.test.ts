import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCookies } from '../../smoke/probes/http/cookies.ts';
import { browsing, owner, pages, skip, texts } from './browser-visits.ts';
import { closedPort, serve } from './local-server.ts';

const { send, look } = browsing({ mask: (text) => text.replaceAll('secret', '***') });
const form = '<form method="post" action="/book"><label>Note <input name="note"></label><button>Book</button></form>';
const timeout = '400ms';

test('a form that was sent is done, and what the page shows then can be kept from', { skip }, async (t) => {
  const server = await serve(
    t,
    pages({
      '/': form,
      '/book': (_request, response) => void response.writeHead(303, { location: '/bookings/8841' }).end(),
      '/bookings/8841': '<p>Booking <b data-testid="id">8841</b> is saved.</p>',
    }),
  );
  const fill = [
    { goto: server.url },
    { fill: { label: 'Note', value: 'smk-1' } },
    { click: { role: 'button', name: 'Book' } },
  ];
  const sent = await send([...fill, { read: { testid: 'id', as: 'booking' } }]);
  assert.equal(sent.outcome, 'done');
  assert.match(sent.summary, /^browser → http:\S+\/bookings\/8841$/);
  assert.deepEqual(sent.answer?.select('booking'), { fits: true, values: ['8841'] });
  const whole = await send(fill);
  assert.deepEqual(whole.answer?.select('url:'), { fits: true, values: [`${server.url}/bookings/8841`] });
  assert.deepEqual(whole.answer?.select('b'), { fits: true, values: ['8841'] });
  assert.equal(server.seen.filter(({ body }) => body === 'note=smk-1').length, 2);
});

test('a step waits for the request that its last click began', { skip }, async (t) => {
  let answered = 0;
  const { url } = await serve(
    t,
    pages({
      '/': `<button onclick="setTimeout(() => fetch('/api', { method: 'POST' }), 50)">Book</button>`,
      '/api': (_request, response) =>
        void setTimeout(() => {
          answered += 1;
          response.end('ok');
        }, 700),
    }),
  );
  assert.equal((await send([{ goto: url }, { click: { role: 'button', name: 'Book' } }])).outcome, 'done');
  assert.equal(answered, 1);
});

test('nothing that was done on a page and no request but those that ask: then a failure is a refusal', {
  skip,
}, async (t) => {
  const { url } = await serve(
    t,
    pages({ '/': form, '/beacon': `${form}<script>fetch('/hit', { method: 'POST' })</script>` }),
  );
  const fill = { fill: { label: 'Note', value: 'x' } };
  const outcome = async (...steps: Parameters<typeof send>[0][number][]): Promise<string> =>
    (await send(steps)).outcome;
  assert.equal(await outcome({ goto: await closedPort() }, fill), 'refused');
  assert.equal(await outcome({ goto: 'http://nowhere.invalid/' }, fill), 'refused');
  assert.equal(await outcome({ goto: `${url}/missing` }, { expect: { label: 'Note', timeout } }, fill), 'refused');
  assert.equal(await outcome({ goto: url }, { expect: { text: 'Welcome', timeout } }, fill), 'refused');
  assert.equal(await outcome({ goto: `${url}/beacon` }, { expect: { text: 'Welcome', timeout } }, fill), 'unknown');
  assert.equal(await outcome({ goto: url }, { fill: { label: 'Message', value: 'x', timeout } }), 'refused');
  const mistyped = { fill: { label: 'Message', value: 'x', timeout } };
  assert.equal(await outcome({ goto: url }, fill, mistyped), 'unknown');
  assert.equal(await outcome({ goto: `${url}/beacon` }, mistyped), 'unknown');
  assert.equal(await outcome({ goto: url }, { click: { css: 'form, input', timeout } }), 'refused');
});

test('an element that is there but cannot be used may have been: the step is unknown', { skip }, async (t) => {
  const { url } = await serve(t, pages({ '/': '<button disabled>Book</button>' }));
  const sent = await send([{ goto: url }, { click: { role: 'button', name: 'Book', timeout } }]);
  assert.equal(sent.outcome, 'unknown');
});

test('of an element that is nowhere on the page, the names that are there are told: few, short and masked', {
  skip,
}, async (t) => {
  const fields = ['Guest', 'secret word', 'c'.repeat(100), 'd', 'e', 'f'].map((one) => `<label>${one}<input></label>`);
  const { url } = await serve(t, pages({ '/': `${fields.join('')}<button>Book\n now</button>` }));
  const told = async (where: { label: string } | { role: string; name: string }): Promise<string> =>
    (await send([{ goto: url }, { click: { ...where, timeout } }])).summary;
  assert.match(await told({ label: 'Gast' }), /fits; it has the label "Guest", "\*\*\* word", "c{39}…", "d", "e"$/);
  assert.match(await told({ role: 'button', name: 'Send' }), /fits; it has the role button "Book now"$/);
});

test('what was done on a page may have been taken, however it ended', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/': form,
      '/book': (_request, response) => void response.writeHead(422, { 'content-type': 'text/html' }).end('<p>no</p>'),
    }),
  );
  const submit = [{ goto: url }, { fill: { label: 'Note', value: 'x' } }, { click: { role: 'button', name: 'Book' } }];
  const turnedDown = await send(submit);
  assert.equal(turnedDown.outcome, 'unknown');
  assert.match(turnedDown.summary, /\/book answered 422/);
  const unmet = await send([...submit, { expect: { text: 'saved', timeout } }]);
  assert.equal(unmet.outcome, 'unknown');
});

test('a step that only opens an address is as certain as a request: 4xx refuses, 5xx does not', { skip }, async (t) => {
  const { url } = await serve(t, (request, response) => {
    response.writeHead(Number(request.url?.slice(1, 4)) || 404).end('no');
  });
  for (const [status, outcome] of [
    [403, 'refused'],
    [429, 'unknown'],
    [500, 'unknown'],
  ] as const)
    assert.equal((await send([{ goto: `${url}/${status}?note=smk-1` }])).outcome, outcome, String(status));
});

test('cookies go both ways between the browser and the requests of the same marker', { skip }, async (t) => {
  const server = await serve(
    t,
    pages({
      '/login': (_request, response) =>
        void response.writeHead(200, { 'set-cookie': 'sid=from-page; Path=/', 'content-type': 'text/html' }).end(),
      '/list': '<p data-testid="x">x</p>',
      '/logout': (_request, response) =>
        void response.writeHead(200, { 'set-cookie': 'token=; Path=/; Max-Age=0', 'content-type': 'text/html' }).end(),
    }),
  );
  const learned: string[] = [];
  const cookies = createCookies({ learned: (value) => void learned.push(value) });
  cookies.store('token=from-http; Path=/; HttpOnly', server.url);
  const who = owner();
  await send([{ goto: `${server.url}/login` }], { cookies, owner: who });
  assert.match(String(server.seen[0]?.headers['cookie']), /token=from-http/);
  assert.match(cookies.header(server.url), /token=from-http.*sid=from-page|sid=from-page.*token=from-http/);
  assert.ok(learned.includes('from-page'));
  const reading = await look([{ goto: `${server.url}/list` }, { read: { testid: 'x' } }], { cookies, owner: who });
  assert.deepEqual(texts(reading, 'text'), ['x']);
  assert.match(String(server.seen.at(-1)?.headers['cookie']), /sid=from-page/);
  await send([{ goto: `${server.url}/logout` }], { cookies, owner: who });
  assert.equal(cookies.header(server.url), 'sid=from-page');
  const other = await look([{ goto: `${server.url}/list` }], { owner: owner() });
  assert.equal(other.whole, true);
  assert.equal(server.seen.at(-1)?.headers['cookie'], undefined);
});
