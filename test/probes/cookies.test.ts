// The cookie jar of one marker's steps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCookies } from '../../smoke/probes/http/cookies.ts';

const login = 'http://127.0.0.1:4100/login';

test('a stored cookie goes back to its host and path, and nowhere else', async () => {
  const cookies = createCookies();
  cookies.store('sid=abc; Path=/; HttpOnly', login);
  cookies.store('extra=1; Path=/admin', login);
  await cookies.ready();
  assert.equal(cookies.header('http://127.0.0.1:4100/api/bookings'), 'sid=abc');
  assert.equal(cookies.header('http://127.0.0.1:4100/admin/list'), 'extra=1; sid=abc');
  assert.equal(cookies.header('http://partner.example/'), '');
});

test('a cookie that expires is forgotten, and a later value replaces an earlier one', async () => {
  const cookies = createCookies();
  cookies.store('sid=old', login);
  await cookies.ready();
  cookies.store('sid=new', login);
  assert.equal(cookies.header(login), 'sid=new');
  cookies.store('sid=; Max-Age=0', login);
  assert.equal(cookies.header(login), '');
});

test('a secure cookie stays off plain HTTP', async () => {
  const cookies = createCookies();
  cookies.store('sid=abc; Secure', 'https://partner.example/login');
  await cookies.ready();
  assert.equal(cookies.header('http://partner.example/'), '');
  assert.equal(cookies.header('https://partner.example/'), 'sid=abc');
});

test('cookies that are broken, for another domain, or huge are dropped without an error', async () => {
  const cookies = createCookies();
  for (const hostile of ['', '=', ';;;', '\u0000=1', 'a=1; Domain=other.example', `big=${'x'.repeat(9_000)}`]) {
    cookies.store(hostile, login);
  }
  cookies.store('__proto__=polluted', login);
  cookies.store('constructor=1; Domain=__proto__', login);
  await cookies.ready();
  assert.equal(cookies.header('http://other.example/'), '');
  assert.equal(cookies.header(login), '__proto__=polluted');
  assert.equal(Reflect.get({}, 'polluted'), undefined);
});

test('each value is told at once, so that it can be masked before the jar is loaded', () => {
  const told: string[] = [];
  const cookies = createCookies({ learned: (value, name) => told.push(`${name}: ${value}`) });
  cookies.store('sid=abc=def; Path=/', login);
  cookies.store('gone=; Max-Age=0', login);
  assert.deepEqual(told, ['sid: abc=def']);
});

test('a jar that never sees a cookie is ready at once and loads nothing', async () => {
  const cookies = createCookies();
  await cookies.ready();
  assert.equal(cookies.header(login), '');
});

test('what a jar lists, another one takes over with its reach', async () => {
  const from = createCookies();
  from.store('sid=abc; Path=/; HttpOnly; SameSite=Lax', login);
  from.store('wide=1; Path=/; Domain=example.test; Expires=Fri, 01 Jan 2100 00:00:00 GMT', 'http://www.example.test/');
  const listed = await from.list();
  assert.deepEqual(
    listed.map(({ name, domain, hostOnly, httpOnly, sameSite, expires }) => [
      name,
      domain,
      hostOnly,
      httpOnly,
      sameSite,
      expires,
    ]),
    [
      ['sid', '127.0.0.1', true, true, 'lax', undefined],
      ['wide', 'example.test', false, false, undefined, 4_102_444_800],
    ],
  );
  const told: string[] = [];
  const to = createCookies({ learned: (value, name) => told.push(`${name}: ${value}`) });
  await to.take(listed);
  assert.equal(to.header('http://127.0.0.1:4100/api'), 'sid=abc');
  assert.equal(to.header('http://api.example.test/'), 'wide=1');
  assert.equal(to.header('http://other.test/'), '');
  assert.deepEqual(told, ['sid: abc', 'wide: 1']);
});
