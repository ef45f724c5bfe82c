// look, doctor and run --step with a page in a browser: the page is shown, and a browser that is missing is named.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { guardedScenario, guardedSite, password } from './guarded.ts';
import { openSite, type Site, scenarioAt } from './site.ts';
import { inTerminal, withoutTerminal } from './terminal.ts';

const skip = without('chromium');

/** The note of a booking on a page of its own. */
async function pageSite(t: Parameters<typeof openSite>[0]): Promise<Site> {
  const site = await openSite(t, {
    instead: ({ url }, response) => {
      if (!url.startsWith('/page/')) return false;
      const known = site.bookings.get(Number(url.slice('/page/'.length)));
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<h1>Reservations</h1>${known === undefined ? '' : `<p data-testid="note">${known.note}</p>`}`);
      return true;
    },
  });
  const partner = `{ browser: [ { goto: '${site.url}/page/\${{ booking }}' }, { read: { testid: note } } ] }`;
  site.file('booking.yaml', scenarioAt(site.url, { partner, deadline: '20s', top: 'timeout: 15s' }));
  return site;
}

test('look shows the page as it is rendered, what was read of it, and what became of that', { skip }, async (t) => {
  const site = await pageSite(t);
  site.bookings.set(7, { id: 7, note: 'a note by hand' });
  const look = ['look', 'booking.yaml', 'partner', '--keep', 'booking=7', '--marker', 'a note by hand'];
  const seen = await site.run([...look, '--slow-mo', '10ms']);
  assert.equal(seen.code, 0, seen.stdout + seen.stderr);
  assert.match(
    seen.stdout,
    /answer +200 OK, \d+ bytes, read as html\n[\s\S]* content-type: text\/html; charset=utf-8\n/,
  );
  assert.match(seen.stdout, /<p data-testid="note">a note by hand<\/p>/);
  assert.match(seen.stdout, /field +text of testid note on page \/page\/7: "a note by hand"/);
  assert.match(seen.stdout, /look +✓ intact/);
  const none = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=8']);
  assert.match(none.stdout, /<h1>Reservations<\/h1>/);
  assert.match(none.stdout, /look +· absent: .*page \/page\/8 has no testid note/);
});

test('a look that could not read a page shows it all the same, and what it attached', { skip }, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const partner = `{ browser: [ { goto: '${site.url}/partner/\${{ booking }}' }, { read: { testid: note } } ] }`;
  site.file('booking.yaml', scenarioAt(site.url, { partner }));
  const look = ['look', 'booking.yaml', 'partner', '--keep', 'booking=7', '--attachments', 'shown'];
  const { code, stdout } = await site.run(look);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /answer +200 OK[\s\S]*<input name="password" type="password"/);
  assert.match(stdout, /look +\? blind \(logged-out\): the browser was led to http:\S+\/login/);
  const attached = /attached +(\S+\.png)/.exec(stdout)?.[1] ?? '';
  assert.ok(attached.startsWith('shown') && existsSync(path.join(site.dir, attached)), stdout);
});

test('look and doctor log in for a page that needs a session', { skip }, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  site.bookings.set(7, { id: 7, note: 'a note by hand' });
  const read = `http: { url: '${site.url}/partner/\${{ booking }}', field: $.note }`;
  const page = `browser: [ { goto: '${site.url}/partner/ADDRESS' } ]`;
  const text = guardedScenario(site.url, { timeout: '15s' });
  const env = { PASSWORD: password };
  site.file('booking.yaml', text.replace(read, page.replace('ADDRESS', '${{ booking }}')));
  const look = ['look', 'booking.yaml', 'partner', '--keep', 'booking=7', '--marker', 'a note by hand'];
  const seen = await site.run(look, { env });
  assert.equal(seen.code, 0, seen.stdout + seen.stderr);
  assert.match(seen.stdout, /look +✓ intact/);
  site.file('list.yaml', text.replace(read, page.replace('ADDRESS', '7')));
  const doctor = await site.run(['doctor', 'list.yaml'], { env });
  assert.equal(doctor.code, 0, doctor.stdout + doctor.stderr);
  assert.match(doctor.stdout, /✓ {2}partner +look/);
  assert.deepEqual(site.logins, { right: 2, wrong: 0 });
  const out = await site.run(['doctor', 'list.yaml'], { env: { PASSWORD: 'wrong-horse-7' } });
  assert.equal(out.code, 4);
  assert.match(out.stdout, /✗ {2}partner +look +login extranet failed/);
});

test('doctor creates nothing where a page cannot be read', { skip }, async (t) => {
  const site = await guardedSite(t, { guards: ({ url }) => url.startsWith('/partner/') });
  const partner = `{ browser: [ { goto: '${site.url}/partner/7' }, { read: { testid: note } } ] }`;
  site.file('booking.yaml', scenarioAt(site.url, { partner, top: 'timeout: 15s' }));
  const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /✗ {2}partner +look +the browser was led to/);
  assert.deepEqual(readdirSync(site.dir), ['booking.yaml']);
});

test('doctor names a browser that is missing, for looks that wait for a send and for steps too', async (t) => {
  const site = await openSite(t);
  const opens = `[ { goto: '${site.url}/page/\${{ booking }}' } ]`;
  const text = scenarioAt(site.url, { partner: `{ browser: ${opens} }`, clean: false });
  site.file('booking.yaml', `${text}clean:\n  - browser: ${opens}\n`);
  const { code, stdout } = await site.run(['doctor', 'booking.yaml'], {
    env: { SMOKETRAIL_BROWSER: '/nowhere/chrome' },
  });
  assert.equal(code, 4, stdout);
  assert.match(stdout, /✗ {2}partner +look +there is no browser at \/nowhere\/chrome\n +Install one: npx playwright/);
  assert.match(stdout, /✗ {2}page \/page\/‹booking› +step +there is no browser at \/nowhere\/chrome/);
  assert.equal(site.seen.length, 0);
});

test('run --step shows the page of a look in the browser', { skip: skip || withoutTerminal }, async (t) => {
  const site = await pageSite(t);
  const program = site.start(['run', 'booking.yaml', '--step', '--no-color'], {
    through: inTerminal,
    env: { TERM: 'xterm' },
  });
  const asked = (question: string, count: number): Promise<true> =>
    eventually(question, () => {
      if (program.isOver()) throw new Error(`it ended before: ${program.output()}`);
      return program.output().split(question).length > count ? true : undefined;
    });
  await asked('Enter sends it, q stops:', 1);
  program.type('\n');
  await asked('q stops: ', 2);
  program.type('2\n');
  await asked('q stops: ', 3);
  assert.match(program.output(), /answer +200 OK[\s\S]*<p data-testid="note">Late\. smk-/);
  program.type('c\n');
  await asked('k keeps the record:', 1);
  program.type('\n');
  const { code, stdout } = await program.ended;
  assert.equal(code, 0, stdout);
  assert.equal(site.bookings.size, 0);
});
