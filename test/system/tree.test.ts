// The program on a route with two destinations: each with its own verdict, cleaned at both, swept at both.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { RunEvent } from '../../smoke/core/events.ts';
import { eventually } from '../demo/on-stack.ts';
import { smoketrail } from '../world.ts';
import { type Ground, type Place, prepareGround } from './ground.ts';

type Verdict = Extract<RunEvent, { type: 'verdict' }>;

/** The example as it stands, in the test's room and with shorter times. */
function useExample(place: Place, times: { deadline: number; mail: number }): void {
  const example = readFileSync(new URL('../../scenarios/booking-confirmation.yaml', import.meta.url), 'utf8');
  const text = example
    .replace('room: 103', `room: ${place.room}`)
    .replace('deadline: 20s', `deadline: ${times.deadline}ms`)
    .replace('deadline: 30s', `deadline: ${times.mail}ms`)
    .replace('grace: 10s', 'grace: 300ms\nsettle: 300ms\nconfirm: 200ms\npoll: { first: 30ms, max: 100ms }');
  writeFileSync(place.file, text);
}

function envOf({ stack }: Place): Record<string, string> {
  const { urls, paths } = stack;
  return {
    WEB_URL: urls.web,
    PARTNER_URL: urls.partner,
    QUEUE_DB: paths.queueDb,
    WORKER_LOG: paths.workerLog,
    MAIL_DIR: paths.mail,
  };
}

const verdicts = ({ destinations = [] }: Verdict): (readonly [string, string])[] =>
  destinations.map(({ trail, verdict }) => [trail.destination, verdict] as const);

async function mails({ stack }: Place, booking: number | undefined): Promise<string[]> {
  return readdirSync(stack.paths.mail).filter((name) => name.startsWith(`confirmation-${booking}-`));
}

async function bookingOf(place: Place): Promise<number> {
  return eventually('the booking', async () => (await place.web())[0]?.id);
}

describe('a route with two destinations', { concurrency: 4 }, () => {
  let ground: Ground;
  before(async () => {
    ground = await prepareGround();
  });
  after(() => ground.end());

  test('arrives at both, and is cleaned at both', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 6_000, mail: 6_000 });
    const run = place.run([], { env: envOf(place) });
    const { code, stdout } = await run.ended;
    assert.equal(code, 0, stdout);
    assert.deepEqual(verdicts(await run.told('verdict')), [
      ['partner', 'arrived'],
      ['mail', 'arrived'],
    ]);
    const { state, detail } = await run.told('cleaned');
    assert.equal(state, 'clean', detail);
    assert.match(detail, /partner and mail lack the marker/);
    const { value } = await run.told('alias.learned');
    assert.deepEqual([await place.web(), await place.partner(), await mails(place, Number(value))], [[], [], []]);
    assert.deepEqual(place.ledgerLines(), []);
  });

  for (const [fault, at, verdict, other] of [
    ['dropped', 'mail', 'lost', 'partner'],
    ['html-escaped', 'mail', 'altered', 'partner'],
    ['duplicated', 'mail', 'duplicated', 'partner'],
    ['stripped', 'partner', 'altered', 'mail'],
    ['dropped', 'partner', 'lost', 'mail'],
  ] as const) {
    test(`${fault} at ${at}: ${verdict} there, and arrived at the ${other}`, async (t) => {
      const place = ground.place(t);
      useExample(place, { deadline: 2_500, mail: 2_500 });
      await place.fault({ name: fault, at });
      const run = place.run([], { env: envOf(place) });
      const { code, stdout } = await run.ended;
      assert.equal(code, 1, stdout);
      const told = await run.told('verdict');
      assert.deepEqual(Object.fromEntries(verdicts(told)), { [at]: verdict, [other]: 'arrived' });
      assert.equal(told.trail.destination, at);
      assert.match(stdout, /├ partner .*\n.*└ mail /);
      assert.match(stdout, new RegExp(`At ${at}: ${verdict}.*\\n(?:.*\\n)*.*At ${other}: arrived`));
    });
  }

  test('is late at the destination with the shorter deadline only', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 700, mail: 8_000 });
    writeFileSync(place.file, readFileSync(place.file, 'utf8').replace('grace: 300ms', 'grace: 6s'));
    await place.fault({ name: 'delayed', at: 'worker', ms: 1_500 });
    const run = place.run([], { env: envOf(place) });
    assert.equal((await run.ended).code, 1);
    assert.deepEqual(verdicts(await run.told('verdict')), [
      ['partner', 'late'],
      ['mail', 'arrived'],
    ]);
  });

  test('stopped while one destination has arrived: that one stays arrived, the other is interrupted', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 30_000, mail: 30_000 });
    await place.fault({ name: 'dropped', at: 'mail' });
    const run = place.run([], { env: envOf(place) });
    await run.told('look', ({ hop, why, look }) => hop === 'partner' && why === 'confirm' && look.kind === 'intact');
    run.kill('SIGINT');
    const { code, stdout } = await run.ended;
    assert.equal(code, 130, stdout);
    const told = await run.told('verdict');
    assert.deepEqual(
      [told.verdict, verdicts(told)],
      [
        'interrupted',
        [
          ['partner', 'arrived'],
          ['mail', 'interrupted'],
        ],
      ],
    );
    assert.equal((await run.told('cleaned')).state, 'lingering');
    assert.deepEqual([await place.web(), await place.partner()], [[], []]);
  });

  test('a sweep waits for the mail that never came, and is done once it came and was removed', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 1_000, mail: 1_000 });
    await place.fault({ name: 'delayed', at: 'mail', ms: 9_000 });
    const run = place.run([], { env: envOf(place) });
    assert.equal((await run.ended).code, 1);
    assert.equal((await run.told('cleaned')).state, 'lingering');
    const created = place.ledgerLines().find((line) => line.type === 'created');
    assert.deepEqual(created?.type === 'created' && created.destinations, ['partner', 'mail']);
    const told = place.ledgerLines().find((line) => line.type === 'verdict');
    assert.deepEqual(told?.type === 'verdict' && [told.arrived, told.reached], [false, ['partner']]);

    const early = await place.sweep([], { env: envOf(place) });
    assert.equal(early.code, 0, early.stdout);
    assert.ok(place.ledgerLines().length > 0, 'the mail may still come');

    const { value } = await run.told('alias.learned');
    await eventually('the mail', async () => ((await mails(place, Number(value))).length > 0 ? true : undefined));
    const late = await place.sweep([], { env: envOf(place) });
    assert.equal(late.code, 0, late.stdout);
    assert.match(late.stdout, /1 record cleaned and done with/);
    assert.deepEqual(await mails(place, Number(value)), []);
    assert.deepEqual(place.ledgerLines(), []);
  });

  test('a mail that stays although it was to be removed keeps the entry open, and says where', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 6_000, mail: 6_000 });
    const text = readFileSync(place.file, 'utf8');
    writeFileSync(place.file, text.slice(0, text.lastIndexOf('  - http:')));
    const run = place.run([], { env: envOf(place) });
    assert.equal((await run.ended).code, 0);
    const { state, detail } = await run.told('cleaned');
    assert.deepEqual([state, /^mail still has the record of smk-/.test(detail)], ['failed', true], detail);
    assert.ok(place.ledgerLines().some((line) => line.type === 'created'));
  });

  test('a trace finds it at both, and says for each what is missing', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 2_000, mail: 2_000 });
    await place.fault({ name: 'dropped', at: 'mail' });
    const run = place.run(['--no-cleanup'], { env: envOf(place) });
    await run.ended;
    const { code, stdout } = await place.start(['trace', run.marker(), place.file], { env: envOf(place) }).ended;
    assert.equal(code, 1, stdout);
    assert.match(stdout, /At mail: lost/);
    assert.match(stdout, /At partner: arrived: intact at partner/);
    const booking = await bookingOf(place);
    assert.equal((await mails(place, booking)).length, 0);
  });

  test('check prints the route with its branches, and what is wrong with one at its place', async (t) => {
    const place = ground.place(t);
    useExample(place, { deadline: 2_000, mail: 2_000 });
    const good = await smoketrail(['check', place.file], { cwd: place.dir });
    assert.match(good.out, /web → queue → worker → \(partner, mail\)/);
    const text = readFileSync(place.file, 'utf8');
    writeFileSync(place.file, text.replace('after: worker', 'after: wroker'));
    const bad = await smoketrail(['check', place.file], { cwd: place.dir });
    assert.equal(bad.code, 2);
    assert.match(bad.out, /no hop is called `wroker`/);
    assert.match(bad.out, /Did you mean `worker`\?/);
  });
});
