// The browser as a user of the whole program meets it: both acts of the demo on pages, a login that runs out, a browser
// that is missing or killed, a signal.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { environmentOf } from '../../smoke/demo/stack.ts';
import { eventually, get, ownStack } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { serve } from '../probes/local-server.ts';
import { smoketrail } from '../world.ts';
import { startProgram } from './program.ts';

const skip = without('chromium');
const example = fileURLToPath(new URL('../../scenarios/booking-browser.yaml', import.meta.url));

async function folderOf(t: TestContext): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'smoketrail-browser-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

test('a booking through the form arrives on the extranet, and stale workers are seen there', { skip }, async (t) => {
  const cwd = await folderOf(t);
  const own = await ownStack();
  t.after(() => own.end());
  const env = environmentOf(own.stack);
  const healthy = await smoketrail(['run', example], { cwd, env });
  assert.equal(healthy.code, 0, healthy.out + healthy.err);
  assert.match(healthy.out, /arrived: intact at partner/);
  assert.deepEqual(await get(`${own.stack.urls.partner}/reservations`), { reservations: [] });
  assert.ok(!existsSync(path.join(cwd, '.smoketrail', 'attachments')));

  await own.stack.deploy({ stale: 4 });
  const stale = await smoketrail(['run', example, '--reporter', 'terminal', '--reporter', 'junit=smoke.xml'], {
    cwd,
    env,
  });
  assert.equal(stale.code, 1, stale.out + stale.err);
  assert.match(stale.out, /altered: stripped between web and partner/);
  assert.match(
    stale.out,
    /partner\s+✗ stripped\s+\S+ s\s+text of testid booking-note on page \/extranet\/reservations\?ref=\d+: the field is empty/,
  );
  const picture = /Attached {4}(\S+\.png)/.exec(stale.out)?.[1] ?? '';
  assert.ok(existsSync(path.join(cwd, picture)), stale.out);
  assert.ok((await readFile(path.join(cwd, 'smoke.xml'), 'utf8')).includes(`[[ATTACHMENT|${picture}]]`));
  assert.deepEqual(await get(`${own.stack.urls.partner}/reservations`), { reservations: [] });
});

const times = 'deadline: 2s\ngrace: 1s\nsettle: 100ms\nconfirm: 0s\ntimeout: 10s\npoll: { first: 100ms, max: 300ms }\n';

function scenario(name: string, url: string, look: string): string {
  return `name: ${name}\n${times}send:\n  http: { url: '${url}/send', text: '\${{ marker }}' }\nroute:\n  - hop: partner\n    look:\n${look}`;
}

/** Takes a record, lets so many looks see the page without it, and then asks for a login. */
function expiring(after: number): RequestListener {
  let looks = 0;
  return (request, response) => {
    const page = (status: number, html: string, headers = {}): void =>
      void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(html);
    if (request.url === '/login') page(200, '<form><input type="password"></form>');
    else if (request.url !== '/list') page(200, '');
    else if (++looks > after) page(302, '', { location: '/login' });
    else page(200, '<p>No reservation found.</p>');
  };
}

test('a login that runs out while the page is watched leaves the record unproven, and never lost', {
  skip,
}, async (t) => {
  const cwd = await folderOf(t);
  const look =
    '      browser:\n        - goto: URL/list\n        - expect: { text: No reservation found }\n        - read: { testid: booking-note }\n';
  const steady = await serve(t, expiring(1_000));
  const out = await serve(t, expiring(1));
  await writeFile(path.join(cwd, 'steady.yaml'), scenario('steady', steady.url, look.replace('URL', steady.url)));
  await writeFile(path.join(cwd, 'expired.yaml'), scenario('expired', out.url, look.replace('URL', out.url)));
  const lost = await smoketrail(['run', 'steady.yaml'], { cwd });
  assert.match(lost.out, /✗ steady {2}\S+ {2}lost/);
  assert.equal(lost.code, 1);
  const unproven = await smoketrail(['run', 'expired.yaml'], { cwd });
  assert.match(unproven.out, /\? expired {2}\S+ {2}unproven/);
  assert.match(
    unproven.out,
    /Blind {7}partner: expect text No reservation found: the browser was led to http:\S+\/login/,
  );
  assert.equal(unproven.code, 4);
});

test('a missing browser ends with 3 and says what to install, and scenarios without one are run', async (t) => {
  const cwd = await folderOf(t);
  let sent = '';
  const { url, seen } = await serve(t, (_request, response) => {
    sent = seen.find(({ body }) => body !== '')?.body ?? '';
    response.end(sent);
  });
  const look = `      http: { url: '${url}/list' }\n`;
  await writeFile(
    path.join(cwd, 'a.yaml'),
    `name: a\n${times}send:\n  browser:\n    - goto: ${url}\n    - fill: { label: Note, value: '\${{ marker }}' }\nroute:\n  - hop: partner\n    look:\n${look}`,
  );
  await writeFile(path.join(cwd, 'b.yaml'), scenario('b', url, look));
  const ended = await smoketrail(['run', 'a.yaml', 'b.yaml', '--jobs', '1'], {
    cwd,
    env: { SMOKETRAIL_BROWSER: '/nowhere/chrome' },
  });
  assert.equal(ended.code, 3, ended.out);
  assert.match(ended.out, /\? a {2}\S+ {2}interrupted: there is no browser at \/nowhere\/chrome/);
  assert.match(ended.out, /Hint {8}Install one: npx playwright install chromium/);
  assert.match(ended.out, /✓ b {2}/);
  assert.ok(seen.every(({ headers }) => !String(headers['user-agent']).includes('Chrome')));
});

test('a signal while a page is being opened cleans up and leaves no browser behind', { skip }, async (t) => {
  const cwd = await folderOf(t);
  const { url, seen } = await serve(t, (request, response) => {
    if (request.method === 'DELETE') response.writeHead(204).end();
    else if (request.url === '/list') response.setHeader('content-type', 'application/json').end('[]');
  });
  const clean = `clean:\n  - http: { method: DELETE, url: '${url}/clean', expect: { status: 204 } }\n`;
  const look = `      http: { url: '${url}/list' }\n`;
  await writeFile(
    path.join(cwd, 'a.yaml'),
    `name: a\n${times}send:\n  browser:\n    - goto: ${url}/\${{ marker }}\nroute:\n  - hop: partner\n    look:\n${look}${clean}`,
  );
  const program = startProgram(['run', 'a.yaml'], { cwd, env: { HOLD: cwd, TMPDIR: cwd }, through: undefined });
  t.after(() => program.end());
  await eventually('the page is asked for', () => seen.find(({ url }) => url.startsWith('/smk-')));
  program.kill('SIGINT');
  const { code, stdout, stderr } = await program.ended;
  assert.equal(code, 130, stdout + stderr);
  assert.ok(
    seen.some(({ method }) => method === 'DELETE'),
    stdout,
  );
  await eventually('no browser is left', () => (processesOf(cwd).length === 0 ? true : undefined));
  assert.deepEqual(
    readdirSync(cwd).filter((name) => /playwright|smoketrail-/.test(name)),
    [],
  );
});

/** Processes that were started with that folder in their environment. */
function processesOf(folder: string): string[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/environ`, 'utf8').includes(`HOLD=${folder}`);
    } catch {
      // It ended meanwhile, or is somebody else's.
      return false;
    }
  });
}
