// `auth:` of HTTP: basic and bearer, and that neither goes where it was not meant to go.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpOptions } from '../../smoke/probes/http/http-options.ts';
import { answer, blind, look } from './http-looks.ts';
import { send } from './http-sends.ts';
import { serve } from './local-server.ts';

const basic = { basic: { user: 'zoë', password: 'p:4ss wörd' } };
const encoded = `Basic ${Buffer.from('zoë:p:4ss wörd').toString('base64')}`;

for (const [name, auth, header] of [
  ['basic', basic, encoded],
  ['bearer', { bearer: 'tok-123456' }, 'Bearer tok-123456'],
] as const) {
  test(`${name} goes with looks and sends`, async (t) => {
    const server = await serve(t, answer(200));
    await look(t, { url: server.url, auth });
    assert.equal((await send({ url: server.url, json: {}, auth })).outcome, 'done');
    assert.deepEqual(
      server.seen.map(({ headers }) => headers['authorization']),
      [header, header],
    );
  });

  test(`${name} stays behind when a redirect leads to another host`, async (t) => {
    const elsewhere = await serve(t, answer(200, {}, 'elsewhere'));
    const server = await serve(t, answer(302, { location: `${elsewhere.url}/page` }));
    await look(t, { url: server.url, auth });
    assert.equal(server.seen[0]?.headers['authorization'], header);
    assert.equal(elsewhere.seen.length, 1);
    assert.equal(elsewhere.seen[0]?.headers['authorization'], undefined);
  });
}

test('a 401 is blind, and says that another login may help; a 403 does not', async (t) => {
  for (const [status, unauthorized] of [
    [401, true],
    [403, false],
  ] as const) {
    const server = await serve(t, answer(status));
    const seen = await blind(t, { url: server.url });
    assert.equal(seen.fault.kind, 'permission');
    assert.equal(seen.unauthorized, unauthorized);
    const sent = await send({ url: server.url, json: {} });
    assert.equal(sent.outcome, 'refused');
    assert.equal(sent.unauthorized === true, unauthorized);
  }
});

const url = 'http://a.example/';
const oauth2 = { 'token-url': 'http://a.example/token', 'client-id': 'a', 'client-secret': 'b' };
for (const [what, options, says] of [
  ['auth and an Authorization header', { url, headers: { authorization: 'x' }, auth: basic }, /keep one of them/],
  ['auth and a user in the address', { url: 'http://me:pw@a.example/', auth: basic }, /keep one of them/],
  ['two kinds of auth', { url, auth: { ...basic, bearer: 'tok' } }, /one of basic, bearer and oauth2/],
  ['no kind of auth', { url, auth: {} }, /one of basic, bearer and oauth2/],
  ['a user with a colon', { url, auth: { basic: { user: 'a:b', password: 'c' } } }, /no colon/],
  ['a token address that is none', { url, auth: { oauth2: { ...oauth2, 'token-url': '/token' } } }, /https?:\/\//],
  ['a place for the secret that is none', { url, auth: { oauth2: { ...oauth2, in: 'query' } } }, /header/],
  ['a key without its certificate', { url, tls: { key: './a.key' } }, /needs the certificate/],
  ['a passphrase that opens nothing', { url, tls: { passphrase: 'x' } }, /opens the key/],
  ['an unknown key of tls', { url, tls: { pfx: './a.p12' } }, /unknown key/],
] as const) {
  test(`${what} is a problem`, async () => {
    const result = await httpOptions['~standard'].validate(options);
    const issues = 'issues' in result ? (result.issues ?? []) : [];
    assert.equal(issues.length, 1, JSON.stringify(issues));
    assert.match(issues[0]?.message ?? '', says);
  });
}
