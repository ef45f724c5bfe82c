// Whatever is wrong with a file or a command line: one clear error, the right exit code, and nothing sent.

import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { badFiles, contentOf } from './bad-files.ts';
import { badLines } from './bad-lines.ts';
import type { Ended } from './program.ts';
import { openSite, type Site, scenarioAt, stackTrace } from './site.ts';

/** The rules for every wrong usage. */
function refused(site: Site, { code, stdout, stderr, signal }: Ended, expected = 2): void {
  const all = `${stdout}${stderr}`;
  assert.equal(signal, null);
  assert.equal(code, expected, all);
  assert.deepEqual(site.seen, [], 'something was sent');
  assert.equal(site.hasLedger(), false, 'a ledger was left behind');
  assert.doesNotMatch(all, stackTrace);
  // Nothing of a hostile file may steer the terminal.
  assert.doesNotMatch(all, /[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  assert.equal(stderr.match(/^smoketrail: /gm)?.length, 1, stderr);
}

describe('a file that is wrong is refused with its place and a code frame, and nothing is sent', {
  concurrency: 2,
}, () => {
  for (const bad of badFiles) {
    test(bad.name, async (t) => {
      const site = await openSite(t);
      site.file('bad.yaml', contentOf(bad, site.url));
      const ended = await site.run(['run', 'bad.yaml']);
      refused(site, ended);
      const { stderr } = ended;
      assert.match(stderr, bad.says);
      assert.ok(stderr.startsWith(`bad.yaml:${bad.at}`), stderr.slice(0, 300));
      assert.match(stderr, /^> ?\d+ \|.*\n +\| +\^+$|^> {1,2}\d+ \|.*\n +\| +\^+$/m);
      assert.ok(stderr.length < 5_000, `${stderr.length} characters`);
    });
  }
});

describe('a command line that is wrong is refused, and nothing is sent', { concurrency: 2 }, () => {
  for (const { name, args, says, code, env = {} } of badLines) {
    test(name, async (t) => {
      const site = await openSite(t);
      site.file('good.yaml', scenarioAt(site.url, { top: 'vars: { partner: x }' }));
      mkdirSync(path.join(site.dir, 'nothing'));
      const ended = await site.run(args, { env });
      refused(site, ended, code);
      assert.match(ended.stderr, says);
    });
  }
});

test('a file with a byte order mark or Windows line ends runs', async (t) => {
  const site = await openSite(t);
  site.file('bom.yaml', `\ufeff${scenarioAt(site.url, { name: 'bom' })}`);
  site.file('crlf.yaml', scenarioAt(site.url, { name: 'crlf' }).replaceAll('\n', '\r\n'));
  const { code, stdout } = await site.run(['run', 'bom.yaml', 'crlf.yaml']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /2 of 2 passed/);
});

test('an --env-file that is missing is named, and nothing is sent', async (t) => {
  const site = await openSite(t);
  site.file('good.yaml', scenarioAt(site.url));
  const { code, stderr } = await site.run(['run', 'good.yaml', '--env-file', 'gone.env']);
  // Node itself reads --env-file wherever it stands behind a script, and ends with 9 where there is none.
  assert.ok(code === 2 || code === 9, String(code));
  assert.match(stderr, /gone\.env/);
  assert.deepEqual(site.seen, []);
});

test('two scenarios of one name are refused', async (t) => {
  const site = await openSite(t);
  for (const name of ['a.yaml', 'b.yaml']) site.file(name, scenarioAt(site.url));
  const ended = await site.run(['run', 'a.yaml', 'b.yaml']);
  refused(site, ended);
  assert.match(ended.stderr, /b\.yaml:1:1 error the name booking is taken by a\.yaml/);
});

test('check passes without secrets and environment, and says which are needed', async (t) => {
  const site = await openSite(t);
  const sending = "headers: { Authorization: 'Bearer ${{ secret.WEB_TOKEN }}' },";
  site.file('needs.yaml', scenarioAt(site.url, { sending, top: "vars: { guest: '${{ env.GUEST_NAME }}' }" }));
  const { code, stdout } = await site.run(['check', 'needs.yaml']);
  assert.equal(code, 0, stdout);
  assert.match(
    stdout,
    /^✓ needs\.yaml {2}booking: web → partner; to run it needs env\.GUEST_NAME, secret\.WEB_TOKEN$/m,
  );
  assert.deepEqual(site.seen, []);
  assert.equal(site.hasLedger(), false);
});

test('check tells every problem of every file at once', async (t) => {
  const site = await openSite(t);
  site.file('all/a.yaml', scenarioAt(site.url, { name: 'a', deadline: '5', grace: 'soon' }));
  site.file('all/b.yaml', scenarioAt(site.url, { name: 'b' }).replace('route:', 'rout:'));
  site.file('all/c.yaml', scenarioAt(site.url, { name: 'c' }));
  site.file('all/d.yaml', '');
  const { code, stdout, stderr } = await site.run(['check', 'all']);
  assert.equal(code, 2);
  assert.equal(stderr, '');
  for (const place of ['a.yaml:3:11', 'a.yaml:4:8', 'b.yaml:10:1', 'd.yaml:1:1'])
    assert.match(stdout, new RegExp(`^all/${place} error `, 'm'), place);
  assert.match(stdout, /^✓ all\/c\.yaml/m);
  assert.match(stdout, /^✗ 3 of 4 files cannot be run$/m);
  const run = await site.run(['run', 'all']);
  assert.equal(run.code, 2);
  assert.deepEqual(site.seen, [], 'one right file must not run beside wrong ones');
  assert.equal(site.hasLedger(), false);
});
