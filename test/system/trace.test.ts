// A marker that somebody else sent: what trace learns it by, what it says where it cannot, and that it changes nothing.

import assert from 'node:assert/strict';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type TestContext, test } from 'node:test';
import { type Manners, openSite, type Pieces, type Site, scenarioAt } from './site.ts';

type Sent = { site: Site; marker: string };

/** A record that an earlier run sent and left in place; the requests noted are those that follow. */
async function sendOne(t: TestContext, manners: Manners = {}, pieces: Pieces = {}): Promise<Sent> {
  const site = await openSite(t, manners);
  site.file('booking.yaml', scenarioAt(site.url, { deadline: '300ms', ...pieces }));
  await site.run(['run', 'booking.yaml', '--no-cleanup', '--reporter', 'json=sent.json']);
  const marker = /smk-[0-9a-z]{16}/.exec([...site.bookings.values()][0]?.note ?? '')?.[0];
  assert.ok(marker, 'nothing was sent');
  site.seen.length = 0;
  return { site, marker };
}

/** Nothing was sent, nothing cleaned, and no ledger of its own left. */
function assertOnlyRead({ seen, bookings }: Site): void {
  assert.deepEqual([...new Set(seen.map(({ method }) => method))], ['GET']);
  assert.equal(bookings.size, 1);
}

test('a marker alone is enough where the ledger knows it: the file and the aliases come from there', async (t) => {
  const { site, marker } = await sendOne(t);
  const { code, stdout, stderr } = await site.run(['trace', marker]);
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /arrived: intact at partner {2}/, 'no time is claimed that nobody measured');
  assert.match(stdout, /started: web → partner, one look at each/);
  assertOnlyRead(site);
});

test('the history knows a marker whose record was cleaned up, and the trace says that it is gone and no more', async (t) => {
  const site = await openSite(t);
  site.file('booking.yaml', scenarioAt(site.url));
  const run = await site.run(['run', 'booking.yaml']);
  const marker = /smk-[0-9a-z]{16}/.exec(run.stdout)?.[0] ?? '';
  site.seen.length = 0;
  const { code, stdout } = await site.run(['trace', marker]);
  assert.equal(code, 1, stdout);
  assert.match(stdout, /lost: not found at partner; it was cleaned up at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/);
  assert.doesNotMatch(stdout, /Suspect|Last seen|Next|mistyped/);
  assert.deepEqual([...new Set(site.seen.map(({ method }) => method))], ['GET']);
});

test('of a record that is nowhere the trace says when the ledger has it as sent, and doubts no send', async (t) => {
  const { site, marker } = await sendOne(t);
  site.bookings.clear();
  const { code, stdout } = await site.run(['trace', marker]);
  assert.equal(code, 1, stdout);
  assert.match(
    stdout,
    /lost: not found at web and partner; the ledger has it as sent at \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\n/,
  );
  assert.doesNotMatch(stdout, /nothing shows|mistyped/);
  const unknown = await site.run(['trace', marker, 'booking.yaml', '--ledger', 'empty', '--keep', 'booking=8841']);
  assert.match(unknown.stdout, /lost: not found at web and partner, and nothing shows that it was ever sent/);
  assert.match(unknown.stdout, /It may be mistyped/);
});

test('a hop that a cleaning emptied gets no hint at its `where`, nor is it suspected', async (t) => {
  const site = await openSite(t);
  const log = `  - hop: worker
    sees: out
    look: { log: { path: worker.log, where: { $.booking: '\${{ booking }}' }, field: $.note } }
  - hop: partner`;
  site.file('booking.yaml', scenarioAt(site.url, { deadline: '300ms' }).replace('  - hop: partner', log));
  site.file('worker.log', '');
  const run = await site.run(['run', 'booking.yaml']);
  const marker = /smk-[0-9a-z]{16}/.exec(run.stdout)?.[0] ?? '';
  site.file('worker.log', `${JSON.stringify({ booking: '8841', note: `Late. ${marker}` })}\n`);
  const { stdout } = await site.run(['trace', marker]);
  assert.match(stdout, /Last seen at worker/);
  assert.match(stdout, /lost: not found at partner; it was cleaned up at /);
  assert.doesNotMatch(stdout, /Suspect|`where`|Next/);
});

test('a trace has no deadline, so it speaks of none', async (t) => {
  const { site, marker } = await sendOne(t, { onTheWay: () => '' });
  const { stdout } = await site.run(['trace', marker]);
  assert.match(stdout, /altered: stripped/);
  assert.doesNotMatch(stdout, /deadline|lateness| 0 s/);
});

test('a marker that nobody knows takes a few lines, however many scenarios are searched', async (t) => {
  const { site } = await sendOne(t, {}, { find: true });
  for (const name of ['second', 'third', 'fourth', 'fifth'])
    site.file(`${name}.yaml`, scenarioAt(site.url, { name, find: true }));
  const { code, stdout } = await site.run(['trace', 'smk-42qvskzzzzzzzz22', '.']);
  assert.equal(code, 4, stdout);
  assert.equal(stdout.match(/booking is not known: find saw no record/g)?.length, 1, stdout);
  assert.match(stdout, /--keep booking=VALUE names it/);
  assert.ok(stdout.split('\n').length < 20, stdout);
});

test('a marker that the ledger does not know is said to be that, once and first, with the one that was meant', async (t) => {
  const { site, marker } = await sendOne(t, {}, { find: true });
  site.file('second.yaml', scenarioAt(site.url, { name: 'second', find: true }));
  const unknown = /the ledger knows no run with this marker/g;
  for (const mistyped of [`${marker.slice(0, -1)}0`, marker.slice(0, -2)]) {
    const { stdout } = await site.run(['trace', mistyped, '.']);
    assert.equal(stdout.match(unknown)?.length, 1, stdout);
    assert.ok(stdout.includes(`did you mean ${marker}?`), stdout);
    assert.ok(stdout.search(unknown) < stdout.indexOf('booking'), stdout);
  }
  const { stdout } = await site.run(['trace', 'smk-42qvskzzzzzzzz22', 'booking.yaml', '--ledger', 'empty']);
  assert.match(stdout, /the ledger knows no run with this marker; it may be mistyped, older than/);
  assert.doesNotMatch((await site.run(['trace', 'Arriving late', 'booking.yaml'])).stdout, unknown);
  assert.doesNotMatch((await site.run(['trace', marker])).stdout, unknown);
});

test('of several scenarios one that lacks a secret is told and passed over, unless the marker is its own', async (t) => {
  const { site, marker } = await sendOne(t, {}, { find: true });
  const sending = "headers: { X-Api-Key: '${{ secret.NEVER_SET }}' },";
  site.file('other.yaml', scenarioAt(site.url, { name: 'other', sending }));
  const traced = await site.run(['trace', marker, '.']);
  assert.equal(traced.code, 0, traced.stdout + traced.stderr);
  assert.match(traced.stdout, /other was passed over: secret\.NEVER_SET has no value; set it/);
  site.file('booking.yaml', scenarioAt(site.url, { find: true, sending }));
  const refused = await site.run(['trace', marker, '.']);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /booking\.yaml:\d+:\d+ error secret\.NEVER_SET has no value/);
});

test('--keep names an alias that no ledger knows', async (t) => {
  const { site, marker } = await sendOne(t);
  const { code, stdout } = await site.run([
    'trace',
    marker,
    'booking.yaml',
    '--ledger',
    'empty',
    '--keep',
    'booking=8841',
  ]);
  assert.equal(code, 0, stdout);
  assertOnlyRead(site);
});

test('without find, ledger and --keep, the trace says what is not known and what would tell it', async (t) => {
  const { site, marker } = await sendOne(t);
  const { code, stdout } = await site.run(['trace', marker, 'booking.yaml', '--ledger', 'empty']);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /unproven: partner was not looked at: booking is not known/);
  assert.match(
    stdout,
    /Warning +booking is not known: the ledger does not tell it, and the scenario has no find; --keep booking=VALUE names it/,
  );
  assert.doesNotMatch(stdout, /Suspect|nothing shows/);
  assert.deepEqual(site.seen, []);
});

test('find learns the aliases where the ledger is empty', async (t) => {
  const { site, marker } = await sendOne(t, {}, { find: true });
  const { code, stdout } = await site.run(['trace', marker, 'booking.yaml', '--ledger', 'empty']);
  assert.equal(code, 0, stdout);
  assertOnlyRead(site);
});

test('a text that somebody typed is followed like a marker', async (t) => {
  const { site } = await sendOne(t, {}, { find: true, note: 'Zoë arrives late, ${{ marker }}' });
  const { code, stdout } = await site.run(['trace', ' Zoë arrives ', 'booking.yaml', '--ledger', 'empty']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /✓ booking {2}Zoë arrives {2}arrived: intact at partner/);
  assertOnlyRead(site);
});

test('a typed text that several records hold is followed in one of them, and the trace says so', async (t) => {
  const { site } = await sendOne(t, {}, { find: true, note: 'Late arrival, ${{ marker }}' });
  site.bookings.set(9_000, { id: 9_000, note: 'Late arrival, somebody else' });
  const { stdout } = await site.run(['trace', 'Late arrival', 'booking.yaml', '--ledger', 'empty']);
  assert.match(stdout, /Warning .*2 records hold Late arrival; the last one listed is followed.*--keep booking=VALUE/);
  assert.ok(site.seen.some(({ url }) => url === '/partner/9000'));
});

test('a marker found nowhere is claimed to be no more than not found', async (t) => {
  const { site } = await sendOne(t, {}, { find: true });
  const { code, stdout } = await site.run(['trace', 'smk-42qvskzzzzzzzz22', 'booking.yaml']);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /Warning +booking is not known: find saw no record that holds the marker/);
  assert.doesNotMatch(stdout, /lost|Suspect|never seen/);
  assertOnlyRead(site);
});

test('a find that could not look is no proof of anything', async (t) => {
  const instead: Manners['instead'] = ({ url }, response) => {
    if (!url.includes('search=')) return false;
    response.statusCode = 503;
    response.end('maintenance');
    return true;
  };
  const { site, marker } = await sendOne(t, { instead }, { find: true });
  const { code, stdout } = await site.run(['trace', marker, 'booking.yaml', '--ledger', 'empty']);
  assert.equal(code, 4, stdout);
  assert.match(stdout, /booking is not known: find could not look \(.*503/);
});

test('a record that was lost on the way is traced to where it was last seen', async (t) => {
  const { site, marker } = await sendOne(t, { onTheWay: () => undefined });
  const { code, stdout } = await site.run(['trace', marker]);
  assert.equal(code, 1, stdout);
  assert.match(stdout, /lost: last seen at web, not at partner/);
  assertOnlyRead(site);
});

test('a record that a queue still holds may be on its way, and the trace says how to keep looking', async (t) => {
  const site = await openSite(t, { onTheWay: () => undefined });
  const db = new DatabaseSync(path.join(site.dir, 'queue.db'));
  db.exec("CREATE TABLE jobs (payload TEXT); INSERT INTO jobs VALUES ('Late. smk-42qvskaaaaaaaa22')");
  db.close();
  const queue = `  - hop: queue
    keeps: false
    look: { sql: { sqlite: queue.db, query: 'SELECT payload FROM jobs' } }
  - hop: partner`;
  site.file('booking.yaml', scenarioAt(site.url).replace('  - hop: partner', queue));
  site.bookings.set(8_841, { id: 8_841, note: 'Late. smk-42qvskaaaaaaaa22' });
  const { stdout } = await site.run(['trace', 'smk-42qvskaaaaaaaa22', 'booking.yaml', '--keep', 'booking=8841']);
  assert.match(stdout, /lost: last seen at queue, not at partner/);
  assert.match(stdout, /queue still had it, so it may be on its way: with --deadline 60s the trace keeps looking/);
});

test('with --deadline the trace keeps looking, also for the alias', async (t) => {
  let searches = 0;
  let known = false;
  const instead: Manners['instead'] = ({ url }, response) => {
    if (!url.includes('search=')) return false;
    searches += 1;
    if (searches < 4) response.setHeader('content-type', 'application/json').end('{"bookings":[]}');
    known = searches >= 4;
    return !known;
  };
  const { site, marker } = await sendOne(t, { instead }, { find: true });
  const args = ['trace', marker, 'booking.yaml', '--ledger', 'empty', '--deadline', '20s'];
  const { code, stdout } = await site.run(args);
  assert.equal(code, 0, stdout);
  assert.ok(known);
  assertOnlyRead(site);
});

test('of several scenarios those that do not know the marker fail nobody', async (t) => {
  const { site, marker } = await sendOne(t, {}, { find: true });
  site.file('other.yaml', scenarioAt(site.url, { name: 'other' }));
  const { code, stdout } = await site.run(['trace', marker, 'booking.yaml', 'other.yaml', '--ledger', 'empty']);
  assert.equal(code, 0, stdout);
});

test('a --keep that no scenario has is refused, with the name that was meant', async (t) => {
  const { site, marker } = await sendOne(t);
  for (const [given, says] of [
    ['bookng=8841', /no scenario keeps "bookng"\s+Did you mean `booking`\?/],
    ['booking', /--keep: "booking" is not of the form name=value/],
    ['booking=', /--keep: "booking=" is not of the form name=value/],
    ['__proto__=x', /no scenario keeps "__proto__"/],
  ] as const) {
    const { code, stderr } = await site.run(['trace', marker, 'booking.yaml', '--keep', given]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, says);
  }
  assert.deepEqual(site.seen, []);
});
