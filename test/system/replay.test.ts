// A recorded run, replayed: the same bytes as the live run; torn, damaged and foreign files.

import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { runEvents } from '../reporters/events.ts';
import { stories } from '../reporters/stories.ts';
import { type Manners, openSite, type Pieces, type Site, scenarioAt, stackTrace } from './site.ts';

type Run = {
  name: string;
  manners?: Manners;
  pieces?: Pieces;
  args?: readonly string[];
  code: number;
  says: RegExp;
  /** Stop it with SIGINT once this request was made. */
  stopAt?: string;
};

const down: Manners['instead'] = ({ url }, response) => {
  if (!url.startsWith('/partner')) return false;
  response.statusCode = 503;
  response.end('down');
  return true;
};

const runs: readonly Run[] = [
  { name: 'arrived', code: 0, says: /1 arrived/ },
  { name: 'altered', manners: { onTheWay: (note) => note.toUpperCase() }, code: 1, says: /1 altered/ },
  { name: 'lost', manners: { onTheWay: () => undefined }, pieces: { deadline: '200ms' }, code: 1, says: /1 lost/ },
  { name: 'unproven', manners: { instead: down }, pieces: { deadline: '200ms' }, code: 4, says: /1 unproven/ },
  { name: 'repeated', args: ['--repeat', '5'], code: 0, says: /5 arrived/ },
  {
    name: 'interrupted',
    manners: { onTheWay: () => undefined },
    pieces: { deadline: '60s' },
    code: 130,
    says: /1 interrupted/,
    stopAt: '/partner',
  },
];

const live = ['--reporter', 'ndjson=run.ndjson', '--reporter', 'junit=live.xml', '--reporter', 'json=live.json'];

describe('the report of a recorded run is byte for byte what the live run wrote', { concurrency: 2 }, () => {
  for (const { name, manners, pieces, args = [], code, says, stopAt } of runs) {
    test(name, async (t) => {
      const site = await openSite(t, manners);
      site.file('booking.yaml', scenarioAt(site.url, pieces));
      const run = site.start(['run', 'booking.yaml', ...live, ...args]);
      if (stopAt !== undefined) {
        await eventually(stopAt, () => site.seen.find(({ url }) => url.startsWith(stopAt)));
        run.kill('SIGINT');
      }
      const ran = await run.ended;
      assert.equal(ran.code, code, ran.stdout + ran.stderr);
      assert.match(ran.stdout, says);
      const replayed = await site.run([
        'report',
        'run.ndjson',
        ...live.slice(2).map((one) => one.replace('live', 'replayed')),
      ]);
      assert.equal(replayed.code, 0, replayed.stderr);
      assert.equal(replayed.stderr, '');
      for (const ending of ['xml', 'json']) {
        const [was, is] = ['live', 'replayed'].map((one) =>
          readFileSync(path.join(site.dir, `${one}.${ending}`), 'utf8'),
        );
        assert.ok((was ?? '').length > 200);
        assert.equal(is, was);
      }
      assert.equal(replayed.stdout, ran.stdout, 'the terminal says the same as well');
    });
  }
});

describe('a file that is not a whole recording', () => {
  const lines = runEvents([stories.arrived]).map((event) => JSON.stringify(event));
  const recorded = `${lines.join('\n')}\n`;

  /** Nothing of a wrong file is reported, and no file is touched. */
  async function refused(site: Site, says: RegExp): Promise<void> {
    const { code, stdout, stderr } = await site.run(['report', 'run.ndjson', '--reporter', 'junit=out.xml']);
    assert.equal(code, 2, stdout + stderr);
    assert.equal(stdout, '');
    assert.match(stderr, says);
    assert.doesNotMatch(stderr, stackTrace);
    assert.doesNotMatch(stderr, /[\0-\x08\x0b-\x1f\x7f-\x9f]/);
    assert.deepEqual(readdirSync(site.dir), ['run.ndjson']);
  }

  test('a torn last line is left out and named, and what is there is reported', async (t) => {
    const site = await openSite(t);
    const whole = lines.slice(0, -3).join('\n');
    for (const torn of [
      `${whole}\n{"seq":99,"ms":1`,
      `${whole}\n{"seq":99,"ms":1\n`,
      `${whole}\n${lines.at(-3)?.slice(0, 50)}`,
    ]) {
      site.file('run.ndjson', torn);
      const { code, stdout, stderr } = await site.run(['report', 'run.ndjson', '--reporter', 'junit=out.xml']);
      assert.equal(code, 0, stderr);
      assert.equal(
        stderr,
        `smoketrail: run.ndjson:${lines.length - 2}: the last line is torn and was left out; the run was killed while it wrote it\n`,
      );
      assert.match(stdout, /booking/);
      assert.match(readFileSync(path.join(site.dir, 'out.xml'), 'utf8'), /<error type="no-verdict"|<testcase /);
    }
  });

  test('a last line without its line end is whole all the same', async (t) => {
    const site = await openSite(t);
    site.file('run.ndjson', recorded.trimEnd());
    const { code, stdout, stderr } = await site.run(['report', 'run.ndjson']);
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, /1 of 1 passed/);
  });

  test('Windows line ends, a byte order mark and blank lines change nothing', async (t) => {
    const site = await openSite(t);
    site.file('run.ndjson', `\ufeff${recorded.replaceAll('\n', '\r\n\r\n')}`);
    const { code, stdout, stderr } = await site.run(['report', 'run.ndjson']);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /1 of 1 passed/);
  });

  test('a damaged line in the middle is refused with its place', async (t) => {
    const site = await openSite(t);
    site.file('run.ndjson', [...lines.slice(0, 3), '{"seq":4,\u001b[31m', ...lines.slice(3)].join('\n'));
    await refused(site, /^smoketrail: run\.ndjson:4: this line is not JSON/);
  });

  test('a line that is JSON but no event is refused with its place', async (t) => {
    const site = await openSite(t);
    for (const other of ['{"type":"look"}', '[]', 'null', '"text"', '{"__proto__":{"type":"look","seq":1}}']) {
      site.file('run.ndjson', [...lines.slice(0, 2), other, ...lines.slice(2)].join('\n'));
      await refused(site, /^smoketrail: run\.ndjson:3: this is not an event of a run/);
    }
  });

  test('event types that are not known yet are ignored', async (t) => {
    const site = await openSite(t);
    const stamp = { seq: 2, ms: 1, at: '2026-11-20T17:00:00.000Z' };
    const later = [
      { type: 'span', ...stamp, scenario: 'booking', more: {} },
      { type: 'constructor', ...stamp, scenario: 'booking' },
      { type: '__proto__', ...stamp, scenario: '__proto__' },
    ].map((event) => JSON.stringify(event));
    site.file('run.ndjson', recorded);
    site.file('later.ndjson', [...lines.slice(0, 2), ...later, ...lines.slice(2)].join('\n'));
    const all = ['--reporter', 'json', '--reporter', 'junit=out.xml'];
    const [was, is] = [
      await site.run(['report', 'run.ndjson', ...all]),
      await site.run(['report', 'later.ndjson', ...all]),
    ];
    assert.equal(is.code, 0, is.stderr);
    assert.equal(is.stdout, was.stdout);
  });

  test('events of the right shape with wrong contents end in one sentence', async (t) => {
    const site = await openSite(t);
    const verdict = { type: 'verdict', seq: 2, ms: 1, at: '2026-11-20T17:00:00.000Z', scenario: 'booking-note' };
    site.file('run.ndjson', [...lines.slice(0, 2), JSON.stringify(verdict)].join('\n'));
    const { code, stdout, stderr } = await site.run(['report', 'run.ndjson', '--reporter', 'junit']);
    assert.equal(code, 3, stdout);
    assert.match(stderr, /^smoketrail: the reporter junit failed: /);
    assert.doesNotMatch(stderr, stackTrace);
  });

  test('an empty file, a file of something else and a folder are refused', async (t) => {
    const site = await openSite(t);
    for (const [content, says] of [
      ['', /run\.ndjson holds no events\n {2}Expected a file written by --reporter ndjson=FILE/],
      ['\n\n', /run\.ndjson holds no events/],
      ['<?xml version="1.0"?>\n<a/>\n', /run\.ndjson:1: this line is not JSON/],
      ['{"seq":1,"ms"', /run\.ndjson:1: this line is not JSON/],
      [Uint8Array.from({ length: 5_000 }, (_, index) => index % 256), /run\.ndjson:1: this line is not JSON/],
    ] as const) {
      site.file('run.ndjson', content);
      await refused(site, says);
    }
    for (const [name, says] of [
      ['gone.ndjson', /gone\.ndjson: ENOENT/],
      ['.', /EISDIR/],
    ] as const) {
      const { code, stderr } = await site.run(['report', name]);
      assert.equal(code, 2);
      assert.match(stderr, says);
    }
  });

  test('a line of 200 MB is refused without being read into memory', async (t) => {
    const site = await openSite(t);
    const file = openSync(path.join(site.dir, 'run.ndjson'), 'w');
    ftruncateSync(file, 200 * 1024 * 1024);
    closeSync(file);
    // With a heap this small reading the file whole would end the process.
    const through = ([node = '', ...rest]: readonly string[]): string[] => [node, '--max-old-space-size=120', ...rest];
    const { code, stderr } = await site.run(['report', 'run.ndjson'], { through });
    assert.equal(code, 2, stderr.slice(0, 500));
    assert.match(stderr, /^smoketrail: run\.ndjson:1: this line is longer than any event of a run/);
  });
});
