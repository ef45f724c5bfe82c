// A recording of a browser as a scenario: which request is meant, what it shows of the record, what is noise.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loaded, refusalOf, written } from './written.ts';

type Made = {
  method?: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  type?: string;
  status?: number;
  answer?: string;
  answerType?: string;
  answerHeaders?: Record<string, string>;
  base64?: boolean;
};

const pairs = (headers: Record<string, string> = {}): object[] =>
  Object.entries(headers).map(([name, value]) => ({ name, value }));

function har(...entries: Made[]): string {
  return JSON.stringify({
    log: {
      version: '1.2',
      entries: entries.map(
        ({
          method = 'GET',
          url,
          headers,
          body,
          type = 'application/json',
          status = 200,
          answer = '',
          answerType = 'application/json',
          answerHeaders,
          base64,
        }) => ({
          request: {
            method,
            url,
            headers: pairs(headers),
            ...(body !== undefined && { postData: { mimeType: type, text: body } }),
          },
          response: {
            status,
            headers: pairs(answerHeaders),
            content: {
              mimeType: answerType,
              text: base64 ? Buffer.from(answer).toString('base64') : answer,
              ...(base64 && { encoding: 'base64' }),
            },
          },
        }),
      ),
    },
  });
}

const web = 'http://web.test';
const create: Made = {
  method: 'POST',
  url: `${web}/api/bookings`,
  body: '{"room":1,"hostMessage":"Arriving late"}',
  status: 201,
  answer: '{"data":{"id":8841,"hostMessage":"Arriving late"}}',
};

function del(address: string): Made {
  return { method: 'DELETE', url: `${web}${address}`, status: 204 };
}

test('the record’s id, its look and its removal come from what the recording shows', async () => {
  const { text } = await written(
    'har',
    har(
      { url: `${web}/`, answerType: 'text/html' },
      create,
      { url: `${web}/api/bookings/8841?full=1`, answer: '{"booking":{"hostMessage":"Arriving late"}}', base64: true },
      { method: 'DELETE', url: `${web}/api/bookings/8841`, status: 204 },
    ),
  );
  const { send, route, clean } = await loaded(text);
  assert.deepEqual(send[0]?.keep, { booking: { from: '$.data.id', secret: false } });
  assert.equal(route[0]?.look?.field, '$.booking.hostMessage');
  assert.match(text, /\/api\/bookings\/\$\{\{ booking \}\}\?full=1/);
  assert.equal(clean.length, 1);
  assert.doesNotMatch(text, /8841/);
});

test('without a DELETE in the recording nothing is cleaned, and one for another record is none', async () => {
  const { text } = await written(
    'har',
    har(
      create,
      { method: 'DELETE', url: `${web}/api/sessions/8` },
      { method: 'DELETE', url: `${web}/api/bookings/8841`, status: 403 },
    ),
  );
  assert.deepEqual((await loaded(text)).clean, []);
});

for (const [what, entries] of [
  ['of another resource with the same id', [create, { url: `${web}/api/bookings/8841` }, del('/api/hotels/8841')]],
  ['with the id in its query', [create, del('/api/hotels?id=8841')]],
  ['below the record', [create, del('/api/bookings/8841/likes/8841'), del('/api/bookings/1/rooms/8841')]],
  ['at another origin', [create, { method: 'DELETE', url: 'http://partner.test/api/bookings/8841' }]],
  [
    'of what the request itself named',
    [
      { ...create, body: '{"hotel":7,"note":"Arriving late"}', answer: '{"hotel_id":7,"id":33}' },
      { url: `${web}/api/hotels/7`, answer: '{"id":7,"bookings":[{"note":"Arriving late"}]}' },
      del('/api/hotels/7'),
    ],
  ],
  ['by the id of something else', [{ ...create, answer: '{"hotel_id":7,"id":33}' }, del('/api/bookings/7')]],
  [
    'of a page with a word of the text',
    [create, { url: `${web}/hotels/8841`, answer: 'Arriving guests', answerType: 'text/html' }, del('/hotels/8841')],
  ],
] as const) {
  test(`a DELETE ${what} is not taken for the record’s`, async () => {
    const { text, facts } = await written('har', har(...entries));
    assert.deepEqual((await loaded(text)).clean, []);
    assert.match(text, /a guessed one might delete something else/);
    assert.match(facts.cleans, /^nothing/);
  });
}

test('a DELETE at the address of the GET that showed the record is the record’s', async () => {
  const shown = { answer: '{"hostMessage":"Arriving late"}' };
  for (const address of ['/api/stays/8841', '/api/stay?id=8841']) {
    const { text } = await written('har', har(create, { url: `${web}${address}`, ...shown }, del(address)));
    assert.equal((await loaded(text)).clean.length, 1, address);
  }
});

test('a key in an address of the recording is a secret in each that is taken from it', async () => {
  const query = '?key=AIzaSyD-abcdefghijklmnopqrstuvw';
  const { text, facts } = await written(
    'har',
    har(
      { ...create, url: `${create.url}${query}` },
      { url: `${web}/api/bookings/8841${query}`, answer: '{"hostMessage":"Arriving late"}' },
      { ...del(`/api/bookings/8841${query}`) },
    ),
  );
  assert.doesNotMatch(text, /AIza/);
  assert.equal(text.match(/key=\$\{\{ secret\.KEY \}\}/g)?.length, 3);
  assert.deepEqual(facts.asked, [{ name: 'KEY', what: 'key in the address' }]);
});

test('noise is not taken for the request: trackers, preflights, pictures, failed ones', async () => {
  const { facts } = await written(
    'har',
    har(
      create,
      { method: 'OPTIONS', url: `${web}/api/bookings` },
      { method: 'POST', url: 'https://www.google-analytics.com/g/collect', body: '{"note":"seen some page"}' },
      { method: 'POST', url: `${web}/telemetry/events`, body: '{"message":"a message of the app"}' },
      { method: 'POST', url: `${web}/api/notes`, body: '{"note":"was refused here"}', status: 422 },
    ),
  );
  assert.match(facts.sends, /^POST \/api\/bookings, the marker in \$\.hostMessage$/);
});

test('--match finds the request and the field by what was typed', async () => {
  const two = har(create, {
    method: 'POST',
    url: `${web}/api/reviews`,
    body: '{"title":"so good","text":"a fine place"}',
    status: 201,
  });
  assert.match((await written('har', two)).facts.sends, /reviews, the marker in \$\.text/);
  assert.match((await written('har', two, { match: 'so good' })).facts.sends, /reviews, the marker in \$\.title/);
  assert.match(
    (await written('har', two, { match: 'Arriving' })).facts.sends,
    /bookings, the marker in \$\.hostMessage/,
  );
  assert.match(
    await refusalOf('har', two, { match: 'nobody typed this' }),
    /no request of the recording sends "nobody.*\nIt has POST \/api\/bookings, POST \/api\/reviews/,
  );
});

test('a form that leads to the record’s page: the id is read from the address, the page is the look', async () => {
  const { text } = await written(
    'har',
    har(
      {
        method: 'POST',
        url: `${web}/bookings`,
        type: 'application/x-www-form-urlencoded',
        body: 'room=1&hostMessage=Arriving+late',
        status: 303,
        answerType: 'text/html',
        answerHeaders: { location: '/bookings/8841' },
      },
      { url: `${web}/bookings/8841`, answerType: 'text/html', answer: '<dd>Arriving late</dd>' },
    ),
  );
  const { send, route } = await loaded(text);
  assert.deepEqual(send[0]?.keep, { booking: { from: 'url:', match: '/bookings/([^/?#]+)', secret: false } });
  assert.match(route[0]?.look?.title ?? '', /\/bookings\/‹booking›/);
});

for (const [where, page, headers, body, from] of [
  [
    'a field of the page',
    { answer: '<input type="hidden" name="_token" value="t0k3n-of-today">', answerType: 'text/html' },
    {},
    '_token=t0k3n-of-today&note=Arriving+late',
    'input[name="_token"]@value',
  ],
  [
    'a meta element',
    { answer: '<meta name="csrf-token" content="t0k3n-of-today">', answerType: 'text/html' },
    { 'X-CSRF-Token': 't0k3n-of-today' },
    'note=Arriving+late',
    'meta[name="csrf-token"]@content',
  ],
  [
    'a cookie',
    { answerType: 'text/html', answerHeaders: { 'Set-Cookie': 'XSRF-TOKEN=t0k3n-of-today; Path=/' } },
    { 'X-XSRF-TOKEN': 't0k3n-of-today' },
    'note=Arriving+late',
    'cookie:XSRF-TOKEN',
  ],
] as const) {
  test(`a token against forged requests is fetched anew from ${where}`, async () => {
    const form = { method: 'POST', url: `${web}/bookings`, type: 'application/x-www-form-urlencoded', headers, body };
    const { text } = await written('har', har({ url: `${web}/new`, ...page }, form));
    assert.doesNotMatch(text, /t0k3n/);
    const { send } = await loaded(text);
    assert.deepEqual(send[0]?.keep, { csrf: { from, secret: true } });
    assert.match(text, /\$\{\{ csrf \}\}/);
  });
}

test('a token that no earlier answer shows is told, and a secret', async () => {
  const { text, facts } = await written('har', har({ ...create, headers: { 'X-CSRF-Token': 't0k3n-of-today' } }));
  assert.doesNotMatch(text, /t0k3n/);
  assert.match(facts.notes.join('\n'), /X-CSRF-Token is a token against forged requests/);
});

test('what is no recording, or holds nothing that creates, is refused', async () => {
  assert.match(await refusalOf('har', 'not json'), /no HAR file/);
  assert.match(await refusalOf('har', '{"log":{}}'), /no log\.entries/);
  assert.match(await refusalOf('har', har({ url: web })), /no request that creates something.*\nIt has no POST/);
  assert.match(
    await refusalOf('har', '{"log":{"entries":[null,1,{"request":{}},{"request":{"url":"data:,x"}}]}}'),
    /no request that creates/,
  );
});

test('broken percent signs and halves of characters in ids and addresses hurt nobody', async () => {
  for (const location of ['/api/bookings/%zz1', '/%', 'http://[bad'])
    await written('har', har({ ...create, answer: '', answerHeaders: { Location: location } }));
  await written('har', har({ ...create, answer: '{"id":"\\ud800-1"}' }, { url: `${web}/x/%E0%A4%A` }));
});
