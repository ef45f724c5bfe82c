// Telling a login page from what was asked for.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksForPassword, leadsToLogin } from '../../smoke/probes/http/http-login.ts';

test('addresses of login pages are known by their path', () => {
  for (const path of [
    '/login',
    '/users/sign_in',
    '/account/userLogin.aspx',
    '/sso/start',
    '/wp-login.php',
    '/session/new',
    '/signin?back=/x',
    '/oauth2/authorize',
  ]) {
    assert.equal(leadsToLogin(new URL(path, 'http://x')), true, path);
  }
  for (const path of [
    '/',
    '/api/bookings/8841',
    '/blog-index',
    '/design',
    '/bookings?next=/login',
    '/plugins',
    '/assignments',
  ]) {
    assert.equal(leadsToLogin(new URL(path, 'http://x')), false, path);
  }
});

test('a page asks for a password only where it has a field for one', () => {
  assert.equal(asksForPassword('<form><INPUT name=p\n type="password"></form>'), true);
  assert.equal(asksForPassword("<input type='password'>"), true);
  assert.equal(asksForPassword('<p>Your password is safe. type=password</p><input type="text">'), false);
});

test('a hostile page costs no time', () => {
  const began = performance.now();
  assert.equal(asksForPassword('<input '.repeat(1_000_000)), false);
  assert.equal(asksForPassword(`<input ${'type = '.repeat(1_000_000)}`), false);
  assert.ok(performance.now() - began < 2_000);
});
