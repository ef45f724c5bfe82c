// A sweep where the ledger is gone with its runner: it lists what the systems have, and cleans only what is surely ours.

import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { composeMarker, defaultShape } from '../../smoke/core/marker.ts';
import { eventually } from '../demo/on-stack.ts';
import { type Ground, type Place, prepareGround } from './ground.ts';
import type { Script } from './script.ts';

const hour = 3_600_000;

/** A marker as a run of some time ago made it. */
function marker(ago: number): string {
  return composeMarker(defaultShape, Date.now() - ago, (letters, length) =>
    Array.from({ length }, () => letters[Math.floor(Math.random() * letters.length)]).join(''),
  ).text;
}

describe('without a ledger', { concurrency: 4 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  /** The room's own bookings, so that tests beside each other see none of another's. */
  function placeWith(t: Parameters<Ground['place']>[0], script: Script = {}): Place {
    const room = ground.nextRoom();
    const records = `'$.bookings[?@.room == ${room}]'`;
    const list = `{ url: '\${{ vars.web }}/api/bookings?search=smk-', records: ${records}, keep: { booking: $.id } }`;
    return ground.place(t, { deadline: 700, more: `leftovers:\n  - http: ${list}`, ...script });
  }

  const sweep = (place: Place, ...args: string[]): ReturnType<Place['sweep']> =>
    place.sweep([place.file, '--without-ledger', '--older-than', ...args]);

  test('what a killed runner left is listed, then cleaned with --yes; what only looks like ours stays', async (t) => {
    const place = placeWith(t, { deadline: 6_000 });
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    run.kill('SIGKILL');
    await run.ended;
    await clear();
    await place.hasArrived();
    rmSync(place.ledger, { recursive: true });
    const ours = marker(hour);
    const notes = [
      'smk-hello, a guest',
      `Ask about ${ours.slice(0, -1)}`,
      `x${marker(hour)}`,
      marker(hour).toUpperCase(),
    ];
    const strangers: number[] = [];
    for (const note of notes) strangers.push(await place.neighbour(note));
    const twins = await place.neighbour(`${marker(hour)} and ${marker(hour)}`);
    const young = await place.neighbour(`Late. ${marker(0)}`);
    const old = await place.neighbour(`Late. ${ours}`);

    const first = await sweep(place, '30m');
    assert.equal(first.code, 1);
    assert.match(first.stdout, /1 record of booking, older than 30 min:\n +marker +age +where +known by +text\n/);
    assert.match(first.stdout, new RegExp(` ${ours} +60 min +GET .*record \\d+ +booking=${old} +Late\\. ${ours}\n`));
    assert.match(first.stdout, /4 records without a marker of booking: somebody else’s/);
    assert.match(first.stdout, /2 records younger than 30 min/);
    assert.match(first.stdout, /1 record with several markers/);
    assert.match(first.stdout, /there may be more/);
    assert.match(first.stdout, /Listed: 1 record to clean; --yes does it\.\n$/);
    assert.equal((await place.web()).length, 8, 'a listing removes nothing');

    await eventually('the killed run is old enough', async () => {
      const { stdout } = await sweep(place, '7s');
      return stdout.includes(run.marker()) ? true : undefined;
    });
    const second = await sweep(place, '7s', '--yes');
    assert.equal(second.code, 0, second.stdout);
    assert.match(second.stdout, new RegExp(`✓ ${run.marker()}  booking  clean: `));
    assert.match(second.stdout, /Swept: \d records cleaned\./);
    const left = new Set((await place.web()).map(({ id }) => id));
    for (const id of [...strangers, twins]) assert.ok(left.has(id), `${id} is somebody else's`);
    assert.ok(!left.has(old));
    assert.ok((await place.partner()).every(({ externalRef }) => left.has(Number(externalRef))));
    left.delete(young);
    assert.equal(left.size, 5);
  });

  test('nothing that is ours is an empty listing, and no failure', async (t) => {
    const place = placeWith(t);
    const { code, stdout } = await sweep(place, '1h', '--yes');
    assert.equal(code, 0);
    assert.match(stdout, /Nothing to sweep: nothing that was listed is ours and older than 60 min\.\n$/);
  });

  test('the record of a living run is left alone, however old it says it is', async (t) => {
    const place = placeWith(t, { deadline: 30_000 });
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run(['--deadline', '20s']);
    await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    // The sweep's own deadline is short, as where somebody has changed the scenario since.
    const text = place.rewrite((old) => old.replace('deadline: 30000ms', 'deadline: 200ms'));
    assert.match(text, /deadline: 200ms/);
    const said = await eventually('it is old enough to be listed', async () => {
      const { stdout } = await sweep(place, '1s', '--yes');
      return stdout.includes(run.marker()) ? stdout : undefined;
    });
    assert.match(said, new RegExp(`· ${run.marker()} left alone: its run is at work`));
    assert.equal((await place.web()).length, 1);
    await clear();
    assert.equal((await run.ended).code, 0, run.output());
  });

  test('what the ledger knows is left to the plain sweep', async (t) => {
    const place = placeWith(t);
    await place.run(['--no-cleanup']).ended;
    const said = await eventually('it is old enough', async () => {
      const { stdout } = await sweep(place, '2s', '--yes');
      return /smk-/.test(stdout) ? stdout : undefined;
    });
    assert.match(said, /left alone: the ledger has it, so smoketrail sweep cleans it/);
    assert.equal((await place.sweep()).code, 0);
    assert.deepEqual(await place.web(), []);
  });

  test('a system that answers in pages is listed again until nothing of ours is left', async (t) => {
    const records = "'$.bookings[0:2]'";
    const list = `{ url: '\${{ vars.web }}/api/bookings?search=smkp-', records: ${records}, keep: { booking: $.id } }`;
    const more = `marker: { prefix: smkp }\nleftovers:\n  - http: ${list}`;
    const place = ground.place(t, { deadline: 700, more });
    for (let n = 0; n < 5; n += 1) await place.neighbour(`Late. ${marker(hour).replace('smk-', 'smkp-')}`);
    const { code, stdout } = await sweep(place, '30m', '--yes');
    assert.equal(code, 0, stdout);
    assert.match(stdout, /Swept: 5 records cleaned\.\n$/);
    assert.deepEqual(await place.web(), []);
  });

  test('a record with the ids of several is left alone, and said to be', async (t) => {
    const list = `{ url: '\${{ vars.web }}/api/bookings?search=Zebra', records: $, keep: { booking: '$.bookings[*].id' } }`;
    const place = ground.place(t, { deadline: 700, more: `leftovers:\n  - http: ${list}` });
    await place.neighbour('Zebra, a guest');
    const ours = marker(hour);
    await place.neighbour(`Zebra ${ours}`);
    const { code, stdout } = await sweep(place, '30m', '--yes');
    assert.equal(code, 1, stdout);
    assert.match(
      stdout,
      new RegExp(`✗ booking could not be listed: GET .*: ${ours} is left alone: keep selects several`),
    );
    assert.match(stdout, /booking \(\$\.bookings\[\*\]\.id\); let records or keep select one\n/);
    assert.equal((await place.web()).length, 2);
  });

  test('a system that cannot be listed is no empty one', async (t) => {
    const place = placeWith(t);
    const { code, stdout } = await sweep(place, '1h', '--var', 'web=http://127.0.0.1:1');
    assert.equal(code, 1);
    assert.match(stdout, /✗ booking could not be listed: .*refused/);
    assert.match(stdout, /Listed: 1 listing that failed\.\n$/);
  });

  test('a record that cannot be cleaned stays listed, and the next one is tried', async (t) => {
    const place = placeWith(t, { clean: "- http: { method: DELETE, url: 'http://127.0.0.1:1/${{ booking }}' }" });
    for (let n = 0; n < 2; n += 1) await place.neighbour(`Late. ${marker(hour)}`);
    const { code, stdout } = await sweep(place, '30m', '--yes');
    assert.equal(code, 1);
    assert.equal(stdout.match(/✗ smk-\S+ {2}booking {2}not clean: /g)?.length, 2);
    assert.doesNotMatch(stdout, /stays in the ledger/);
    assert.match(stdout, /Swept: 2 records still to be cleaned\.\n$/);
  });

  test('Ctrl-C while it lists ends it as a signal does, and says so', async (t) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const place = placeWith(t, { timeout: 20_000 });
    const web = `web=http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const program = place.start(['sweep', place.file, '--without-ledger', '--older-than', '1h', '--var', web]);
    await eventually('it lists', () => (program.output().includes('Listing') ? true : undefined));
    program.kill('SIGINT');
    const { code, stdout } = await program.ended;
    assert.equal(code, 130, stdout);
    assert.match(stdout, /Stopped by SIGINT/);
  });

  test('what it needs to be told is asked for before anything is listed', async (t) => {
    const place = placeWith(t);
    for (const [args, message] of [
      [['--without-ledger'], /--without-ledger needs --older-than/],
      [['--without-ledger', '--older-than', 'long'], /"long" is not a duration/],
      [['--without-ledger', '--older-than', '500ms'], /no longer than a run of booking may take/],
      [['--yes'], /go with --without-ledger/],
    ] as const) {
      const { code, stderr } = await place.sweep([place.file, ...args]);
      assert.equal(code, 2);
      assert.match(stderr, message);
    }
    const source = readFileSync(place.file, 'utf8');
    writeFileSync(place.file, source.replace(/^( {2}- hop: partner\n)/m, '$1    deadline: 10m\n'));
    const patient = await sweep(place, '9m');
    assert.equal(patient.code, 2, 'a destination may be watched for longer than the scenario says');
    assert.match(patient.stderr, /no longer than a run of booking may take/);
    const without = ground.place(t);
    const { code, stderr } = await sweep(without, '1h');
    assert.equal(code, 2);
    assert.match(stderr, /no scenario here says how to list what was left\n +Write leftovers:/);
  });
});
