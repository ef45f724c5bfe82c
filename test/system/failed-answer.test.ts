// After clean, an answer that failed does not show that the record is gone.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type Site, siteOf } from './note-site.ts';

const timedOut = { data: { bookings: [] }, errors: [{ message: 'db timeout' }] };
const gateway: Answer = { status: 404, body: '<h1>404 Not Found</h1>' };

for (const { name, look, there, gone, said } of [
  {
    name: 'errors beside an empty list',
    look: `{ url: BASE/p, records: '$.data.bookings[*]', field: $.note }`,
    there: (note: string) => ({ data: { bookings: [{ note }] } }),
    gone: { body: timedOut },
    said: /whether partner still has it could not be seen \(the answer is an error: db timeout\)/,
  },
  {
    name: 'a list from before the send',
    look: `{ url: BASE/p, records: '$.bookings[*]', field: $.note }`,
    there: (note: string) => ({ bookings: [{ note }] }),
    gone: { headers: { age: '120' }, body: { bookings: [] } },
    said: /whether partner still has it could not be seen \(the answer is 120 s old, from before the send\)/,
  },
  {
    name: 'a gateway’s 404 to the step and to the look',
    look: `{ url: 'BASE/p?q=\${{ marker }}', field: $.note }`,
    there: (note: string) => ({ note }),
    gone: gateway,
    said: /whether partner still has it could not be seen \(a 404 in HTML, where this look reads data/,
  },
])
  test(`after clean, ${name} shows nothing of the record`, async (t) => {
    const scenario = `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' } } }
route:
  - hop: partner
    look: { http: ${look} }
clean:
  - http: { method: DELETE, url: 'BASE/del?q=\${{ marker }}', expect: { status: [200, 404] } }
`;
    const site: Site = await siteOf(t, scenario, (request, note) => {
      if (request === 'POST /book') return { body: {} };
      return site.deleted.length > 0 ? gone : { body: there(note) };
    });
    const ran = await site.run('run', 'stranger.yaml');
    assert.match(ran.out, /partner +✓ intact/);
    assert.equal(site.deleted.length, 1);
    assert.match(ran.out + ran.err, said);
  });
