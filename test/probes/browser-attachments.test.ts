import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { createCookies } from '../../smoke/probes/http/cookies.ts';
import { createMask } from '../../smoke/run/redact.ts';
import { attachmentFolder } from '../../smoke/store/attachments.ts';
import { browsing, owner, pages, skip } from './browser-visits.ts';
import { serve } from './local-server.ts';

const cwd = await mkdtemp(join(tmpdir(), 'smoketrail-attached-'));
after(() => rm(cwd, { recursive: true, force: true }));
const mask = createMask();
const kept = attachmentFolder({ dir: join(cwd, 'attachments'), run: '20261120T171500Z-k3m9xq', cwd });
const { send, blind, look } = browsing({
  mask: mask.mask,
  learn: (secret, name) => void mask.add(secret, name),
  attach: (who, name, write) => kept.add(who.id, name, write),
});
const timeout = '300ms';

test('a failing step keeps a picture and a trace, readable by their owner only', { skip }, async (t) => {
  const { url } = await serve(t, pages({ '/': '<button>Book</button>' }));
  const sent = await send([{ goto: url }, { click: { role: 'button', name: 'Cancel', timeout } }]);
  assert.equal(sent.attachments?.length, 2);
  for (const path of sent.attachments ?? []) {
    assert.match(path, /^attachments\/20261120T171500Z-k3m9xq\/marker-\d+\/\d\d-step/);
    if (process.platform !== 'win32') assert.equal((await stat(join(cwd, path))).mode & 0o777, 0o600);
  }
  const [picture = '', trace = ''] = sent.attachments ?? [];
  assert.deepEqual([...(await readFile(join(cwd, picture))).subarray(1, 4)], [...Buffer.from('PNG')]);
  const files = unzipSync(await readFile(join(cwd, trace)));
  const recorded = strFromU8(files['trace.trace'] ?? new Uint8Array());
  assert.match(recorded, /"method":"goto"/);
  assert.match(recorded, /waiting for getByRole\('button', \{ name: 'Cancel' \}\)/);
});

test('a look that fails alike at every poll shows it once, a good one keeps nothing', { skip }, async (t) => {
  const { url } = await serve(t, pages({ '/': '<p data-testid="x">here</p>' }));
  const who = owner();
  const failing = [{ goto: url }, { expect: { text: 'Welcome', timeout } }];
  assert.equal((await blind(failing, { owner: who })).fault.attachments?.length, 2);
  assert.equal((await blind(failing, { owner: who })).fault.attachments, undefined);
  const before = (await readdir(join(cwd, 'attachments'), { recursive: true })).length;
  const reading = await look([{ goto: url }, { read: { testid: 'x' } }], { owner: who });
  assert.equal((await readdir(join(cwd, 'attachments'), { recursive: true })).length, before);
  const [picture = ''] = (await reading.attach?.()) ?? [];
  assert.match(picture, /page\.png$/);
});

test('no secret is in a trace, in whatever spelling: typed in, sent as a cookie or a header, shown by the page', {
  skip,
}, async (t) => {
  const secrets = {
    token: 'tok&en-8f3k2j7h',
    password: 'p@ss wörd/9xQ',
    cookie: 'c00kie-value-7Zq1',
    header: 'header-secret-44x9',
  };
  mask.add(secrets.token, 'TOKEN');
  mask.add(secrets.header, 'HEADER');
  const server = await serve(
    t,
    pages({
      '/': `<form method="post" action="/in"><label>User <input name="user"></label><label>Password <input type="password" name="password"></label><button>Log in</button></form>`,
      '/in': (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html', 'x-echo': secrets.header });
        const echo = [
          secrets.token.replace('&', '&amp;'),
          encodeURIComponent(secrets.token),
          btoa(`x:${secrets.token}`),
        ];
        response.end(`<p>${echo.join('</p><p>')}</p><script>fetch('/data')</script>`);
      },
      '/data': (_request, response) => response.end(JSON.stringify({ secret: secrets.token, more: secrets.password })),
    }),
  );
  const cookies = createCookies({ learned: (value, name) => void mask.add(value, name) });
  cookies.store(`sid=${secrets.cookie}; Path=/; HttpOnly`, server.url);
  const steps = [
    { goto: `${server.url}/?token=${encodeURIComponent(secrets.token)}` },
    { fill: { label: 'User', value: secrets.token } },
    { fill: { label: 'Password', value: secrets.password } },
    { click: { role: 'button', name: 'Log in' } },
    { expect: { text: 'Welcome', timeout } },
  ];
  const options = { headers: { Authorization: `Bearer ${secrets.header}`, 'x-key': secrets.header } };
  const sent = await send(steps, { cookies, owner: owner() }, options);
  assert.equal(sent.outcome, 'unknown');
  const posted = server.seen.find(({ url }) => url === '/in');
  assert.match(String(posted?.headers['cookie']), new RegExp(secrets.cookie));
  const trace = sent.attachments?.find((path) => path.endsWith('.zip')) ?? '';
  const files = unzipSync(await readFile(join(cwd, trace)));
  assert.ok(Object.keys(files).length >= 3);
  const all = Object.entries(files).map(([name, bytes]) => `${name}\n${strFromU8(bytes)}`);
  assert.ok(
    all.some((text) => text.includes('***TOKEN***')),
    'the trace shows that something was masked',
  );
  for (const [name, secret] of Object.entries(secrets)) {
    const spellings = [
      secret,
      encodeURIComponent(secret),
      new URLSearchParams({ q: secret }).toString().slice(2),
      JSON.stringify(secret).slice(1, -1),
      secret.replaceAll('&', '&amp;'),
      Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
      Buffer.from(`x:${secret}`).toString('base64').replace(/=+$/, '').slice(4, -1),
    ];
    for (const spelling of spellings)
      assert.deepEqual(
        all.filter((text) => text.includes(spelling)),
        [],
        `${name} as ${spelling}`,
      );
  }
});
