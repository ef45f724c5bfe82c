// The partner's page in a browser, behind a login whose session ends while the page is watched.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { without } from '../parts.ts';
import { type Guarded, guardedSite, password } from '../system/guarded.ts';
import { suspectsOf } from '../system/keystone.ts';
import { bring, enact, notesAt } from './enact.ts';

const skip = without('chromium');
const env = { PASSWORD: password };

/** The session ends with the first page that is shown, on which there is no reservation yet. */
async function extranet(t: TestContext, { again }: { again: boolean }): Promise<Guarded> {
  let pages = 0;
  const site: Guarded = await guardedSite(t, {
    guards: ({ url }) => url.startsWith('/partner/'),
    instead: ({ method, url }, response, alive) => {
      if (url === '/login' && method === 'POST' && pages > 0 && !again)
        return page(response, '<input type="password">');
      if (!alive || !url.startsWith('/partner/')) return false;
      pages += 1;
      if (pages === 1) site.endSessions();
      const note = pages > 1 ? site.bookings.get(Number(url.split('/').at(-1)))?.note : undefined;
      return page(response, note === undefined ? 'No reservation yet.' : `<b data-testid="booking-note">${note}</b>`);
    },
  });
  bring(site, ['extranet-page.yaml']);
  return site;
}

function page(response: ServerResponse, body: string): true {
  response.writeHead(200, { 'content-type': 'text/html' }).end(`<title>Extranet</title><p>${body}</p>`);
  return true;
}

test('a session that ends while its page is watched is made again, and the record is seen', { skip }, async (t) => {
  const site = await extranet(t, { again: true });
  const ran = await enact(site, ['extranet-page.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['arrived'], ran.screen);
  assert.deepEqual(site.logins, { right: 2, wrong: 0 });
  assert.deepEqual(
    ran.looks('partner').map(({ kind }) => kind),
    ['absent', 'intact'],
  );
  assert.equal(ran.trail().lastSeen?.hop, 'partner');
  assert.match(ran.screen, /partner +✓ intact .*booking-note on page \/partner\/\d+/);
  assert.deepEqual(notesAt(site), []);
});

test('a session that ends and cannot be made again leaves the page unread: unproven, never lost', {
  skip,
}, async (t) => {
  const site = await extranet(t, { again: false });
  const ran = await enact(site, ['extranet-page.yaml', '--deadline', '4s'], { env });
  assert.deepEqual(ran.verdicts, ['unproven'], ran.screen);
  assert.equal(site.logins.right, 1);
  assert.equal(ran.looks('partner')[0]?.kind, 'absent');
  const last = ran.looks('partner').at(-1);
  assert.equal(last?.kind === 'blind' && last.fault.kind, 'logged-out', ran.screen);
  assert.deepEqual([ran.trail().lastSeen?.hop, suspectsOf({ trail: ran.trail() })], ['web', 'web> partner']);
  assert.match(ran.screen, /Blind +partner: login extranet failed/);
  assert.equal(ran.code, 4);
  assert.deepEqual(notesAt(site), []);
});
