// smoketrail look: what it shows of a look, from the request to the judgement, and what it must not show.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { LookReport } from '../../smoke/cli/look-report.ts';
import { eventually } from '../demo/on-stack.ts';
import { openSite, scenarioAt, stackTrace } from './site.ts';

type Shown = LookReport & { answer: NonNullable<LookReport['answer']> };

const listing = (url: string): string =>
  `{ http: { url: '${url}/bookings?search=x', records: '$.bookings[*]', where: { $.id: '\${{ booking }}' }, field: $.note } }`;

describe('look', { concurrency: 2 }, () => {
  test('a marker of an earlier run is looked at by the alias that the ledger knows', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const run = await site.run(['run', 'booking.yaml', '--no-cleanup', '--reporter', 'json=run.json']);
    assert.equal(run.code, 0);
    const marker = /smk-[a-z0-9]{16}/.exec(run.stdout)?.[0] ?? '';
    const asked = site.seen.length;
    const look = await site.run(['look', 'booking.yaml', 'web', '--marker', marker]);
    assert.equal(look.code, 0, look.stderr);
    assert.equal(site.seen.length, asked + 1, 'one look is one request');
    assert.match(look.stdout, /aliases {2}booking=8841/);
    assert.match(look.stdout, /asked +url: http:\S+\/bookings\/8841/);
    assert.match(look.stdout, /answer +200 OK, \d+ bytes, read as json\n +content-type: application\/json/);
    assert.match(look.stdout, /\n {4}\{\n {6}"id": 8841,\n {6}"note": "Late\. smk-/);
    assert.match(look.stdout, /field +\$\.note of GET \/bookings\/8841: "Late\. smk-/);
    assert.match(look.stdout, /look +✓ intact/);
    assert.equal(site.seen.at(-1)?.method, 'GET');
  });

  test('the aliases of a marker that the ledger does not know are found with the scenario’s find', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url, { find: true }));
    site.bookings.set(7, { id: 7, note: 'a note by hand' });
    const look = await site.run(['look', 'booking.yaml', 'partner', '--marker', 'a note by hand']);
    assert.equal(look.code, 0, look.stderr);
    assert.match(look.stdout, /aliases {2}booking=7/);
    assert.match(look.stdout, /look +✓ intact/);
  });

  test('without a marker it says so, reads what can be read, and names what is not known', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url, { partner: listing(site.url) }));
    const read = await site.run(['look', 'booking.yaml', 'partner']);
    assert.equal(read.code, 0, read.stderr);
    assert.match(read.stdout, /marker {3}smk-\w+, made for this look: nothing was sent with it/);
    assert.match(
      read.stdout,
      /hint +where was not tried: booking is not known; smoketrail look booking\.yaml partner --keep booking=VALUE/,
    );
    const waits = await site.run(['look', 'booking.yaml', 'web']);
    assert.equal(waits.code, 4);
    assert.match(waits.stdout, /look +\? not made: booking is not known/);
    assert.deepEqual(
      site.seen.map(({ url }) => url),
      ['/bookings?search=x'],
    );
    assert.ok(!site.hasLedger());
  });

  test('credentials that are written out in the file are not shown, as text or as JSON, and neither by the warnings beside', async (t) => {
    const site = await openSite(t);
    const hops = [
      "- { hop: queue, look: { redis: { url: 'redis://bob:R3disS3cret@127.0.0.1:9', monitor: { match: x }, field: $.note } } }",
      "- { hop: bus, look: { nats: { url: 'nats://127.0.0.1:9', token: 'T0ken-Secr3t-xyz', subject: y, field: $.note } } }",
      "- { hop: short, look: { nats: { url: ['nats://a:L1stS3cret@127.0.0.1:9'], token: 'T0kn', subject: y, field: $.note } } }",
    ];
    site.file(
      's.yaml',
      `name: s\nsend:\n  command: { argv: [echo, '\${{ marker }}'] }\nroute:\n  ${hops.join('\n  ')}\n`,
    );
    for (const hop of ['queue', 'bus', 'short'])
      for (const more of [[], ['--json']]) {
        const { stdout, stderr } = await site.run(['look', 's.yaml', hop, ...more]);
        assert.match(stdout, hop === 'queue' ? /url-password/ : /token"?: "?\*\*\*/);
        assert.doesNotMatch(
          `${stdout}${stderr}`,
          /R3disS3cret|T0ken-Secr3t-xyz|L1stS3cret|T0kn/,
          [hop, ...more].join(' '),
        );
      }
    for (const command of ['check', 'doctor']) {
      const { stdout, stderr } = await site.run([command, 's.yaml']);
      assert.match(`${stdout}${stderr}`, /MONITOR may halve/);
      assert.doesNotMatch(`${stdout}${stderr}`, /R3disS3cret|T0ken-Secr3t-xyz|L1stS3cret|T0kn/, command);
    }
  });

  test('where picks by the alias that --keep names; the records that it left out show what they hold', async (t) => {
    const instead = (_: unknown, response: import('node:http').ServerResponse): boolean => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ bookings: [{ id: 1, note: '' }, { id: 2, note: 'x' }, { id: 3 }] }));
      return true;
    };
    const site = await openSite(t, { instead });
    site.file('booking.yaml', scenarioAt(site.url, { partner: listing(site.url) }));
    const { stdout, code } = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=2']);
    assert.equal(code, 0);
    assert.match(stdout, /records +\$\.bookings\[\*\] cut 3 records/);
    assert.match(stdout, /where +\$\.id = 2 picked 1 of 3: GET \/bookings\?search=x, record 2/);
    assert.match(stdout, /record 1 shows "1" at \$\.id\n +GET \S+, record 3 shows "3" at \$\.id/);
    assert.match(stdout, /field +\$\.note of GET \S+, record 2: "x"/);
    const none = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=9']);
    assert.match(none.stdout, /picked 0 of 3\n/);
    assert.match(none.stdout, /look +· absent: not found/);
  });

  test('a selector that finds nothing is answered with the names that are there', async (t) => {
    const site = await openSite(t);
    site.bookings.set(8, { id: 8, note: 'x' });
    const partner = `{ http: { url: '${site.url}/bookings/\${{ booking }}', field: $.Note } }`;
    site.file('booking.yaml', scenarioAt(site.url, { partner }));
    const { stdout } = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=8']);
    assert.match(stdout, /hint +field \$\.Note: did you mean note\? \$ has id, note/);
  });

  test('an answer that is no look is shown all the same, and the look is blind', async (t) => {
    const instead = (_: unknown, response: import('node:http').ServerResponse): boolean => {
      response.statusCode = 503;
      response.setHeader('content-type', 'text/html');
      response.end('<h1>down for \u001b[31mmaintenance</h1>');
      return true;
    };
    const site = await openSite(t, { instead });
    site.file('booking.yaml', scenarioAt(site.url));
    const { stdout, code } = await site.run(['look', 'booking.yaml', 'web', '--keep', 'booking=1']);
    assert.equal(code, 4);
    assert.match(stdout, /answer +503 Service Unavailable, \d+ bytes, read as html/);
    assert.match(stdout, /<h1>down for \\x1b\[31mmaintenance/);
    assert.match(stdout, /look +\? blind \(busy\): GET \/bookings\/1 answered 503/);
    assert.ok(!stdout.includes('\u001b'));
  });

  test('secrets are masked in the request, in headers and in the answer, also where it is cut', async (t) => {
    const secret = 'correct-horse-battery';
    const instead = (_: unknown, response: import('node:http').ServerResponse): boolean => {
      response.setHeader('content-type', 'application/json');
      response.setHeader('set-cookie', 'sid=cookie-of-the-answer; Path=/');
      response.end(JSON.stringify({ filler: 'x'.repeat(7_960), echo: secret, note: secret }));
      return true;
    };
    const site = await openSite(t, { instead });
    const partner = `{ http: { url: '${site.url}/partner/\${{ booking }}', headers: { Authorization: 'Bearer \${{ secret.TOKEN }}' }, field: $.note } }`;
    site.file('booking.yaml', scenarioAt(site.url, { partner }));
    for (const more of [[], ['--full'], ['--json'], ['--json', '--full']]) {
      const { stdout, stderr, code } = await site.run(
        ['look', 'booking.yaml', 'partner', '--keep', 'booking=1', ...more],
        {
          env: { TOKEN: secret },
        },
      );
      assert.equal(code, 0, stderr);
      assert.ok(!`${stdout}${stderr}`.includes('correct-horse'), more.join(' '));
      assert.ok(!stdout.includes('cookie-of-the-answer'), more.join(' '));
      assert.match(stdout, /Bearer \*\*\*|\*\*\*Authorization\*\*\*/);
    }
  });

  test('an answer is cut to a screen or two, and --full shows all of it', async (t) => {
    const instead = (_: unknown, response: import('node:http').ServerResponse): boolean => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(Array.from({ length: 3_000 }, (_, id) => ({ id }))));
      return true;
    };
    const site = await openSite(t, { instead });
    site.file('booking.yaml', scenarioAt(site.url));
    const short = await site.run(['look', 'booking.yaml', 'web', '--keep', 'booking=1']);
    assert.ok(short.stdout.split('\n').length < 90);
    assert.match(short.stdout, /The answer goes on; --full shows all of it\./);
    const full = await site.run(['look', 'booking.yaml', 'web', '--keep', 'booking=1', '--full']);
    assert.ok(full.stdout.includes('"id": 2999') && !full.stdout.includes('goes on'));
  });

  test('--json gives the same as data', async (t) => {
    const site = await openSite(t);
    site.bookings.set(8, { id: 8, note: 'x\u202e' });
    site.file('booking.yaml', scenarioAt(site.url));
    const { stdout, code } = await site.run(['look', 'booking.yaml', 'web', '--keep', 'booking=8', '--json']);
    assert.equal(code, 0);
    assert.ok(!stdout.includes('\u202e'));
    const report = JSON.parse(stdout) as Shown;
    assert.equal(report.answer.status, '200 OK');
    assert.deepEqual(report.field, [{ source: 'GET /bookings/8', selector: '$.note', values: ['x\u202e'] }]);
    assert.equal(report.look.kind, 'stripped');
    assert.deepEqual(report.marker.sent, false);
  });

  test('any probe shows what it read: the last lines of a log, the output of a program and how it ended', async (t) => {
    const site = await openSite(t);
    site.file('worker.log', '{"booking":1,"note":"one"}\n{"booking":2,"note":"two"}\n');
    const log = "{ log: { path: worker.log, where: { $.booking: '${{ booking }}' }, field: $.note } }";
    site.file('log.yaml', scenarioAt(site.url, { name: 'log', partner: log }));
    const lines = await site.run(['look', 'log.yaml', 'partner', '--keep', 'booking=2']);
    assert.match(lines.stdout, /read +2 lines of worker\.log of any age, from files written to since \d/);
    assert.match(lines.stdout, /worker\.log:1 {2}\{"booking":1,"note":"one"\}\n/);
    assert.match(lines.stdout, /where +\$\.booking = 2 picked 1 of 2: worker\.log:2/);
    const command = '{ command: { shell: "echo \'{\\"a\\":1}\'; echo why >&2; exit 3" } }';
    site.file('command.yaml', scenarioAt(site.url, { name: 'command', partner: command }));
    const ended = await site.run(['look', 'command.yaml', 'partner']);
    assert.equal(ended.code, 4);
    assert.match(ended.stdout, /answer +exit code 3, \d+ bytes, read as json\n +\{\n +"a": 1\n/);
    assert.match(ended.stdout, /blind \(wrong-answer\): .* ended with exit code 3, not 0: why/);
  });

  test('only what the hop itself needs must be set', async (t) => {
    const site = await openSite(t);
    const sending = "headers: { X-Key: '${{ secret.NOT_SET }}' },";
    const partner = `{ http: { url: '\${{ env.PARTNER_URL }}/partner/\${{ booking }}' } }`;
    site.file('booking.yaml', scenarioAt(site.url, { sending, partner }));
    assert.equal((await site.run(['look', 'booking.yaml', 'web', '--keep', 'booking=1'])).code, 0);
    const without = await site.run(['look', 'booking.yaml', 'partner', '--keep', 'booking=1']);
    assert.equal(without.code, 2);
    assert.match(without.stderr, /env\.PARTNER_URL has no value/);
  });

  test('Ctrl-C ends a look, and a doctor, that waits for an answer', async (t) => {
    const site = await openSite(t, { instead: () => true });
    site.file('booking.yaml', scenarioAt(site.url, { partner: listing(site.url) }));
    for (const args of [
      ['look', 'booking.yaml', 'partner'],
      ['doctor', 'booking.yaml'],
    ]) {
      const before = site.seen.length;
      const program = site.start(args);
      await eventually('the look is under way', () => (site.seen.length > before ? true : undefined));
      program.kill('SIGINT');
      const { code, stderr } = await program.ended;
      assert.equal(code, 130, args.join(' '));
      assert.equal(stderr, 'smoketrail: stopped; nothing was sent\n');
    }
  });

  test('wrong usage is one clear message', async (t) => {
    const site = await openSite(t);
    site.file('a/booking.yaml', scenarioAt(site.url));
    site.file('a/other.yaml', scenarioAt(site.url, { name: 'other' }));
    const cases: [string[], RegExp][] = [
      [['a/booking.yaml'], /name the hop of booking to look at\n {2}Its hops: web, partner\./],
      [['a/booking.yaml', 'partne'], /booking has no hop "partne"\n {2}Did you mean `partner`\?/],
      [['a', 'partner'], /a holds 2 scenarios\n {2}Name one scenario file/],
      [['none.yaml', 'partner'], /no such file/],
      [['a/booking.yaml', 'web', '--marker', 'short'], /"short" is too short to be followed/],
      [['a/booking.yaml', 'web', '--keep', 'boking=1'], /no scenario keeps "boking"\n {2}Did you mean `booking`\?/],
      [['a/booking.yaml', 'web', '--since', '3'], /--since: "3" is not a duration/],
    ];
    for (const [args, message] of cases) {
      const { code, stderr, stdout } = await site.run(['look', ...args]);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, message);
      assert.equal(stdout, '');
      assert.doesNotMatch(stderr, stackTrace);
    }
    assert.equal(site.seen.length, 0);
  });
});
