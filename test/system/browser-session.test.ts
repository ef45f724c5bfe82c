// The browser in a session: one login for all looks, another when it ended, and nobody's cookies in another's hands.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../../smoke/demo/stack.ts';
import { eventually, ownStack } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { smoketrail } from '../world.ts';
import { guardedScenario, guardedSite, password } from './guarded.ts';

const skip = without('chromium');
const example = fileURLToPath(new URL('../../scenarios/booking-browser.yaml', import.meta.url));

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smoketrail-browser-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

/** What has been recorded so far; empty before the run begins. */
function recorded(folder: string): string {
  try {
    return readFileSync(path.join(folder, 'run.ndjson'), 'utf8');
  } catch {
    return '';
  }
}

const loginsIn = (events: string): number => events.match(/"type":"step.finished"[^\n]*"phase":"login"/g)?.length ?? 0;
const absentAtPartner = /"type":"look"[^\n]*"hop":"partner"[^\n]*"kind":"absent"/;

test('a session of the extranet is logged in once for all markers', { skip }, async (t) => {
  const cwd = await folderOf(t);
  const own = await ownStack();
  t.after(() => own.end());
  const args = ['run', example, '--repeat', '3', '--reporter', 'ndjson=run.ndjson', '--reporter', 'terminal'];
  const ended = await smoketrail(args, { cwd, env: environmentOf(own.stack) });
  assert.equal(ended.code, 0, ended.out + ended.err);
  assert.equal(loginsIn(recorded(cwd)), 1);
});

test('a session that ends while its page is watched is logged in again, and the record arrives', {
  skip,
}, async (t) => {
  const cwd = await folderOf(t);
  const own = await ownStack();
  t.after(() => own.end());
  const { stack } = own;
  const delay = await stack.fault({ name: 'stuck', at: 'queue' });
  const running = smoketrail(
    ['run', example, '--deadline', '60s', '--reporter', 'ndjson=run.ndjson', '--reporter', 'terminal'],
    { cwd, env: environmentOf(stack) },
  );
  try {
    await eventually('the page is seen without the record', () => absentAtPartner.test(recorded(cwd)) || undefined);
    await stack.fault({ name: 'sessions-end' });
    await eventually('it is logged in again', () => loginsIn(recorded(cwd)) === 2 || undefined);
  } finally {
    await delay.clear();
  }
  const ended = await running;
  assert.equal(ended.code, 0, ended.out + ended.err);
  assert.match(ended.out, /arrived: intact at partner/);
  assert.equal(loginsIn(recorded(cwd)), 2);
  assert.doesNotMatch(recorded(cwd), /"type":"look"[^\n]*"hop":"partner"[^\n]*"kind":"blind"/);
});

test('without a session the page behind the login proves nothing, and the record is never lost', {
  skip,
}, async (t) => {
  const cwd = await folderOf(t);
  const own = await ownStack();
  t.after(() => own.end());
  const text = (await readFile(example, 'utf8'))
    .replace('    session: extranet\n', '')
    .replace('grace: 10s', 'grace: 1s');
  await writeFile(path.join(cwd, 'strange.yaml'), text);
  await own.stack.fault({ name: 'dropped', at: 'partner' });
  const ended = await smoketrail(['run', 'strange.yaml', '--deadline', '3s'], { cwd, env: environmentOf(own.stack) });
  assert.equal(ended.code, 4, ended.out + ended.err);
  assert.match(ended.out, /unproven: [\s\S]*the browser was led to http:\S+\/extranet\/login/);
});

const inBrowser = (url: string): string =>
  `browser: { as: json, steps: [ { goto: '${url}/partner/\${{ booking }}' } ], field: $.note }`;

for (const out of ['redirect', 'unauthorized', 'login page'] as const) {
  test(`a page that turns the browser away is read again after a new login (${out})`, { skip }, async (t) => {
    let looks = 0;
    const site = await guardedSite(t, {
      out,
      guards: ({ url }) => url.startsWith('/partner/'),
      instead: ({ url }) => {
        if (url.startsWith('/partner/') && ++looks === 1) site.endSessions();
        return false;
      },
    });
    const read = `http: { url: '${site.url}/partner/\${{ booking }}', field: $.note }`;
    const text = guardedScenario(site.url, { deadline: '30s', timeout: '15s' });
    assert.ok(text.includes(read));
    site.file('booking.yaml', text.replace(read, inBrowser(site.url)));
    const ended = await site.run(['run', 'booking.yaml', '-v'], { env: { PASSWORD: password } });
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.deepEqual(site.logins, { right: 2, wrong: 0 });
  });
}

test('a login in the browser that is answered with the form again has failed', { skip }, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const text = guardedScenario(site.url, { deadline: '1s', timeout: '15s' });
  const form = /login:\n[\s\S]*?\nsend/;
  const login = `login:
      browser:
        - goto: ${site.url}/login
        - fill: { css: 'input[name=password]', value: '\${{ secret.PASSWORD }}' }
        - click: { role: button, name: Log in }
send`;
  site.file('booking.yaml', text.replace(form, login));
  const wrong = await site.run(['run', 'booking.yaml'], { env: { PASSWORD: 'wrong-horse-7' } });
  assert.equal(wrong.code, 4, wrong.stdout + wrong.stderr);
  assert.match(wrong.stdout, /login extranet failed: browser → http:\S+\/login: the answer asks for a password again/);
  assert.ok(!wrong.stdout.includes('wrong-horse-7'));
  assert.equal(site.logins.right, 0);
  const right = await site.run(['run', 'booking.yaml', '--deadline', '20s'], { env: { PASSWORD: password } });
  assert.equal(right.code, 0, right.stdout + right.stderr);
});

test('a login whose page comes again where another is expected is asked about its user and password, by their names', {
  skip,
}, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const text = guardedScenario(site.url, { deadline: '1s', timeout: '15s' });
  const login = `login:
      browser:
        timeout: 1s
        steps:
          - goto: ${site.url}/login
          - fill: { css: 'input[name=password]', value: '\${{ secret.PASSWORD }}' }
          - click: { role: button, name: Log in }
          - expect: { role: heading, name: Bookings }
send`;
  site.file('booking.yaml', text.replace(/login:\n[\s\S]*?\nsend/, login));
  const ran = await site.run(['run', 'booking.yaml'], { env: { PASSWORD: 'wrong-horse-7' } });
  assert.equal(ran.code, 4, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /login extranet failed: the login page came again, at http:\S+\/login/);
  assert.match(ran.stdout, /Are user and password right\? The login uses secret\.PASSWORD\./);
  assert.doesNotMatch(ran.stdout, /check the locator|wrong-horse-7/);
});

test('a locator that does not fit the form of a login is told as that, with the pictures of it', {
  skip,
}, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const text = guardedScenario(site.url, { deadline: '1s', timeout: '15s' });
  const login = `login:
      browser:
        timeout: 500ms
        steps:
          - goto: ${site.url}/login
          - fill: { label: Passwort, value: '\${{ secret.PASSWORD }}' }
send`;
  site.file('booking.yaml', text.replace(/login:\n[\s\S]*?\nsend/, login));
  const env = { PASSWORD: password };
  const ran = await site.run(['run', 'booking.yaml'], { env });
  assert.equal(ran.code, 4, ran.stdout + ran.stderr);
  assert.match(ran.stdout, /login extranet failed: fill label Passwort: nothing on http:\S+\/login fits/);
  assert.match(ran.stdout, /This is a login page: check the locator/);
  assert.doesNotMatch(ran.stdout, /before this look/);
  assert.match(ran.stdout, /Attached +\S+login-extranet-[\w-]+\/\d+-step\.png/);
  assert.match(ran.stdout, /Attached +\S+login-extranet-[\w-]+\/\d+-step-trace\.zip/);
  const looked = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=B1'], { env });
  assert.equal(looked.code, 4, looked.stdout + looked.stderr);
  assert.match(looked.stdout, /attached +\S+login-extranet-[\w-]+\/\d+-step\.png/);
});
