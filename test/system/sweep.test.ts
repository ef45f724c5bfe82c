import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeLine } from '../../smoke/core/ledger-line.ts';
import { eventually } from '../demo/on-stack.ts';
import { type Ground, type Place, prepareGround } from './ground.ts';
import { deleting, waiting } from './script.ts';

async function nothingLeft(place: Place): Promise<void> {
  assert.deepEqual(await place.web(), []);
  assert.deepEqual(await place.partner(), []);
  assert.deepEqual(place.ledgerLines(), []);
}

/** A record that a run left on purpose. */
async function kept(place: Place, args: readonly string[] = [], env: Record<string, string> = {}): Promise<void> {
  const { code, stdout } = await place.run(['--no-cleanup', ...args], { env }).ended;
  assert.equal(code, 0, stdout);
}

/** The first marker in the ledger. */
function markerIn(place: Place): string {
  const created = place.ledgerLines().find((line) => line.type === 'created');
  return created?.type === 'created' ? created.marker : assert.fail('the ledger has no entry');
}

describe('a sweep cleans what runs left behind, and only that', { concurrency: 4 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  test('a job stuck until after the first cleaning is found when it arrives, removed, and never looked for again', async (t) => {
    const place = ground.place(t, { deadline: 700 });
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    assert.equal((await run.ended).code, 1);
    assert.equal((await run.told('verdict')).verdict, 'lost');
    assert.equal((await run.told('cleaned')).state, 'lingering');
    assert.deepEqual(await place.web(), []);

    await clear();
    await place.hasArrived();
    const second = await place.sweep();
    assert.equal(second.code, 0);
    assert.match(second.stdout, /1 record cleaned and done with/);
    await nothingLeft(place);
    const third = await place.sweep();
    assert.equal(third.code, 0);
    assert.match(third.stdout, /^Nothing to sweep/);
  });

  test('once linger is over, the first good cleaning closes the entry', async (t) => {
    const place = ground.place(t, { deadline: 300, linger: '4s' });
    await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    await run.ended;
    assert.equal((await run.told('cleaned')).state, 'lingering');
    const created = place.ledgerLines().find((line) => line.type === 'created');
    if (created?.type !== 'created') assert.fail('the entry is gone');
    await eventually('linger is over', () => (Date.now() > Date.parse(created.sentAt) + 4_000 ? true : undefined));
    const { code, stdout } = await place.sweep();
    assert.equal(code, 0);
    assert.match(stdout, /1 record cleaned and done with/);
    assert.deepEqual(place.ledgerLines(), []);
  });

  for (const name of ['partner-500', 'partner-down'] as const) {
    test(`${name}: a failed cleanup is told and kept, every step is tried, and a later sweep closes it`, async (t) => {
      const place = ground.place(t);
      const release = place.hold('clean');
      const run = place.run();
      await run.told('step.started', ({ phase }) => phase === 'clean');
      const clear = await place.fault({ name, at: 'partner' });
      release();
      const { code, stdout } = await run.ended;
      assert.equal(code, 0, 'the booking arrived');
      assert.match(stdout, /Cleanup +failed: .*DELETE .*reservations.*smoketrail sweep tries again/);
      assert.deepEqual(await place.web(), [], 'the step after the failed one was done');
      const early = await place.sweep();
      assert.equal(early.code, 1);
      assert.match(early.stdout, /not clean: .*DELETE .*reservations.*\n +\S+booking\.yaml: booking=\d+\n/);
      assert.match(early.stdout, /1 record still to be cleaned; the ledger keeps it/);
      await clear();
      assert.equal((await place.partner()).length, 1);
      assert.equal((await place.sweep()).code, 0);
      await nothingLeft(place);
    });
  }

  test('a living run is left alone, one frozen by SIGSTOP included, and finishes once it goes on', async (t) => {
    const place = ground.place(t);
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const frozen = place.run();
    await frozen.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    frozen.kill('SIGSTOP');
    const living = place.run();
    await living.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    const { code, stdout } = await place.sweep();
    assert.equal(code, 0);
    assert.match(stdout, /left alone, since somebody is at work on them: \S+, \S+\n/);
    assert.match(stdout, /Nothing to sweep: no run has died/);
    assert.equal((await place.web()).length, 2);
    await clear();
    frozen.kill('SIGCONT');
    for (const run of [frozen, living]) {
      assert.equal((await run.ended).code, 0, run.output());
      assert.equal((await run.told('cleaned')).state, 'clean');
    }
    await nothingLeft(place);
  });

  test('a runner whose ledger another host took over stops, reports interrupted, and cleans nothing', async (t) => {
    const place = ground.place(t, { deadline: 1_500 });
    await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    await run.told('look', ({ hop, look }) => hop === 'queue' && look.kind === 'intact');
    const [file = ''] = readdirSync(place.ledger).filter((name) => name.endsWith('.ndjson'));
    const taken = { type: 'taken', by: 'sweep-1', host: 'elsewhere', at: new Date().toISOString() } as const;
    appendFileSync(path.join(place.ledger, file), writeLine(taken));
    const { code, stdout } = await run.ended;
    assert.equal(code, 3);
    assert.equal((await run.told('verdict')).verdict, 'interrupted');
    assert.match(stdout, /taken over by a sweeper/);
    assert.equal((await run.told('cleaned')).state, 'kept');
    assert.equal((await place.web()).length, 1, 'it is the sweeper’s to clean');
    assert.equal(run.events().filter(({ type }) => type === 'run.finished').length, 1);
  });

  test('a scenario that is gone, broken or renamed keeps its records, says so once, and can be named where it stands now', async (t) => {
    const place = ground.place(t);
    await kept(place, ['--repeat', '2']);
    const moved = path.join(place.dir, 'moved.yaml');
    renameSync(place.file, moved);
    const gone = await place.sweep();
    assert.equal(gone.code, 1);
    assert.equal(gone.stdout.match(/2 records not touched: the scenario file .*booking\.yaml is gone/g)?.length, 1);
    assert.match(gone.stdout, /smoketrail sweep FILE/);
    writeFileSync(place.file, 'name: booking\nsend: 1\n');
    assert.match((await place.sweep()).stdout, /2 records not touched: booking\.yaml has problems\n +smoketrail check/);
    writeFileSync(
      place.file,
      'name: other\nsend: { command: { argv: [echo, "${{ marker }}"] } }\nroute: [{ hop: a }]\n',
    );
    assert.match((await place.sweep()).stdout, /2 records not touched: booking\.yaml now holds other, not booking/);
    assert.equal((await place.web()).length, 2);
    renameSync(place.file, `${place.file}.gone`);
    assert.equal((await place.sweep([moved])).code, 0);
    await nothingLeft(place);
  });

  test('without a secret that cleaning needs nothing is touched, and one message says which', async (t) => {
    const clean = "- command: { argv: [test, -n, '${{ secret.CLEAN_TOKEN }}'] }";
    const place = ground.place(t, { clean: `${clean}\n  ${deletes(ground)}` });
    const secret = { CLEAN_TOKEN: 'a-token-of-the-test' };
    await kept(place, ['--repeat', '2'], secret);
    const without = await place.sweep();
    assert.equal(without.code, 1);
    assert.equal(without.stdout.match(/secret\.CLEAN_TOKEN/g)?.length, 1);
    assert.match(without.stdout, /2 records not touched/);
    assert.equal((await place.web()).length, 2);
    assert.equal((await place.sweep([], { env: secret })).code, 0);
    await nothingLeft(place);
  });

  test('a secret alias is not in the ledger: the other steps are done, and the entry stays until find learns it', async (t) => {
    const clean = "- command: { argv: [test, -n, '${{ code }}'] }";
    const place = ground.place(t, {
      keep: ', code: { from: $.createdAt, secret: true }',
      clean: `${clean}\n  ${deletes(ground)}`,
    });
    await kept(place);
    assert.ok(place.ledgerLines().some((line) => line.type === 'alias' && line.name === 'code' && !('value' in line)));
    const { code, stdout } = await place.sweep();
    assert.equal(code, 1);
    assert.match(stdout, /code is a secret, which the ledger does not keep; let find learn it again/);
    const forget = new RegExp(`it stays in the ledger; smoketrail sweep --forget (${markerIn(place)}) gives it up\n`);
    assert.match(stdout, forget, 'no sweep can do it, so none is promised');
    assert.deepEqual([await place.web(), await place.partner()], [[], []]);
    assert.ok(place.ledgerLines().length > 0);
  });

  test('a marker is given up when a person says so: the ledger says when, and no sweep comes to it again', async (t) => {
    const place = ground.place(t);
    await kept(place, ['--repeat', '2']);
    const marker = markerIn(place);
    const mistyped = await place.sweep(['--forget', `${marker}x`]);
    assert.equal(mistyped.code, 2);
    assert.match(mistyped.stderr, /the ledger does not know it; nothing was forgotten/);
    assert.equal((await place.sweep(['--forget', marker, 'booking.yaml'])).code, 2);
    const forgotten = await place.sweep(['--forget', marker]);
    assert.equal(forgotten.code, 0, forgotten.stderr);
    assert.match(forgotten.stdout, new RegExp(`^· ${marker}  booking  given up`));
    const told = place.ledgerLines().find((line) => line.type === 'closed');
    assert.ok(told?.type === 'closed' && told.marker === marker && told.at !== undefined && told.by !== undefined);
    assert.match((await place.sweep(['--forget', marker])).stderr, /it is done with already; nothing was forgotten/);
    const swept = await place.sweep();
    assert.equal(swept.code, 0);
    assert.match(swept.stdout, /1 record cleaned and done with/, 'the other one is swept as ever');
    assert.equal((await place.web()).length, 1, 'its record is left to the person');
  });

  test('the system that the run wrote to is cleaned, whatever the environment of the sweep says', async (t) => {
    const place = ground.place(t, { web: "${{ env.WEB_URL ?? 'http://127.0.0.1:1' }}" });
    await kept(place, [], { WEB_URL: ground.stack.urls.web });
    const { code, stdout } = await place.sweep([], { env: { WEB_URL: 'http://127.0.0.1:2' } });
    assert.equal(code, 0, stdout);
    await nothingLeft(place);
  });

  test('a step refused after an accepted one: refused, and what the first one created is removed', async (t) => {
    const bad = `- http: { method: POST, url: '${ground.stack.urls.web}/api/bookings', json: { room: none } }`;
    const place = ground.place(t, { after: bad });
    const clear = await place.fault({ name: 'stuck', at: 'queue' });
    const run = place.run();
    assert.equal((await run.ended).code, 1);
    assert.equal((await run.told('verdict')).verdict, 'refused');
    assert.deepEqual(await place.web(), []);
    assert.equal((await run.told('cleaned')).state, 'lingering');
    await clear();
    await place.hasArrived();
    assert.equal((await place.sweep()).code, 0);
    await nothingLeft(place);
  });

  test('a send without an answer whose record find does not know is neither called clean nor failed, and stays', async (t) => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      silent.closeAllConnections();
      silent.close();
    });
    const { port } = silent.address() as AddressInfo;
    const lost = `- http: { method: POST, url: 'http://127.0.0.1:${port}/', json: { note: '\${{ marker }}' } }`;
    const place = ground.place(t, { before: lost, timeout: 400, deadline: 600 });
    const run = place.run();
    assert.equal((await run.ended).code, 4);
    assert.equal((await run.told('verdict')).verdict, 'unproven');
    const { state, detail } = await run.told('cleaned');
    assert.equal(state, 'lingering');
    assert.match(detail, /find knows of no such record, and partner has none/);
    const { code, stdout } = await place.sweep();
    assert.equal(code, 0);
    assert.match(stdout, /1 record clean for now and looked for again/);
  });

  /** A run that was killed in a step before the booking. */
  async function killedEarly(place: Place): Promise<void> {
    const release = place.hold('send');
    const run = place.run();
    await run.told('step.started', ({ phase }) => phase === 'send');
    run.kill('SIGKILL');
    await run.ended;
    release();
  }

  test('find that needs what nobody knows is no proof: the entry is kept as not clean', async (t) => {
    const url = `${ground.stack.urls.web}/api/bookings?search=\${{ marker }}&by=\${{ guest }}`;
    const find = `find:\n  - http: { url: '${url}', records: '$.bookings[*]', keep: { booking: $.id } }`;
    const place = ground.place(t, { keep: ', guest: $.guest', withoutFind: true, more: find });
    await killedEarly(place);
    const { code, stdout } = await place.sweep();
    assert.equal(code, 1);
    assert.match(stdout, /since find could not look: not tried: guest is not known/);
    assert.ok(place.ledgerLines().length > 0);
  });

  test('a token of an earlier step, which the ledger does not keep, is no sign of a record', async (t) => {
    const token =
      '- command: { argv: [echo, \'{"token":"abcdefghij"}\'], keep: { token: { from: $.token, secret: true } } }';
    const place = ground.place(t, { before: `${token}\n  ${waiting('after')}` });
    const release = place.hold('after');
    const run = place.run();
    await run.told('alias.learned');
    run.kill('SIGKILL');
    await run.ended;
    release();
    const { code, stdout } = await place.sweep();
    assert.equal(code, 0, stdout);
    assert.match(stdout, /clean for now: find knows of no such record/);
  });

  test('find that cannot look is no proof: the entry is kept as not clean', async (t) => {
    const place = ground.place(t);
    await killedEarly(place);
    const { code, stdout } = await place.sweep(['--var', 'web=http://127.0.0.1:1']);
    assert.equal(code, 1);
    assert.match(stdout, /not clean: steps that need booking could not be tried, since find could not look: .*refused/);
    assert.ok(place.ledgerLines().length > 0);
  });
});

function deletes({ stack }: Ground): string {
  const { partner, web } = deleting(stack.urls);
  return `${partner}\n  ${web}`;
}
