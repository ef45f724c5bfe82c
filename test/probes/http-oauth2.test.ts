// OAuth 2 client credentials against a real token endpoint: one token for all, renewed in time, and honest without one.

import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { type TestContext, test } from 'node:test';
import { http } from '../../smoke/probes/http/http.ts';
import type { HttpOptions } from '../../smoke/probes/http/http-options.ts';
import { Blind, type Host, type Probe, type Sent, type Trigger } from '../../smoke/probes/plugin.ts';
import { lookContext, nobody, noCookies, testHost } from '../host.ts';
import { answer } from './http-looks.ts';
import { closedPort, type LocalServer, serve } from './local-server.ts';

type Api = {
  tokens: LocalServer;
  api: LocalServer;
  /** Tokens that the API accepts: the latest where nothing is said. */
  accepted: Set<string>;
  now: { ms: number };
  probe: Probe<HttpOptions>;
  trigger: Trigger<HttpOptions>;
  secrets: string[];
  options(more?: Partial<HttpOptions>): HttpOptions;
  fire(options: HttpOptions): Promise<Sent>;
};

/** An API that asks for a token, an endpoint that gives one, and a probe and a trigger of one run. */
async function api(t: TestContext, endpoint?: RequestListener): Promise<Api> {
  const accepted = new Set<string>();
  const now = { ms: 0 };
  let given = 0;
  const tokens = await serve(
    t,
    endpoint ??
      ((_request, response) => {
        given += 1;
        accepted.clear();
        accepted.add(`token-number-${given}`);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ access_token: `token-number-${given}`, token_type: 'Bearer', expires_in: 600 }));
      }),
  );
  const guarded = await serve(t, (request, response) => {
    const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
    response.writeHead(accepted.has(token) ? 200 : 401).end('text');
  });
  const secrets: string[] = [];
  const base = testHost();
  const host: Host = {
    ...base,
    clock: { ...base.clock, now: () => now.ms },
    learn: (value) => void secrets.push(value),
  };
  const probe = await http.open?.({}, host);
  const trigger = await http.trigger?.(host);
  assert.ok(probe && trigger);
  t.after(() => probe.close?.());
  const oauth2 = { 'token-url': `${tokens.url}/token`, 'client-id': 'smoke', 'client-secret': 's3cret:/&' };
  const fire = (options: HttpOptions): Promise<Sent> =>
    trigger.fire(options, { signal: new AbortController().signal, cookies: noCookies, owner: nobody });
  const options: Api['options'] = (more = {}) => ({ url: guarded.url, auth: { oauth2 }, ...more });
  return { tokens, api: guarded, accepted, now, probe, trigger, secrets, options, fire };
}

test('twenty looks and sends fetch one token, and share it', async (t) => {
  const it = await api(t);
  const looks = Array.from({ length: 10 }, () => it.probe.read(it.options(), lookContext()));
  const sends = Array.from({ length: 10 }, () => it.fire(it.options({ json: {} })));
  const [readings, sent] = [await Promise.all(looks), await Promise.all(sends)];
  assert.ok(readings.every(({ candidates }) => candidates.length === 1));
  assert.deepEqual(new Set(sent.map(({ outcome }) => outcome)), new Set(['done']));
  assert.equal(it.tokens.seen.length, 1);
  assert.deepEqual(it.secrets, ['token-number-1']);
  assert.equal(
    [...readings, ...sent].reduce((sum, { cost }) => sum + cost.requests, 0),
    21,
  );
});

test('the client says who it is in the header, or in the body, with scope and audience', async (t) => {
  const it = await api(t);
  const { auth } = it.options();
  assert.ok(auth?.oauth2);
  await it.fire(it.options({ json: {} }));
  const more = { ...auth.oauth2, scope: 'read write', audience: 'https://api.example', in: 'body' as const };
  await it.fire(it.options({ json: {}, auth: { oauth2: more } }));
  const [first, second] = it.tokens.seen;
  // Encoded before it is joined: RFC 6749, section 2.3.1.
  assert.equal(first?.headers['authorization'], `Basic ${Buffer.from('smoke:s3cret%3A%2F%26').toString('base64')}`);
  assert.equal(first?.body, 'grant_type=client_credentials');
  assert.equal(second?.headers['authorization'], undefined);
  assert.deepEqual(Object.fromEntries(new URLSearchParams(second?.body)), {
    grant_type: 'client_credentials',
    scope: 'read write',
    audience: 'https://api.example',
    client_id: 'smoke',
    client_secret: 's3cret:/&',
  });
});

test('a token is renewed before it expires', async (t) => {
  const it = await api(t);
  for (const ms of [0, 500_000, 575_000, 580_000]) {
    it.now.ms = ms;
    await it.probe.read(it.options(), lookContext());
  }
  assert.equal(it.tokens.seen.length, 2);
});

test('a token that is not accepted any more is renewed once, and the look or send repeated', async (t) => {
  const it = await api(t);
  await it.probe.read(it.options(), lookContext());
  it.accepted.clear();
  await it.probe.read(it.options(), lookContext());
  it.accepted.clear();
  const sent = await it.fire(it.options({ json: {} }));
  assert.equal(sent.outcome, 'done', sent.summary);
  assert.equal(it.tokens.seen.length, 3);
  assert.deepEqual(
    it.api.seen.filter(({ method }) => method === 'POST').map(({ headers }) => headers['authorization']),
    ['Bearer token-number-2', 'Bearer token-number-3'],
  );
});

test('an API that accepts no token is blind, and does not cost a token with each look', async (t) => {
  const it = await api(t, (_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end('{"access_token":"useless-token"}');
  });
  for (let n = 0; n < 20; n += 1) {
    it.now.ms += 100;
    const seen = await it.probe.read(it.options(), lookContext()).catch((error: unknown) => error);
    assert.ok(seen instanceof Blind);
    assert.equal(seen.fault.kind, 'permission');
  }
  const sent = await it.fire(it.options({ json: {} }));
  assert.equal(sent.outcome, 'refused');
  assert.ok(it.tokens.seen.length <= 4, `${it.tokens.seen.length} tokens`);
});

for (const [what, endpoint, kind, says] of [
  [
    'refuses the client',
    answer(401, { 'content-type': 'application/json' }, '{"error":"invalid_client"}'),
    'permission',
    /no token to send the request with: POST http:.*\/token answered 401 \(invalid_client\)/,
  ],
  ['is out of order', answer(503), 'busy', /answered 503/],
  [
    'answers with a page',
    answer(200, { 'content-type': 'text/html' }, '<p>hello</p>'),
    'wrong-answer',
    /without an access_token/,
  ],
  [
    'gives another kind of token',
    answer(200, {}, '{"access_token":"tok-123456","token_type":"mac"}'),
    'wrong-answer',
    /another type than bearer: mac/,
  ],
  ['redirects', answer(307, { location: 'http://127.0.0.1:9/' }), 'wrong-answer', /answered 307/],
  ['gives a token with a line break', answer(200, {}, '{"access_token":"a\\r\\nX: b"}'), 'wrong-answer', /without an/],
] as const) {
  test(`a token endpoint that ${what} makes looks blind and sends refused, and nothing reaches the API`, async (t) => {
    const it = await api(t, endpoint);
    const seen = await it.probe.read(it.options(), lookContext()).catch((error: unknown) => error);
    assert.ok(seen instanceof Blind, String(seen));
    assert.equal(seen.fault.kind, kind);
    assert.match(seen.message, says);
    assert.ok(seen.fault.hint);
    it.now.ms += 60_000;
    const sent = await it.fire(it.options({ json: {} }));
    assert.equal(sent.outcome, 'refused');
    assert.match(sent.summary, says);
    assert.equal(it.api.seen.length, 0);
    assert.equal(it.tokens.seen.length, 2);
  });
}

test('a token endpoint that fails is spared for a while', async (t) => {
  const it = await api(t, answer(503));
  for (let n = 0; n < 20; n += 1) {
    it.now.ms += 100;
    await assert.rejects(it.probe.read(it.options(), lookContext()), Blind);
  }
  assert.equal(it.tokens.seen.length, 2);
});

test('a token endpoint that hangs, or is not there, refuses the send for certain', async (t) => {
  const it = await api(t, () => undefined);
  const hanging = await it.fire(it.options({ json: {}, timeout: '200ms' })).catch((error: unknown) => error);
  assert.equal((hanging as Sent).outcome, 'refused', String(hanging));
  assert.match((hanging as Sent).summary, /no token to send the request with: POST .*\/token: no answer/);
  const { auth } = it.options();
  assert.ok(auth?.oauth2);
  const nowhere = { ...auth.oauth2, 'token-url': `${await closedPort()}/token` };
  const sent = await it.fire(it.options({ json: {}, auth: { oauth2: nowhere } }));
  assert.equal(sent.outcome, 'refused');
  assert.match(sent.summary, /no token to send the request with: POST .*: connection refused/);
  assert.equal(it.api.seen.length, 0);
});

test('a look that is given up does not take the token away from the others who wait for it', async (t) => {
  let answerNow: (() => void) | undefined;
  const it = await api(t, (_request, response) => {
    answerNow = () => response.end('{"access_token":"token-number-1"}');
  });
  it.accepted.add('token-number-1');
  const given = new AbortController();
  const first = it.probe.read(it.options(), lookContext({ signal: given.signal }));
  const second = it.probe.read(it.options(), lookContext());
  const lost = assert.rejects(first, /stopped/);
  while (answerNow === undefined) await new Promise((resolve) => setImmediate(resolve));
  given.abort(new Error('stopped'));
  await lost;
  answerNow();
  assert.equal((await second).candidates.length, 1);
  assert.equal(it.tokens.seen.length, 1);
});
