// A partner behind a login form with a token against forgery: one login for all, another when it ends, and the right
// verdict where there is none.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import type { Seen } from '../probes/local-server.ts';
import { type Guarded, guardedSite, password } from '../system/guarded.ts';
import { suspectsOf } from '../system/keystone.ts';
import { bring, enact, notesAt } from './enact.ts';

const env = { PASSWORD: password };

/** Answers in place of the partner, for whoever is logged in. */
type Partner = (site: Guarded, request: Seen, response: ServerResponse) => boolean;

/** A login is asked for at the partner only. */
async function behindLogin(t: TestContext, partner: Partner = () => false): Promise<Guarded> {
  const site: Guarded = await guardedSite(t, {
    guards: ({ url }) => url.startsWith('/partner/'),
    instead: (request, response, alive) =>
      alive && request.url.startsWith('/partner/') && partner(site, request, response),
  });
  bring(site, ['csrf-login.yaml', 'csrf-login-desk.yaml']);
  return site;
}

function showing(response: ServerResponse, note: string): true {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ note }));
  return true;
}

test('a record behind a login form arrives, by one login for three markers, and no secret is shown', async (t) => {
  const site = await behindLogin(t);
  const ran = await enact(site, ['csrf-login.yaml', '--repeat', '3'], { env });
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived', 'arrived'], ran.screen);
  assert.equal(ran.code, 0);
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
  assert.equal(ran.trail().lastSeen?.hop, 'partner');
  assert.match(ran.screen, /login extranet: POST \/login: done/);
  const shown = [password, ...site.handedOut].filter((secret) => (ran.screen + ran.recorded).includes(secret));
  assert.deepEqual(shown, []);
  assert.deepEqual(notesAt(site), []);
});

test('a note that is lost behind the login is a matter of the partner, not of the login', async (t) => {
  const site = await behindLogin(t, (_site, _request, response) => showing(response, ''));
  const ran = await enact(site, ['csrf-login.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['altered'], ran.screen);
  assert.equal(ran.looks('partner').at(-1)?.kind, 'stripped');
  assert.deepEqual([ran.trail().lastSeen?.hop, suspectsOf({ trail: ran.trail() })], ['web', 'web> partner']);
  assert.match(ran.screen, /Last seen at web/);
  assert.equal(ran.code, 1);
  assert.deepEqual(notesAt(site), []);
});

test('two scenarios in one run share one session, whatever each calls it', async (t) => {
  const site = await behindLogin(t);
  const ran = await enact(site, ['csrf-login.yaml', 'csrf-login-desk.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived'], ran.screen);
  assert.deepEqual(new Set(ran.scenarios.map(({ name }) => name)), new Set(['csrf-login', 'csrf-login-desk']));
  assert.deepEqual(site.logins, { right: 1, wrong: 0 });
  assert.equal(site.seen.filter(({ url }) => url === '/login').length, 2);
  assert.deepEqual(notesAt(site), []);
});

test('two scenarios that share a session which ends log in again once, for both', async (t) => {
  let looks = 0;
  const site = await behindLogin(t, (at, _request, response) => {
    looks += 1;
    if (looks === 4) at.endSessions();
    if (looks > 4) return false;
    response.writeHead(404).end();
    return true;
  });
  const ran = await enact(site, ['csrf-login.yaml', 'csrf-login-desk.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['arrived', 'arrived'], ran.screen);
  assert.deepEqual(site.logins, { right: 2, wrong: 0 });
  assert.deepEqual(notesAt(site), []);
});

test('a login that is refused is no proof that the record is missing: unproven, last seen at the web app', async (t) => {
  const site = await behindLogin(t);
  const ran = await enact(site, ['csrf-login.yaml', '--deadline', '500ms'], { env: { PASSWORD: 'wrong-horse-7' } });
  assert.deepEqual(ran.verdicts, ['unproven'], ran.screen);
  assert.deepEqual([ran.trail().lastSeen?.hop, suspectsOf({ trail: ran.trail() })], ['web', 'web> partner']);
  assert.deepEqual(new Set(ran.looks('partner').map(({ kind }) => kind)), new Set(['blind']));
  assert.match(ran.screen, /login extranet failed: POST http:\S+\/login/);
  assert.equal(ran.code, 4);
  assert.equal(site.logins.right, 0);
  assert.deepEqual(notesAt(site), []);
  assert.match(ran.screen, /Cleanup +failed: whether partner still has it could not be seen/);
  const swept = await site.run(['sweep'], { env });
  assert.equal(swept.code, 0, swept.stdout);
  assert.match(swept.stdout, /partner lacks the marker/);
});
