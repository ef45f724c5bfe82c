// A partner whose API takes an OAuth 2 token, which runs out or is withdrawn while the record is awaited.

import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type TestContext, test } from 'node:test';
import { suspectsOf } from '../system/keystone.ts';
import { openSite, type Site } from '../system/site.ts';
import { bring, enact, notesAt } from './enact.ts';

const env = { CLIENT_SECRET: 'client-secret-7' };

type Api = { site: Site; tokens: string[]; refused: number };

type Rules = {
  /** How long a token is good for, in ms, and whether the endpoint says so. */
  lifetime: number;
  said?: boolean;
  /** Tokens that are given, and then no more. */
  most?: number;
  /** The record shows once so many tokens were given. */
  showsWith: number;
};

async function apiWith(t: TestContext, { lifetime, said = true, most = 99, showsWith }: Rules): Promise<Api> {
  const good = new Map<string, number>();
  const site = await openSite(t, {
    instead: ({ url, headers }, response) => {
      if (url === '/token') return give(response);
      if (!url.startsWith('/partner/')) return false;
      const token = String(headers['authorization'] ?? '').replace('Bearer ', '');
      if ((good.get(token) ?? 0) < performance.now()) {
        api.refused += 1;
        response.writeHead(401).end();
        return true;
      }
      if (api.tokens.length >= showsWith) return false;
      response.writeHead(404).end();
      return true;
    },
  });
  const api: Api = { site, tokens: [], refused: 0 };
  bring(site, ['oauth-partner.yaml']);
  return api;

  function give(response: ServerResponse): true {
    if (api.tokens.length >= most) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"invalid_client"}');
      return true;
    }
    const token = `access-token-${api.tokens.length + 1}-of-the-test`;
    api.tokens.push(token);
    good.set(token, performance.now() + lifetime);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ access_token: token, ...(said && { expires_in: lifetime / 1000 }) }));
    return true;
  }
}

test('a token that says when it ends is renewed while the record is awaited', async (t) => {
  const api = await apiWith(t, { lifetime: 1_000, showsWith: 3 });
  const ran = await enact(api.site, ['oauth-partner.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['arrived'], ran.screen);
  assert.equal(ran.code, 0);
  assert.ok(api.tokens.length >= 3, `${api.tokens.length} tokens`);
  assert.deepEqual(
    ran.looks('partner').map(({ kind }) => kind),
    ['absent', 'intact'],
    ran.screen,
  );
  assert.equal(ran.trail().lastSeen?.hop, 'partner');
  const shown = [env.CLIENT_SECRET, ...api.tokens].filter((secret) => (ran.screen + ran.recorded).includes(secret));
  assert.deepEqual(shown, []);
  assert.deepEqual(notesAt(api.site), []);
});

test('a token that is withdrawn without a word is replaced where it is refused, and no look is blind', async (t) => {
  const api = await apiWith(t, { lifetime: 400, said: false, showsWith: 2 });
  const ran = await enact(api.site, ['oauth-partner.yaml'], { env });
  assert.deepEqual(ran.verdicts, ['arrived'], ran.screen);
  assert.ok(api.refused >= 1);
  assert.ok(api.tokens.length >= 2);
  assert.deepEqual(
    ran.looks('partner').map(({ kind }) => kind),
    ['absent', 'intact'],
    ran.screen,
  );
  assert.deepEqual(notesAt(api.site), []);
});

test('a client that gets no second token sees nothing any more: unproven, although it was absent before', async (t) => {
  const api = await apiWith(t, { lifetime: 400, said: false, most: 1, showsWith: 2 });
  const ran = await enact(api.site, ['oauth-partner.yaml', '--deadline', '1500ms'], { env });
  assert.deepEqual(ran.verdicts, ['unproven'], ran.screen);
  const looks = ran.looks('partner');
  assert.equal(looks[0]?.kind, 'absent');
  const last = looks.at(-1);
  assert.equal(last?.kind === 'blind' && last.fault.kind, 'permission', ran.screen);
  assert.deepEqual([ran.trail().lastSeen?.hop, suspectsOf({ trail: ran.trail() })], ['web', 'web> partner']);
  assert.match(ran.screen, /Blind +partner: no token to send the request with: .* answered 401 \(invalid_client\)/);
  assert.equal(ran.code, 4);
  assert.deepEqual(notesAt(api.site), []);
});
