// Records of other people: what a run or a sweep deletes must be its own, whatever a search answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { siteOf } from './note-site.ts';

test('a find whose search ignores what it was asked learns nobody else’s id, and neither run nor sweep deletes it', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', where: { $.id: '\${{ booking }}' }, field: $.note } }
find:
  - http: { url: 'BASE/find?q=\${{ marker }}', keep: { booking: '$.list[0].id' } }
clean:
  - http: { method: DELETE, url: 'BASE/del/\${{ booking }}', expect: { status: [200, 404] } }
`,
    (request) => {
      if (request === 'POST /book') return { status: 500, body: {} };
      return { body: { list: [{ id: 'VICTIM-1', note: 'a guest of the house' }] } };
    },
  );
  const run = await site.run('run', 'stranger.yaml');
  assert.notEqual(run.code, 0, run.out);
  await site.run('sweep', 'stranger.yaml');
  assert.deepEqual(site.deleted, []);
});

test('an id that the send does not answer with is found, and a mistyped name for it is told', async (t) => {
  const scenario = `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { bookin: $.id } } }
route:
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', where: { $.id: '\${{ booking }}' }, field: $.note } }
find:
  - http: { url: 'BASE/find?q=\${{ marker }}', records: '$.list[*]', keep: { booking: $.id } }
clean:
  - http: { method: DELETE, url: 'BASE/del/\${{ booking }}', expect: { status: [200, 404] } }
`;
  const site = await siteOf(t, scenario, (request, note) =>
    request === 'POST /book' ? { body: { id: 7 } } : { body: { list: [{ id: 7, note }] } },
  );
  const ran = await site.run('run', 'stranger.yaml');
  assert.match(ran.out + ran.err, /nothing uses the alias `bookin` \[unused-alias\]/);
  assert.match(ran.out + ran.err, /Did you mean `booking`\?/);
  assert.match(ran.out, /partner +✓ intact/);
});

test('a send without an answer is lost and not refused where only the destination was looked at', async (t) => {
  const scenario = `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' } } }
route:
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', field: $.note } }
`;
  const site = await siteOf(t, scenario, (request) =>
    request === 'POST /book' ? { status: 504, body: {} } : { body: { list: [] } },
  );
  const ran = await site.run('run', 'stranger.yaml');
  assert.equal(ran.code, 1, ran.out);
  assert.match(ran.out, /✗ stranger +\S+ +lost: /);
  assert.doesNotMatch(ran.out, /refused/);
});

test('a look keeps no id of a record that only mentions ours', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', field: $.note, keep: { row: $.row } } }
clean:
  - http: { method: DELETE, url: 'BASE/del/\${{ row }}', expect: { status: [200, 404] } }
`,
    (request, note) => {
      if (request === 'POST /book') return { status: 201, body: { id: 'BK-2026-0042' } };
      const ours = { ref: 'BK-2026-0042', note, row: 'R-551' };
      return { body: { list: [ours, { ref: 'BK-7', note: 'moved from the room of BK-2026-0042', row: 'R-999' }] } };
    },
  );
  const run = await site.run('run', 'stranger.yaml');
  assert.match(run.out, /arrived/);
  assert.deepEqual(site.deleted, ['/del/R-551']);
});

test('a 404 at an address that only a header names is blind, not lost', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' } } }
route:
  - hop: partner
    look: { http: { url: BASE/mistyped, headers: { X-Correlation-Id: '\${{ marker }}' }, field: $.note } }
`,
    (request) => (request === 'POST /book' ? { status: 201, body: {} } : { status: 404, body: {} }),
  );
  const run = await site.run('run', 'stranger.yaml');
  assert.equal(run.code, 4, run.out);
  assert.match(run.out, /unproven/);
});

test('a 404 at an address whose query names the record is blind, not lost, and one whose path does is lost', async (t) => {
  for (const [address, verdict] of [
    ['mistyped?ref=${{ booking }}', /unproven/],
    ['bookings/${{ booking }}', /lost/],
    ['bookings/v${{ booking }}', /lost/],
  ] as const) {
    const site = await siteOf(
      t,
      `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: partner
    look: { http: { url: 'BASE/${address}', field: $.note } }
`,
      (request) => (request === 'POST /book' ? { status: 201, body: { id: 8841 } } : { status: 404, body: {} }),
    );
    const run = await site.run('run', 'stranger.yaml');
    assert.match(run.out, verdict);
  }
});

test('a record that arrived though its send was not answered as expected is told with both answers', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, expect: { status: 200 }, keep: { booking: $.id } } }
route:
  - hop: partner
    look: { http: { url: 'BASE/bookings/\${{ booking }}', field: $.note } }
find:
  - http: { url: BASE/find, keep: { booking: $.id } }
`,
    (request, note) => ({ status: request === 'POST /book' ? 201 : 200, body: { id: 8841, note } }),
  );
  const run = await site.run('run', 'stranger.yaml');
  assert.equal(run.code, 0, run.out);
  assert.match(
    run.out.replaceAll(/\s+/g, ' '),
    /Warning .* → 201, but 200 was expected\), yet the record arrived\. Where that answer is right/,
  );
});

test('a mistyped selector of the send’s keep is told at once, with what the answer has, and is the first thing to check', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.idd } } }
route:
  - hop: partner
    look: { http: { url: 'BASE/bookings/\${{ booking }}', field: $.note } }
`,
    () => ({ status: 201, body: { id: 8841, state: 'new' } }),
  );
  const run = await site.run('run', 'stranger.yaml');
  assert.equal(run.code, 4, run.out);
  const told =
    /^ +stranger {2}warning {2}.*nothing for booking \(\$\.idd\)\. .*stranger\.yaml:7 \(did you mean id\? \$ has id, state\)/m;
  assert.match(run.out, told);
  assert.ok(run.out.search(told) < run.out.search(/^ +Next/m));
  assert.match(run.out, /^ +Next +check the selector in keep: booking \(\$\.idd\) of POST \S+\n +smoketrail trace/m);
});

test('where nothing can tell an alias that the destination needs, nobody waits for it', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: 'header:Locaton' } } }
route:
  - hop: partner
    look: { http: { url: 'BASE/list/\${{ booking }}', field: $.note } }
`,
    () => ({ status: 201, body: {} }),
  );
  const began = performance.now();
  const run = await site.run('run', 'stranger.yaml', '--deadline', '60s');
  assert.equal(run.code, 4, run.out);
  assert.ok(performance.now() - began < 20_000, 'it did not wait for the deadline');
  assert.match(run.out, /not watched: nothing can tell what booking is/);
});

test('a send that failed half-way leads the headline, and nobody waits for a look that needs its alias', async (t) => {
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: web
    look: { http: { url: 'BASE/bookings/\${{ booking }}', field: $.note, keep: { ref: $.ref } } }
  - hop: partner
    look: { http: { url: 'BASE/list/\${{ ref }}', field: $.note } }
`,
    () => ({ status: 500, body: {} }),
  );
  const began = performance.now();
  const run = await site.run('run', 'stranger.yaml', '--deadline', '60s');
  assert.equal(run.code, 4, run.out);
  assert.ok(performance.now() - began < 20_000, 'it did not wait for the deadline');
  assert.match(run.out, /unproven: the send's outcome was unknown \(POST \S+ → 500\), and partner was not looked at/);
});

test('after such a send the looks that need no alias are made until they have told what they can', async (t) => {
  let asked = 0;
  const site = await siteOf(
    t,
    `send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ marker }}' }, keep: { booking: $.id } } }
route:
  - hop: web
    look: { http: { url: 'BASE/search/\${{ marker }}', field: $.note } }
  - hop: partner
    look: { http: { url: 'BASE/list/\${{ booking }}', field: $.note } }
`,
    (request) => {
      const [, marker] = /GET \/search\/(.+)/.exec(request) ?? [];
      if (marker === undefined) return { status: 500, body: {} };
      asked += 1;
      return asked < 3 ? { status: 404, body: {} } : { status: 200, body: { note: `Late. ${marker}` } };
    },
  );
  const began = performance.now();
  const run = await site.run('run', 'stranger.yaml', '--deadline', '60s');
  assert.ok(performance.now() - began < 20_000, 'it did not wait for the deadline');
  assert.equal(run.code, 4, run.out);
  assert.match(run.out, /Last seen at web/);
  assert.match(run.out, /unproven: the send's outcome was unknown/);
});

for (const [where, { send, look, find }] of [
  ['find', { send: '$.none', look: '', find: '$.bookings[*].id' }],
  ['the send', { send: '$.bookings[*].id', look: '', find: '' }],
  ['a look', { send: '$.none', look: ", keep: { booking: '$.bookings[*].id' }", find: '' }],
] as const) {
  test(`ids of several records that ${where} keeps delete nobody’s`, async (t) => {
    const found = find === '' ? '' : `find:\n  - http: { url: BASE/list, records: $, keep: { booking: '${find}' } }\n`;
    const site = await siteOf(
      t,
      `send: { http: { method: POST, url: BASE/b, json: { note: 'Late. \${{ marker }}' }, keep: { booking: '${send}' } } }
route:
  - hop: web
    look: { http: { url: BASE/list${look} } }
${found}clean:
  - http: { method: DELETE, url: 'BASE/b/\${{ booking }}', expect: { status: [200, 404] } }
`,
      (_request, note) => ({
        body: { bookings: [{ id: 3, note: 'human' }, ...(note === '' ? [] : [{ id: 4, note }])] },
      }),
    );
    const run = await site.run('run', 'stranger.yaml');
    assert.deepEqual(site.deleted, [], run.out);
    assert.match(run.out, /selects several different values, so booking is not learned/);
    assert.match(run.out, /not clean/);
  });
}

test('a record that only quotes the marker is not deleted after a send without an answer', async (t) => {
  const scenario = `linger: 1h
send: { http: { method: POST, url: BASE/book, json: { note: 'Late. \${{ vars.guest }} \${{ marker }}' }, keep: { booking: $.id } } }
vars: { guest: Somebody }
route:
  - hop: partner
    look: { http: { url: BASE/list, records: '$.list[*]', where: { $.id: '\${{ booking }}' }, field: $.note } }
find:
  - http: { url: 'BASE/find?q=\${{ marker }}', records: '$.list[*]', keep: { booking: $.id } }
clean:
  - http: { method: DELETE, url: 'BASE/del/\${{ booking }}', expect: { status: [200, 404] } }
`;
  let isOurs = false;
  const site = await siteOf(t, scenario, (request, note) => {
    if (request === 'POST /book') return { status: 504, body: {} };
    const quote = `Guest Meier. On call: probe ${note.split(' ').at(-1)} failed at 3 am`;
    const list = note === '' ? [] : [{ id: 'VICTIM-1', note: quote }];
    return { body: { list: isOurs ? [{ id: 'OURS-1', note }, ...list] : list } };
  });
  const run = await site.run('run', 'stranger.yaml', '--var', 'guest=Jo');
  assert.notEqual(run.code, 0, run.out);
  const swept = await site.run('sweep', 'stranger.yaml');
  assert.deepEqual(site.deleted, []);
  assert.equal(swept.code, 1, swept.out);
  assert.match(swept.out, /a record quotes smk-\w+ in a text that was not sent: 1 left alone/);
  // What --var was is in the ledger, so ours is known beside it.
  isOurs = true;
  await site.run('sweep', 'stranger.yaml');
  assert.deepEqual([...new Set(site.deleted)], ['/del/OURS-1']);
});
