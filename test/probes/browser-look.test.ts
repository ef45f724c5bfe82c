import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBudget } from '../../smoke/run/budget.ts';
import { testHost } from '../host.ts';
import { browsing, owner, pages, skip, texts } from './browser-visits.ts';
import { closedPort, serve } from './local-server.ts';

const { look, blind } = browsing();
const turns = createBudget({ clock: testHost().clock, rate: 100 });
const many = browsing({
  budget: async (origin, signal) => (origin === 'browser' ? turns.take(origin, signal) : { release: () => undefined }),
});
const note = '<article data-ref="8841"><h2>R-551</h2><p data-testid="booking-note">Arriving late. smk-1</p></article>';

test('the text of the element that is read is the record, and several reads are the columns of one', {
  skip,
}, async (t) => {
  const { url } = await serve(t, pages({ '/': note }));
  const one = await look([{ goto: url }, { read: { testid: 'booking-note' } }], { named: true });
  assert.deepEqual(texts(one, 'text'), ['Arriving late. smk-1']);
  assert.equal(one.candidates[0]?.named, true);
  assert.equal(one.whole, true);
  assert.match(one.candidates[0]?.source ?? '', /^text of testid booking-note on page \/$/);
  const steps = [
    { goto: url },
    { read: { testid: 'booking-note', as: 'note' } },
    { read: { css: 'article', attribute: 'data-ref', as: 'ref' } },
    { read: { role: 'heading', as: 'id' } },
  ];
  const several = await look(steps);
  assert.deepEqual(
    ['note', 'ref', 'id', 'url:'].map((name) => texts(several, name)),
    [['Arriving late. smk-1'], ['8841'], ['R-551'], [`${url}/`]],
  );
  assert.ok(several.cost.requests >= 1 && several.cost.bytes > 0);
});

test('an element that is there and empty is read as empty, and one that a script fills in is waited for', {
  skip,
}, async (t) => {
  const late = `<p data-testid="empty"></p><script>setTimeout(() => fetch('/data').then((r) => r.text()).then((text) => {
    document.body.insertAdjacentHTML('beforeend', '<p data-testid="late">' + text + '</p>');
  }), 100)</script>`;
  const { url } = await serve(
    t,
    pages({ '/': late, '/data': (_request, response) => setTimeout(() => response.end('here'), 600) }),
  );
  assert.deepEqual(texts(await look([{ goto: url }, { read: { testid: 'empty' } }]), 'text'), ['']);
  assert.deepEqual(texts(await look([{ goto: url }, { read: { testid: 'late' } }]), 'text'), ['here']);
});

test('an element that is empty is not called so while the page still fetches, nor where the page is a login', {
  skip,
}, async (t) => {
  const filling = `<p data-testid="note"></p><script>fetch('/note').then((r) => r.text()).then((text) => {
    document.querySelector('p').textContent = text;
  })</script>`;
  const login = '<form><input type="password"></form><p data-testid="note"></p>';
  const { url } = await serve(
    t,
    pages({
      '/': filling,
      '/note': (_request, response) => setTimeout(() => response.end('here'), 900),
      '/locked': login,
      '/never': filling.replace('/note', '/silent'),
      '/silent': () => undefined,
    }),
  );
  const read = { read: { testid: 'note' } };
  assert.deepEqual(texts(await look([{ goto: url }, read]), 'text'), ['here']);
  assert.equal((await blind([{ goto: `${url}/locked` }, read])).fault.kind, 'logged-out');
  const unsure = await blind([{ goto: `${url}/never` }, { read: { testid: 'note', timeout: '1s' } }]);
  assert.match(unsure.message, /it is empty, and the page had not come to rest/);
});

test('a page that is not the one asked for proves nothing, unless an expect says that it is', { skip }, async (t) => {
  const moved = pages({
    '/list': (_request, response) => void response.writeHead(302, { location: '/home' }).end(),
    '/home': '<h1>Welcome</h1>',
  });
  const { url } = await serve(t, moved);
  const read = { read: { testid: 'booking-note' } };
  const reading = await look([{ goto: `${url}/list` }, read]);
  assert.equal(reading.whole, false);
  assert.match(reading.searched, /led there from \/list/);
  const proved = await look([{ goto: `${url}/list` }, { expect: { role: 'heading', name: 'Welcome' } }, read]);
  assert.equal(proved.whole, true);
  const login = [{ goto: `${url}/home` }, { press: 'Tab' }, { goto: `${url}/list` }, read];
  assert.equal((await look(login)).whole, false, 'what was done before says nothing of this page');
});

test('a page whose loading never ends, or that goes on asking, proves nothing, and what it shows counts', {
  skip,
}, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/picture': `${note}<img src="/stalled">`,
      '/asking': `${note}<script>fetch('/stalled')</script>`,
      '/stalled': () => undefined,
    }),
  );
  for (const path of ['/picture', '/asking']) {
    const seen = await look([{ goto: url + path }, { read: { testid: 'booking-note' } }]);
    assert.deepEqual(texts(seen, 'text'), ['Arriving late. smk-1']);
    const unseen = await look([{ goto: url + path }, { read: { testid: 'other', timeout: '1s' } }]);
    assert.deepEqual(unseen.candidates, []);
    assert.equal(unseen.whole, false, path);
  }
});

test('without a read, the page as it is rendered is the answer', { skip }, async (t) => {
  const rendered = `<ul></ul><script>document.querySelector('ul').innerHTML = '<li class="r"><b>8841</b><i>smk-1</i></li>'</script>`;
  const { url } = await serve(t, pages({ '/': rendered }));
  const reading = await look([{ goto: url }]);
  assert.deepEqual(texts(reading, 'li.r i'), ['smk-1']);
  assert.equal(reading.whole, true);
});

test('a login instead of the page is blind as logged out, however it comes', { skip }, async (t) => {
  const form = '<form><input name="user"><input type="password" name="password"></form>';
  const { url } = await serve(
    t,
    pages({
      '/list': (_request, response) => void response.writeHead(302, { location: '/login' }).end(),
      '/login': form,
      '/scripted': '<script>location.replace("/login")</script>',
      '/in-place': form,
      '/refused': (_request, response) => void response.writeHead(401, { 'content-type': 'text/html' }).end(form),
    }),
  );
  const read = { read: { testid: 'booking-note' } };
  for (const path of ['/list', '/scripted', '/in-place', '/refused']) {
    const { fault } = await blind([{ goto: url + path }, read], { named: true });
    assert.equal(fault.kind, 'logged-out', path);
  }
  const clicked = await blind([{ goto: `${url}/list` }, { click: { role: 'button', name: 'Show', timeout: '500ms' } }]);
  assert.equal(clicked.fault.kind, 'logged-out');
});

test('an answer that is no page is blind, but for a 404 to a request that names the record', { skip }, async (t) => {
  const answers = (status: number, headers = {}, body = 'no') =>
    ((_request, response) => void response.writeHead(status, headers).end(body)) satisfies Parameters<typeof serve>[1];
  const { url } = await serve(
    t,
    pages({
      '/403': answers(403),
      '/500': answers(500),
      '/429': answers(429, { 'retry-after': '7' }),
      '/410': answers(410),
      '/401-empty': answers(401, {}, ''),
      '/404-empty': answers(404, {}, ''),
      '/503-empty': answers(503, { 'retry-after': '9' }, ''),
    }),
  );
  const read = { read: { testid: 'booking-note' } };
  const kindOf = async (path: string): Promise<string> => (await blind([{ goto: url + path }, read])).fault.kind;
  assert.equal(await kindOf('/403'), 'permission');
  assert.equal(await kindOf('/500'), 'busy');
  assert.equal((await blind([{ goto: `${url}/429` }, read])).retryAfter, 7_000);
  assert.equal(await kindOf('/404'), 'wrong-answer');
  assert.equal((await blind([{ goto: `${url}/401-empty` }, read])).unauthorized, true);
  assert.equal((await blind([{ goto: `${url}/503-empty` }, read])).retryAfter, 9_000);
  for (const path of ['/404', '/410', '/404-empty']) {
    const gone = await look([{ goto: url + path }, read], { named: true });
    assert.deepEqual([gone.candidates, gone.whole], [[], true]);
  }
  const inPath = ({ pathname }: URL): boolean => pathname.includes('404');
  const byPath = await look([{ goto: `${url}/404` }, read], { named: true, inPath });
  assert.deepEqual([byPath.candidates, byPath.whole], [[], true]);
  const byQuery = await blind(
    [{ goto: `${url}/410?ref=404` }, { expect: { label: 'Reference', timeout: '300ms' } }, read],
    {
      named: true,
      inPath,
    },
  );
  assert.match(byQuery.fault.hint ?? '', /wrong address/);
});

test('an address that cannot be reached is blind and says how', { skip }, async (t) => {
  const loop = await serve(t, (request, response) => {
    response.writeHead(302, { location: `${request.url}x` }).end();
  });
  const silent = await serve(t, () => undefined);
  const plain = await serve(t, (_request, response) => response.end('plain'));
  const gone = await closedPort();
  const faultOf = async (url: string, limit = 15_000): Promise<string> =>
    (await blind([{ goto: url }], { limit })).fault.kind;
  assert.equal(await faultOf(gone), 'refused');
  assert.equal(await faultOf('http://nowhere.invalid/'), 'refused');
  assert.equal(await faultOf(plain.url.replace('http:', 'https:')), 'refused');
  assert.equal(await faultOf(loop.url), 'wrong-answer');
  assert.equal(await faultOf(silent.url, 2_000), 'timeout');
});

test('several elements that fit, none that fits and an unmet expect are blind in the words of the scenario', {
  skip,
}, async (t) => {
  const { url } = await serve(t, pages({ '/': '<button>One</button><button>Two</button><p hidden>x</p>' }));
  const timeout = '300ms';
  const told = async (step: Parameters<typeof blind>[0][number]): Promise<string> => {
    const { fault } = await blind([{ goto: url }, step]);
    return `${fault.kind}: ${fault.message.replace(url, '')}`;
  };
  assert.equal(await told({ read: { role: 'button' } }), 'selector: read role button: 2 elements on / fit');
  assert.equal(
    await told({ click: { role: 'button', name: 'Three', timeout } }),
    'selector: click role button "Three": nothing on / fits; it has the role button "One", "Two"',
  );
  assert.equal(
    await told({ expect: { text: 'Saved', timeout } }),
    'wrong-answer: expect text Saved: nothing on / fits',
  );
  assert.equal(
    await told({ expect: { role: 'button', count: 3, timeout } }),
    'wrong-answer: expect role button: 2 of them are on /, not 3',
  );
  assert.equal(
    await told({ expect: { css: 'p', timeout } }),
    'wrong-answer: expect css p: it is on /, but not visible',
  );
  assert.match(
    await told({ expect: { url: '**/done', timeout } }),
    /^wrong-answer: expect: the address is \/, not \*\*\/done$/,
  );
  assert.match(
    await told({ expect: { title: 'Done', timeout } }),
    /^wrong-answer: expect: the title of \/ is "", without "Done"$/,
  );
});

test('a page of 50 MB gives up in bounded memory', { skip }, async (t) => {
  const { url } = await serve(
    t,
    pages({
      '/': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' });
        const chunk = `<p>${'x'.repeat(1024 * 1024)}</p>`;
        for (let n = 0; n < 50; n += 1) response.write(chunk);
        response.end();
      },
    }),
  );
  const before = process.memoryUsage().rss;
  const { fault } = await blind([{ goto: url }], { limit: 60_000 });
  assert.equal(fault.kind, 'gave-up');
  assert.ok(process.memoryUsage().rss - before < 300 * 1024 * 1024);
});

test('an abort ends a look at once and leaves no page open', { skip }, async (t) => {
  const { url, connections } = await serve(t, () => undefined);
  const abort = new AbortController();
  const who = owner();
  const looking = look([{ goto: url }], { signal: abort.signal, owner: who, limit: 60_000 });
  looking.catch(() => undefined);
  while (connections() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  abort.abort(new Error('the watch is over'));
  await assert.rejects(looking, /the watch is over/);
  const again = await blind([{ goto: await closedPort() }], { owner: who });
  assert.equal(again.fault.kind, 'refused');
});

test('what a page says is data: control characters reach the record and no message', { skip }, async (t) => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\u202esmk-1<script>document.title="x"</script>';
  const { url } = await serve(t, pages({ '/': `<p data-testid="booking-note">${hostile}</p>` }));
  const reading = await look([{ goto: url }, { read: { testid: 'booking-note' } }]);
  assert.match(texts(reading, 'text')[0] ?? '', /smk-1/);
  assert.doesNotMatch(`${reading.searched}${reading.candidates[0]?.source}`, /[\u001b\u0007\u202e]/);
});

test('twenty markers that look at once have only a few pages open at a time', { skip }, async (t) => {
  let open = 0;
  let most = 0;
  const { url } = await serve(t, (_request, response) => {
    open += 1;
    most = Math.max(most, open);
    setTimeout(() => {
      open -= 1;
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<link rel="icon" href="data:,"><p data-testid="x">here</p>');
    }, 50);
  });
  const looks = Array.from({ length: 20 }, () =>
    many.look([{ goto: url }, { read: { testid: 'x' } }], { limit: 60_000 }),
  );
  for (const reading of await Promise.all(looks)) assert.deepEqual(texts(reading, 'text'), ['here']);
  assert.ok(most <= 4, `${most} at once`);
});
