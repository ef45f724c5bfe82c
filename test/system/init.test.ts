// smoketrail init as a person or a pipeline calls it: every source → a file → check → run against the demo, unedited.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { environmentOf } from '../../smoke/demo/stack.ts';
import { type OwnStack, ownStack } from '../demo/on-stack.ts';
import { without } from '../parts.ts';
import { openSite, type Site } from './site.ts';

const token = 'demo-token-5f1c88';
let demo: OwnStack;

before(async () => {
  demo = await ownStack({ token });
});
after(async () => {
  await demo.end();
});

function urls(): { web: string; partner: string } {
  return demo.stack.urls;
}

/** Checks and runs what was written; gives what the run said. */
async function arrives(site: Site, file: string): Promise<string> {
  const text = readFileSync(path.join(site.dir, file), 'utf8');
  assert.ok(!text.includes(token), text);
  const checked = await site.run(['check', file]);
  assert.equal(checked.code, 0, checked.stdout + checked.stderr);
  const { code, stdout, stderr } = await site.run(['run', file], { env: environmentOf(demo.stack) });
  assert.equal(code, 0, `${stdout}${stderr}\n${text}`);
  return stdout;
}

/** Booked by hand, as a browser would: what it asked and what was answered, as HAR 1.2 has it. */
async function recordedBooking(): Promise<object> {
  const entries: object[] = [];
  const ask = async (method: string, url: string, body?: string): Promise<string> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    const list = (all: Iterable<readonly [string, string]>): object[] =>
      [...all].map(([name, value]) => ({ name, value }));
    entries.push({
      startedDateTime: '2026-01-01T00:00:00.000Z',
      time: 1,
      request: {
        method,
        url,
        httpVersion: 'HTTP/1.1',
        headers: list(Object.entries(headers)),
        ...(body !== undefined && { postData: { mimeType: 'application/json', text: body } }),
      },
      response: {
        status: response.status,
        headers: list(response.headers),
        content: { mimeType: response.headers.get('content-type') ?? '', text },
      },
    });
    return text;
  };
  const body = JSON.stringify({ room: 101, nights: 1, guest: 'Zoë', hostMessage: 'Crème brûlée & ${{ bike }}' });
  await ask('GET', `${urls().web}/`);
  const { id } = JSON.parse(await ask('POST', `${urls().web}/api/bookings`, body)) as { id: number };
  await ask('GET', `${urls().web}/api/bookings/${id}`);
  await ask('DELETE', `${urls().web}/api/bookings/${id}`);
  return { log: { version: '1.2', creator: { name: 'by hand', version: '1' }, entries } };
}

describe('each source gives a scenario that runs unedited', { concurrency: 2 }, () => {
  test('nothing but --yes: the demo system, sent, watched, found and cleaned', async (t) => {
    const site = await openSite(t);
    const open = await ownStack();
    t.after(open.end);
    const { web, partner } = open.stack.urls;
    const { code, stdout } = await site.run(['init', '--yes', '--web', web, '--partner', partner]);
    assert.equal(code, 0);
    assert.match(stdout, /^✓ scenarios.bookings\.yaml {2}bookings\n {2}Sends /);
    assert.match(
      stdout,
      /Next {8}smoketrail check scenarios.bookings\.yaml\n {14}smoketrail run scenarios.bookings\.yaml\n$/,
    );
    const ran = await site.run(['run']);
    assert.equal(ran.code, 0, ran.stdout);
    assert.match(ran.stdout, /arrived: intact at partner/);
    assert.match(ran.stdout, /1 of 1 passed/);
    assert.equal((await site.run(['sweep'])).code, 0);
  });

  test('--from-curl with the partner’s list: arrived there, the token a secret', async (t) => {
    const site = await openSite(t);
    await fetch(`${urls().web}/api/bookings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: '{"room":9,"nights":1,"hostMessage":"somebody was here before"}',
    });
    const curl = `curl '${urls().web}/api/bookings' \\
  -H 'Authorization: Bearer ${token}' -H 'content-type: application/json' \\
  --data-raw $'{"room":101,"nights":1,"guest":"Zo\\u00eb","hostMessage":"It\\'s late & <bike> \${{ x }}"}'`;
    site.file('request.txt', curl);
    const { code, stdout, stderr } = await site.run([
      'init',
      '--from-curl',
      'request.txt',
      '--partner',
      `${urls().partner}/reservations`,
      '--yes',
    ]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /Set first {3}export WEB_TOKEN=…/);
    assert.match(stdout, /Cleans {6}nothing: the records stay/);
    assert.ok(!stdout.includes(token));
    assert.match(await arrives(site, 'scenarios/bookings.yaml'), /arrived: intact at partner/);
  });

  test('--from-curl of the page’s form, the command itself as the value', async (t) => {
    const site = await openSite(t);
    const curl = `curl '${urls().web}/bookings' --data-raw 'room=7&nights=2&guest=Ana&hostMessage=Arriving+late%2C+caf%C3%A9'`;
    assert.equal((await site.run(['init', '--from-curl', curl, '--output', 'form.yaml', '--yes'])).code, 0);
    assert.match(await arrives(site, 'form.yaml'), /arrived: intact at web/);
  });

  test('--from-har: the id, the look with its field, and the DELETE that the recording shows', async (t) => {
    const site = await openSite(t);
    site.file('recording.har', JSON.stringify(await recordedBooking()));
    const { code, stderr } = await site.run(['init', '--from-har', 'recording.har', '--name', 'recorded', '--yes']);
    assert.equal(code, 0, stderr);
    const out = await arrives(site, 'scenarios/recorded.yaml');
    assert.match(out, /GET \/api\/bookings\/\d+ hostMessage/);
    assert.doesNotMatch(out, /Cleanup/);
  });

  test('--from-openapi: the document that the demo itself serves', async (t) => {
    const site = await openSite(t);
    site.file('openapi.json', await (await fetch(`${urls().web}/openapi.json`)).text());
    const args = [
      'init',
      '--from-openapi',
      'openapi.json',
      '--operation',
      'createBooking',
      '--name',
      'described',
      '--yes',
    ];
    const { code, stderr } = await site.run(args);
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(await arrives(site, 'scenarios/described.yaml'), /Cleanup/);
  });

  test('a destination that shows nothing to guess from, and no way to clean it: said, and it runs all the same', async (t) => {
    const site = await openSite(t);
    const open = await ownStack();
    t.after(open.end);
    const { web, partner } = open.stack.urls;
    site.file('openapi.json', await (await fetch(`${web}/openapi.json`)).text());
    const source = ['--from-openapi', 'openapi.json', '--operation', 'createBooking'];
    const { code, stdout } = await site.run(['init', ...source, '--partner', `${partner}/reservations`, '--yes']);
    assert.equal(code, 0);
    assert.match(stdout, /Note {8}the partner’s list was empty, so `where` and `field` are not guessed\. Put a record/);
    assert.match(stdout, /Note {8}the source shows no way to delete the partner’s copy/);
    const text = readFileSync(path.join(site.dir, 'scenarios', 'bookings.yaml'), 'utf8');
    assert.match(text, /# This list was empty when the file was written/);
    assert.match(text, /# The source shows no way to delete the partner’s copy\. Until a step here does/);
    const ran = await site.run(['run']);
    assert.equal(ran.code, 0, ran.stdout);
    assert.match(ran.stdout, /arrived: intact at partner[\s\S]*Cleanup {5}failed: partner still has the record/);
    assert.equal((await site.run(['sweep'])).code, 1, 'as the file and the report say');
  });

  test('--from-playwright: booked through the page, the id read from it', { skip: without('chromium') }, async (t) => {
    const site = await openSite(t);
    const lines = [
      `await page.goto('${urls().web}/');`,
      "await page.getByRole('textbox', { name: 'Guest' }).fill('Zoë');",
      "await page.getByRole('textbox', { name: 'Message from the host' }).fill('Arriving late');",
      "await page.getByRole('button', { name: 'Book' }).click();",
      "await expect(page.getByTestId('booking-id')).toContainText('8841');",
    ];
    site.file(
      'booking.spec.ts',
      `import { test, expect } from '@playwright/test';\n\ntest('test', async ({ page }) => {\n  ${lines.join('\n  ')}\n});\n`,
    );
    const args = [
      'init',
      '--from-playwright',
      'booking.spec.ts',
      '--partner',
      `${urls().partner}/reservations`,
      '--yes',
    ];
    assert.equal((await site.run(args)).code, 0);
    assert.match(await arrives(site, 'scenarios/booking.yaml'), /arrived: intact at partner/);
  });
});

test('a file that is there is not written over, but with --force', async (t) => {
  const site = await openSite(t);
  const file = site.file('first.yaml', 'mine');
  const refused = await site.run(['init', '--yes', '--output', 'first.yaml']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /^smoketrail: first\.yaml is there already, and is not written over\n {2}--force /);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.equal((await site.run(['init', '--yes', '--output', 'first.yaml', '--force'])).code, 0);
  assert.match(readFileSync(file, 'utf8'), /^# Written by smoketrail init/);
  assert.deepEqual(readdirSync(site.dir), ['first.yaml']);
});

test('a name that another scenario has goes on with the next free number, in the folders that count', async (t) => {
  const site = await openSite(t);
  site.file('scenarios/mine.yaml', 'name: bookings\n');
  site.file('far/b.yaml', 'name: bookings-2\n');
  const first = await site.run(['init', '--yes']);
  assert.match(first.stdout, /^✓ scenarios\/bookings-2\.yaml {2}bookings-2\n/, first.stderr);
  const second = await site.run(['init', '--yes', '--output', 'elsewhere.yaml']);
  assert.match(second.stdout, /^✓ elsewhere\.yaml {2}bookings-3\n/, second.stderr);
  const over = await site.run(['init', '--yes', '--output', 'scenarios/bookings-2.yaml', '--force']);
  assert.match(over.stdout, /^✓ scenarios\/bookings-2\.yaml {2}bookings-2\n/, over.stderr);
});

test('a name that is asked for is refused where another scenario has it, but for the file that is written over', async (t) => {
  const site = await openSite(t);
  site.file('scenarios/mine.yaml', 'name: bookings\n');
  const taken = /^smoketrail: the name bookings is taken by scenarios.mine\.yaml\n {2}--name gives another\.\n$/;
  for (const more of [[], ['--output', 'scenarios/b.yaml'], ['--output', 'elsewhere.yaml']]) {
    const { code, stderr } = await site.run(['init', '--yes', '--name', 'bookings', ...more]);
    assert.equal(code, 2);
    assert.match(stderr, taken);
  }
  assert.deepEqual(readdirSync(path.join(site.dir, 'scenarios')), ['mine.yaml']);
  assert.equal((await site.run(['init', '--yes', '--output', 'scenarios/mine.yaml', '--force'])).code, 0);
  assert.equal((await site.run(['init', '--yes', '--output', '-'])).code, 0);
  assert.equal((await site.run(['init', '--yes', '--name', 'other'])).code, 0);
});

test('--output - gives the scenario alone on standard output; a schema that is there is named in a file', async (t) => {
  const site = await openSite(t);
  const printed = await site.run(['init', '--yes', '--output', '-']);
  assert.match(printed.stdout, /^# Written by[\s\S]*\nclean:\n/);
  assert.match(printed.stderr, /^✓ standard output {2}bookings\n/);
  writeFileSync(path.join(site.dir, 'scenario.schema.json'), '{}');
  await site.run(['init', '--yes']);
  assert.match(
    readFileSync(path.join(site.dir, 'scenarios', 'bookings.yaml'), 'utf8'),
    /^# yaml-language-server: \$schema=\.\.\/scenario\.schema\.json\n/,
  );
});

test('wrong usage is one clear error, and nothing is written', async (t) => {
  const site = await openSite(t);
  site.file('large.har', '');
  for (const [args, message] of [
    [['--from-curl', 'gone.txt'], /^smoketrail: --from-curl gone\.txt: there is no such file\n/],
    [['--from-har', '.'], /^smoketrail: --from-har \.: it is a folder\n/],
    [['--from-har', 'large.har', '--from-curl', 'x'], /--from-curl and --from-har are two sources/],
    [['--from-har', 'large.har'], /large\.har is no HAR file/],
    [
      ['--from-openapi', 'http://web.test/openapi.json'],
      /--from-openapi takes a file, and http:\S+ is an address\n {2}Download it first: curl -o openapi\.json 'http:/,
    ],
    [['--web', 'web.test'], /--web: "web\.test" is no http:\/\/ or https:\/\/ address/],
    [['--partner', 'http://a:b@partner.test'], /leave user and password out/],
    [['--name', 'a\nb'], /--name: a name is one line/],
    [
      ['--from-curl', `curl http://x.test --json '{"__proto__":1,"note":"late at night"}'`, '--output', 'x.yaml'],
      /nothing was written/,
    ],
  ] as const) {
    const { code, stdout, stderr } = await site.run(['init', '--yes', ...args]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
    assert.equal(stdout, '');
  }
  assert.deepEqual(readdirSync(site.dir), ['large.har']);
});

test('an address with a port, or of this machine, is taken without http:// before it', async (t) => {
  const site = await openSite(t);
  const args = ['init', '--yes', '--output', '-', '--web', 'localhost/app', '--partner', '127.0.0.1:1/reservations'];
  const { code, stdout, stderr } = await site.run(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /'http:\/\/127\.0\.0\.1:1'/);
  assert.match(stdout, /'http:\/\/localhost/);
});

test('a source larger than its bound is refused before it is read', async (t) => {
  const site = await openSite(t);
  const file = site.file('huge.har', '');
  assert.equal(spawnSync('truncate', ['-s', '101M', file]).status, 0);
  const { code, stderr, ms } = await site.run(['init', '--from-har', 'huge.har', '--yes']);
  assert.equal(code, 2);
  assert.match(stderr, /huge\.har: larger than 100 MB, the most that is read/);
  assert.ok(ms < 60_000);
});
