// Redirects: where they lead, what goes along, and where they end.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { http } from '../../smoke/probes/http/http.ts';
import type { Exchange } from '../../smoke/probes/http/http-exchange.ts';
import { nextOf } from '../../smoke/probes/http/http-redirect.ts';
import { Blind } from '../../smoke/probes/plugin.ts';
import { lookContext, testHost } from '../host.ts';
import { serve } from './local-server.ts';

function answered(method: string, status: number, location: string | undefined): Exchange {
  const headers = {
    authorization: 'Bearer secret',
    cookie: 'sid=1',
    'x-api-key': 'secret',
    accept: '*/*',
    'user-agent': 'smoketrail/test',
    'content-type': 'application/json',
  };
  const body = method === 'GET' ? undefined : new Uint8Array([123]);
  const mask = (text: string): string => text;
  const wire = { method, url: new URL('https://a.example/from'), headers, body, mask };
  return { wire, status, headers: location === undefined ? {} : { location }, body: new Uint8Array() };
}

test('within an origin everything goes along; to another one nothing that may be a credential does', () => {
  const same = nextOf(answered('GET', 302, '/to'), false);
  assert.ok(same.kind === 'follow');
  assert.equal(same.wire.headers['authorization'], 'Bearer secret');
  for (const elsewhere of ['https://b.example/', 'http://a.example/', 'https://a.example:8443/', '//b.example/x']) {
    const next = nextOf(answered('GET', 302, elsewhere), false);
    assert.ok(next.kind === 'follow');
    assert.deepEqual(next.wire.headers, { accept: '*/*', 'user-agent': 'smoketrail/test' });
  }
});

test('a credential that the redirect itself brings is not used', () => {
  const next = nextOf(answered('GET', 302, 'https://user:pw@a.example/to#part'), false);
  assert.ok(next.kind === 'follow');
  assert.equal(next.wire.url.href, 'https://a.example/to');
});

test('a post becomes a get after 301, 302 and 303, and loses its body', () => {
  for (const status of [301, 302, 303]) {
    const next = nextOf(answered('POST', status, '/to'), false);
    assert.ok(next.kind === 'follow');
    assert.equal(next.wire.method, 'GET');
    assert.equal(next.wire.body, undefined);
    assert.equal(next.wire.headers['content-type'], undefined);
  }
});

test('what changes something is sent again only where it may be, and never to another origin', () => {
  for (const [method, status] of [
    ['POST', 307],
    ['POST', 308],
    ['DELETE', 302],
    ['PUT', 301],
  ] as const) {
    assert.equal(nextOf(answered(method, status, '/to'), false).kind, 'stay');
    const again = nextOf(answered(method, status, '/to'), true);
    assert.ok(again.kind === 'follow');
    assert.equal(again.wire.method, method);
    assert.equal(again.wire.body?.byteLength, 1);
    assert.equal(nextOf(answered(method, status, 'https://b.example/'), true).kind, 'stay');
  }
});

test('a redirect without an address, or to something that is not HTTP, is not followed and says so', () => {
  for (const location of [undefined, 'javascript:alert(1)', 'file:///etc/passwd', 'http://[bad']) {
    const next = nextOf(answered('GET', 302, location), false);
    assert.ok(next.kind === 'stay' && next.why !== undefined);
  }
  assert.deepEqual(nextOf(answered('GET', 304, '/to'), false), { kind: 'stay' });
});

test('a loop ends after five redirects and is a wrong answer', async (t) => {
  const server = await serve(t, (request, response) => {
    response.writeHead(302, { location: `${request.url}x` }).end();
  });
  const probe = await http.open?.({}, testHost());
  assert.ok(probe);
  t.after(() => probe.close?.());
  const error = await probe.read({ url: `${server.url}/` }, lookContext({ named: true })).catch((thrown) => thrown);
  assert.ok(error instanceof Blind);
  assert.equal(error.fault.kind, 'wrong-answer');
  assert.match(error.message, /redirected more than 5 times/);
  assert.equal(server.seen.length, 6);
});

test('on a real wire, a token and the cookies stay behind on another origin', async (t) => {
  const other = await serve(t, (_request, response) => response.end('ok'));
  const server = await serve(t, (_request, response) => {
    response.writeHead(307, { location: other.url }).end();
  });
  const probe = await http.open?.({}, testHost());
  assert.ok(probe);
  t.after(() => probe.close?.());
  const headers = { Authorization: 'Bearer secret', Cookie: 'sid=1', 'X-Api-Key': 'secret' };
  await probe.read({ url: server.url, headers }, lookContext());
  assert.equal(server.seen[0]?.headers['authorization'], 'Bearer secret');
  assert.doesNotMatch(JSON.stringify(other.seen[0]?.headers), /secret|sid/);
});
