// run --step, at a terminal: what it asks, what it shows, and that it cleans up whatever is answered.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import type { Program } from './program.ts';
import { openSite, type Site, scenarioAt } from './site.ts';

const withoutTerminal =
  spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') === true
    ? false
    : 'no script of util-linux, which makes a terminal';

const inTerminal = (columns: number) => (command: readonly string[]) => [
  'script',
  '-qfec',
  `stty cols ${columns} rows 40; exec ${command.map((word) => `'${word}'`).join(' ')}`,
  '/dev/null',
];

const toSend = 'Enter sends it, q stops:';
const toLook = 'q stops: ';
const toClean = 'k keeps the record:';

type Session = { program: Program; answer(question: string, line: string): Promise<void> };

function step(site: Site, args: readonly string[] = [], columns = 100): Session {
  const program = site.start(['run', 'booking.yaml', '--step', ...args], {
    through: inTerminal(columns),
    env: { TERM: 'xterm' },
  });
  let read = 0;
  return {
    program,
    async answer(question, line) {
      await eventually(`the question ${question}`, () => {
        const at = program.output().indexOf(question, read);
        if (at < 0 && program.isOver()) throw new Error(`it ended before: ${program.output()}`);
        read = at < 0 ? read : at + question.length;
        return at < 0 ? undefined : true;
      });
      program.type(line);
    },
  };
}

describe('run --step', { skip: withoutTerminal, concurrency: 2 }, () => {
  test('it asks before the send, looks when it is told to, shows a look, and goes on to the verdict', async (t) => {
    const secret = 'correct-horse-battery';
    const site = await openSite(t);
    const sending = "headers: { X-Api-Key: '${{ secret.KEY }}' },";
    site.file('booking.yaml', scenarioAt(site.url, { sending }));
    const program = site.start(['run', 'booking.yaml', '--step', '--no-color'], {
      through: inTerminal(100),
      env: { TERM: 'xterm', KEY: secret },
    });
    const asked = async (question: string, count: number): Promise<void> => {
      await eventually(question, () => (program.output().split(question).length > count ? true : undefined));
    };
    await asked(toSend, 1);
    assert.equal(site.seen.length, 0, 'nothing goes before Enter');
    assert.match(program.output(), /› POST \/bookings\r\n[\s\S]*json +\{"note":"Late\. smk-/);
    program.type('\n');
    await asked(toLook, 2);
    const once = site.seen.length;
    program.type('r\n');
    await asked(toLook, 3);
    assert.equal(site.seen.length, once + 2, 'a round is one look at each hop');
    program.type('2\n');
    await asked(toLook, 4);
    assert.match(program.output(), /answer {3}200 OK, \d+ bytes/);
    program.type('c\n');
    await asked(toClean, 1);
    program.type('\n');
    const ended = await program.ended;
    assert.equal(ended.code, 0, ended.stdout);
    assert.match(ended.stdout, /arrived: /);
    assert.equal(site.bookings.size, 0, 'it is cleaned up');
    assert.ok(!ended.stdout.includes(secret));
  });

  test('k keeps the record, and the ledger knows it', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site);
    await answer(toSend, '\n');
    await answer(toLook, 'c\n');
    await answer(toClean, 'k\n');
    const { code, stdout } = await program.ended;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /kept: as asked; smoketrail sweep removes it/);
    assert.equal(site.bookings.size, 1);
    assert.equal((await site.run(['sweep'])).code, 0);
    assert.equal(site.bookings.size, 0);
  });

  test('an answer that is none sends nothing and deletes nothing: it is asked again', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site);
    await answer(toSend, 'no\n');
    await answer('"no" is no answer here', '');
    assert.ok(site.seen.every(({ method }) => method !== 'POST'));
    await answer(toSend, '\n');
    await answer(toLook, '9\n');
    await answer('"9" is neither r, c or q nor the number of a look', '');
    await answer(toLook, 'c\n');
    await answer(toClean, '?\n');
    await answer('"?" is no answer here', '');
    assert.equal(site.bookings.size, 1);
    await answer(toClean, 'k\n');
    assert.match((await program.ended).stdout, /kept: as asked/);
  });

  test('what was seen in a round stands in the report of one that was stopped then', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site);
    await answer(toSend, '\n');
    await answer(toLook, 'q\n');
    await answer(toClean, '\n').catch(() => undefined);
    const { stdout } = await program.ended;
    assert.match(stdout, /interrupted/);
    assert.doesNotMatch(stdout, /not read|not looked at/);
  });

  test('q before the send sends nothing', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site);
    await answer(toSend, 'q\n');
    const { code, stdout } = await program.ended;
    assert.equal(code, 130);
    assert.ok(site.seen.every(({ method }) => method !== 'POST'));
    assert.match(stdout, /interrupted: stopped by you before anything was sent/);
    assert.match(stdout, /nothing: nothing was created/);
    assert.doesNotMatch(stdout, /outcome of the send|The watch was stopped/);
    const swept = await site.run(['sweep']);
    assert.equal(swept.stdout, 'Nothing to sweep: the ledger holds no record that is still to be cleaned.\n');
  });

  test('q before a later step cleans up what the first one sent', async (t) => {
    const site = await openSite(t);
    const first = `- http: { method: POST, url: '${site.url}/bookings', json: { note: '\${{ marker }}' }, keep: { booking: $.id } }`;
    site.file('booking.yaml', scenarioAt(site.url).replace('send:\n  http:', `send:\n  ${first}\n  - http:`));
    const { program, answer } = step(site);
    await answer(toSend, '\n');
    await answer(toSend, 'q\n');
    const { code, stdout } = await program.ended;
    assert.equal(code, 130, stdout);
    assert.match(stdout, /interrupted: stopped by you\s/);
    assert.equal(site.bookings.size, 0);
  });

  test('the actions of a browser step stand one a line, as the scenario has them', async (t) => {
    const site = await openSite(t);
    const actions = `[ { goto: '${site.url}/new' }, { fill: { label: Note, value: '\${{ marker }}' } }, { click: { role: button, name: Book } } ]`;
    site.file(
      'booking.yaml',
      scenarioAt(site.url).replace('send:\n  http:', `send:\n  - browser: ${actions}\n  - http:`),
    );
    const { program, answer } = step(site, ['--no-color']);
    await answer(toSend, 'q\n');
    const { stdout } = await program.ended;
    const shown = stdout.slice(stdout.indexOf('› '), stdout.indexOf(toSend)).replaceAll('\r\n', '\n');
    assert.match(
      shown,
      /steps +goto: "http:\S+\/new"\n +fill: \{ label: "Note", value: "smk-\w+" \}\n +click: \{ role: "button", name: "Book" \}\n/,
    );
  });

  test('Ctrl-C at a question cleans up as always', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site);
    await answer(toSend, '\n');
    await answer(toLook, '\u0003');
    const { code, stdout } = await program.ended;
    assert.equal(code, 130, stdout);
    assert.equal(site.bookings.size, 0);
  });

  test('a deadline does not run while a person thinks', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url, { deadline: '300ms' }));
    const { program, answer } = step(site);
    await answer(toSend, '\n');
    await answer(toLook, 'r\n');
    const began = performance.now();
    await eventually('more time than the deadline has', () => (performance.now() - began > 600 ? true : undefined));
    await answer(toLook, 'c\n');
    await answer(toClean, '\n');
    const { code, stdout } = await program.ended;
    assert.equal(code, 0, stdout);
    assert.match(stdout, /arrived: /);
  });

  test('in a narrow terminal no line of ours is wider than it', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    const { program, answer } = step(site, ['--no-color'], 40);
    await answer(toSend, '\n');
    await answer(toLook, 'q\n');
    const { stdout } = await program.ended;
    const table = stdout.slice(stdout.indexOf('› POST'), stdout.indexOf(toSend));
    assert.ok(table.length > 0);
    for (const line of table.split('\r\n')) assert.ok(line.length <= 40, line);
  });
});

test('without a terminal --step is one clear message, and nothing is sent', async (t) => {
  const site = await openSite(t);
  site.file('booking.yaml', scenarioAt(site.url));
  const { code, stderr } = await site.run(['run', 'booking.yaml', '--step']);
  assert.equal(code, 2);
  assert.match(stderr, /^smoketrail: --step asks questions, and needs a terminal for them; nothing was sent\n/);
  assert.equal(site.seen.length, 0);
  assert.ok(!site.hasLedger());
});
