import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { terminal } from '../../reporters/terminal.ts';
import { widthOf } from '../../reporters/text-width.ts';
import { visibleLines } from '../../smoke/core/escape.ts';
import { absent, instances, runEvents, type Story, seen, stamped, stripped } from './events.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

const passed = { code: 0, why: 'all passed' };

function afterStart(text: string): string {
  return text.slice(text.indexOf('\n\n') + 2);
}

test('a failing scenario shows the whole screen: rows, last seen, suspect, builds, what is ruled out, what is next', async () => {
  const text = await written(terminal, runEvents([stories.stripped], { code: 1, why: '1 (1 altered) of 1 failed' }));
  assert.equal(
    afterStart(text),
    `✗ booking-note  smk-t4n2xw7f3kq9tz2m  altered: stripped at worker                         14.2 s

  web      ✓ intact    +0.12 s  GET /api/bookings/8841 hostMessage       release 9f2c1e7 (2 instances)
  queue    ✓ intact    +0.13 s  job 5530 on partner-push                 –
  worker   ✗ stripped  +1.80 s  PUT /reservations/8841: no BookingNote   release 41ab00c ≠ web, 3 of 4 instances
  partner  ✗ stripped  +2.10 s  reservation R-551: BookingNote is empty  –

  Last seen at queue at +0.13 s (payload intact). Suspect: worker.
  worker-2 runs 41ab00c, started 41 days ago; web runs 9f2c1e7, started 12 minutes ago.
  worker showed it stripped at +1.8 s (PUT /reservations/8841; no BookingNote): {"ref":"8841"}
  Also        skewed
  Ruled out   web (queue had it intact) · queue (payload intact) · delivery (the record arrived at partner)
  Next        check worker-2 (runs 41ab00c): PUT /reservations/8841
              smoketrail trace smk-t4n2xw7f3kq9tz2m scenarios/booking-note.yaml
  Cleanup     clean: 2 clean steps done, and the destination lacks the marker

0 of 1 passed: 1 altered · 14.5 s · exit 1: 1 (1 altered) of 1 failed
`,
  );
});

test('a pipe gets a line at the start and one for each change of a hop, then a passing scenario in two lines', async () => {
  assert.equal(
    await written(terminal, runEvents([stories.arrived], passed)),
    `· booking-note  smk-t4n2xw7f3kq9tz2m  started: web → queue → worker → partner, deadline 60 s
  booking-note  web      ✓ intact  +0.12 s  GET /api/bookings/8841 hostMessage  release 9f2c1e7 (2 instances)
  booking-note  queue    ✓ intact  +0.13 s  job 5530 on partner-push
  booking-note  worker   ✓ intact  +1.80 s  worker.log:120 payload.BookingNote  release 9f2c1e7, 1 of 4 instances
  booking-note  partner  ✓ intact  +2.10 s  reservation R-551 BookingNote
✓ booking-note  smk-t4n2xw7f3kq9tz2m  arrived: intact at partner after 2.1 s              4.25 s
  web +0.12 s · queue +0.13 s · worker +1.80 s · partner +2.10 s
1 of 1 passed: 1 arrived · 4.57 s · exit 0: all passed
`,
  );
});

test('a hop that tells the same outcome again adds no line', async () => {
  const looks: Story['looks'] = [
    ['web', seen.web, 120],
    ['web', seen.web, 240],
    ['web', stripped.worker, 300],
  ];
  const text = await written(terminal, runEvents([{ looks }]));
  assert.equal(text.split('\n').filter((line) => line.startsWith('  booking-note  web')).length, 2);
});

test('what had not ended when it was seen is told again once it has', async () => {
  const { worker } = seen;
  const waiting = {
    ...worker,
    evidence: { ...worker.evidence, source: 'PUT /r → no answer yet', ongoing: true as const },
  };
  const answered = { ...worker, evidence: { ...worker.evidence, source: 'PUT /r → 201' } };
  const text = await written(
    terminal,
    runEvents([
      {
        looks: [
          ['worker', waiting, 120],
          ['worker', answered, 300],
        ],
      },
    ]),
  );
  assert.match(text, /no answer yet[\s\S]*worker +✓ intact +\+0\.30 s +PUT \/r → 201/);
});

test('what did not get through is told again once a second try has', async () => {
  const { worker } = seen;
  const refused = { ...worker, evidence: { ...worker.evidence, source: 'PUT /r → 503', failed: true as const } };
  const taken = { ...worker, evidence: { ...worker.evidence, source: 'PUT /r → 201', copies: 2 } };
  const looks: Story['looks'] = [
    ['worker', refused, 120],
    ['worker', taken, 300],
  ];
  const text = await written(terminal, runEvents([{ looks }]));
  assert.match(text, /→ 503[\s\S]*worker +✓ intact +\+0\.30 s +PUT \/r → 201/);
});

test('a hop that empties after it was seen keeps its row; only one that should keep the record is said to have lost it', async () => {
  const looks: Story['looks'] = [
    ['queue', seen.queue, 130],
    ['queue', absent('0 rows', false), 300],
    ['partner', seen.partner, 400],
    ['partner', absent('0 records'), 500],
  ];
  const text = await written(terminal, runEvents([{ looks }]));
  assert.doesNotMatch(text, /0 rows/);
  assert.match(text, /booking-note {2}partner {2}· gone {2}\+0\.50 s {2}0 records\n/);
  assert.match(text, /queue +✓ intact +\+0\.13 s/);
});

const says: readonly [keyof typeof stories, RegExp[]][] = [
  [
    'lost',
    [
      /queue +\? not seen/,
      /partner +✗ absent +\+120 s/,
      /Last seen at web .*Suspects: web \(handing it on\), queue \(not seen, which proves nothing\), worker \(absent\)\./,
    ],
  ],
  [
    'unproven',
    [
      /^\? booking-note/m,
      /worker +\? blind/,
      /Blind +worker: GET \/logs answered 403; give the service account the role log-reader/,
    ],
  ],
  ['late', [/partner +✓ intact +\+61\.4 s/, /1\.4 s after the deadline of 60 s; at \+60 s it was not there yet/]],
  ['duplicated', [/reservation R-551 BookingNote, 2 copies/, /partner has 2 records of it/]],
  [
    'refused',
    [/web +– not read/, /The send was refused \(POST \/api\/bookings → 422\)/, /Cleanup +nothing: nothing was created/],
  ],
  ['interrupted', [/^\? booking-note .*interrupted: SIGINT/m, /Cleanup +failed: DELETE .* 500; run smoketrail sweep/]],
  [
    'killed',
    [
      /^\? booking-note .*no verdict/m,
      /partner +· not yet/,
      /No verdict: the record of the run ends before one was reached/,
    ],
  ],
];
for (const [name, patterns] of says)
  test(`the block of a scenario that ended ${name} says why`, async () => {
    const text = await written(terminal, runEvents([stories[name]]));
    for (const pattern of patterns) assert.match(text, pattern);
    if (name === 'lost') assert.equal(text.match(/Last seen at web/g)?.length, 1);
  });

test('a passing scenario still says what failed to clean up, what it could not see and what to check', async () => {
  const story: Story = {
    ...stories.arrived,
    cleaned: { type: 'cleaned', scenario: '', state: 'failed', detail: 'DELETE → 500; run smoketrail sweep' },
    trail: { blindSpots: [{ hop: 'worker', why: 'no log', hint: 'add one' }], ruledOut: [{ what: 'web', proof: 'x' }] },
    extra: [[500, { type: 'warning', scenario: 'booking-note', message: 'its tap went deaf', hint: 'look' }]],
  };
  const text = await written(terminal, runEvents([story], passed));
  assert.match(
    text,
    /Blind +worker: no log; add one\n {2}Warning +its tap went deaf; look\n {2}Cleanup +failed: DELETE → 500/,
  );
  assert.doesNotMatch(text, /Ruled out/);
});

test('-v tells every look, step and alias with its time, attempts and cost', async () => {
  const text = await written(terminal, runEvents([stories.arrived], passed), {}, { verbose: true });
  assert.match(
    text,
    /\+0\.06 s {2}send http POST \/api\/bookings: done, POST \/api\/bookings → 201 \(1 request, 230 B, 12 ms\)/,
  );
  assert.match(text, /\+0\.06 s {2}alias booking = 8841, learned by/);
  assert.match(text, /\+1\.80 s {2}worker intact by worker-4, worker\.log:120 .*\[3 looks, 1 request, 230 B, 12 ms\]/);
});

for (const columns of [20, 40, 60, 80, 120])
  test(`no line is wider than a terminal of ${columns} columns, but for commands and nothing is lost`, async () => {
    const text = stripVTControlCharacters(
      await written(terminal, runEvents([stories.stripped]), { tty: true, columns }),
    );
    const wide = text.split('\n').filter((line) => widthOf(line) > columns);
    assert.deepEqual(
      wide.filter((line) => !/smoketrail trace|check worker-2/.test(line)),
      [],
    );
    const words = text.replaceAll(/\s+/g, '');
    for (const part of ['strippedatworker', '3of4instances', 'BookingNoteisempty', 'Suspect:worker.', 'lacksthemarker'])
      assert.ok(words.includes(part), part);
  });

test('nothing from outside reaches the terminal as a control character, in any mode', async () => {
  for (const settings of [{}, { tty: true, columns: 60 }, { tty: true, color: true }])
    for (const verbose of [false, true]) {
      const told = runEvents([stories.hostile], { code: 1, why: '\u001b[2Jowned' });
      const extra = stamped([
        [9_000, { type: 'reporter.failed', reporter: 'x\u0007', message: '\u001b[A' }],
        [9_001, { type: 'warning', message: '\u202e' }],
      ]);
      const text = await written(terminal, [...told.slice(0, -1), ...extra, ...told.slice(-1)], settings, { verbose });
      const ours = text.replaceAll(/\u001b\[(?:\?25[lh]|[0-9]+A|J|3[1-3]m|39m|22m|[12]m)/g, '').replaceAll('\r', '');
      assert.equal(visibleLines(ours), ours);
      assert.match(ours, /\\x1b\[31mstripped/);
    }
});

test('colour is only a help: without it the text is the same', async () => {
  const events = runEvents([stories.stripped, stories.arrived]);
  const coloured = await written(terminal, events, { color: true });
  assert.match(coloured, /\u001b\[31m/);
  assert.equal(stripVTControlCharacters(coloured), await written(terminal, events));
});

test('of many failures alike only the first three are shown in full, and a large run is not logged hop by hop', async () => {
  const many = Array.from(
    { length: 30 },
    (_, index): Story => ({ ...stories.stripped, id: `booking-note#${index + 1}` }),
  );
  const text = await written(terminal, runEvents(many));
  assert.equal(text.match(/Ruled out/g)?.length, 3);
  assert.equal(text.match(/^✗ booking-note#\d+ .*14\.2 s$/gm)?.length, 30);
  assert.doesNotMatch(text, /started:/);
  assert.match(await written(terminal, runEvents(many), {}, { verbose: true }), /started:/);
});

test('a stream that was cut names what has no verdict and what never started', async () => {
  const events = runEvents([
    { ...stories.arrived, id: 'booking-note#1' },
    { ...stories.killed, id: 'booking-note#2' },
    stories.arrived,
  ]);
  const cut = events.slice(
    0,
    events.findIndex((event) => event.type === 'look' && event.scenario === 'booking-note#2') + 1,
  );
  const text = await written(terminal, cut);
  assert.match(text, /\? booking-note#2 .*no verdict/);
  assert.match(
    text,
    /1 of 2 passed: 1 arrived, 1 without a verdict · 1 not started · the record ends before the run did/,
  );
});

test('where lines are only appended to a terminal, as between questions, they are wrapped all the same', async () => {
  const text = await written(terminal, runEvents([stories.lost]), { wraps: true, columns: 60 });
  const isCommand = /^ {2}(Next|Attached) |^ {14}smoketrail /;
  for (const line of text.split('\n')) assert.ok(line.length <= 60 || isCommand.test(line), line);
  assert.match(text, /\n {2}Next /);
  assert.ok(!text.includes('\u001b'), 'and nothing is redrawn');
});

test('a warning that comes after the block, and one of the run, are appended', async () => {
  const told = runEvents([stories.arrived], passed);
  const late = stamped([
    [5_000, { type: 'warning', scenario: 'booking-note', message: 'the runner could not go on: disk full' }],
    [5_001, { type: 'warning', message: 'the clock jumped' }],
  ]);
  const text = await written(terminal, [...told.slice(0, -1), ...late, ...told.slice(-1)]);
  assert.match(text, /\nWarning {5}booking-note: the runner could not go on: disk full\nWarning {5}the clock jumped\n/);
});

test('under --repeat the build that all failures went through is found', async () => {
  const handled = [1, 2, 3, 4, 1, 2, 3, 4];
  const repeated = handled.map((number, index): Story => {
    const release = instances[number - 1]?.commit ?? '';
    const evidence = { instance: `worker-${number}`, release };
    const base = number === 4 ? stories.arrived : stories.stripped;
    const looks = (base.looks ?? []).map(
      ([hop, look, since]) =>
        [
          hop,
          hop === 'worker' && 'evidence' in look ? { ...look, evidence: { ...look.evidence, ...evidence } } : look,
          since,
        ] as const,
    );
    return { ...base, id: `booking-note#${index + 1}`, looks };
  });
  const text = await written(terminal, runEvents(repeated));
  assert.match(
    text,
    / {2}worker {2}covered 4 of 4 instances\n {4}41ab00c {2}0 of 6 passed \(worker-1, worker-2, worker-3\)\n {4}9f2c1e7 {2}2 of 2 passed \(worker-4\)\n {2}All 6 that failed went through worker on 41ab00c; none that did passed\.\n/,
  );
  assert.match(text, /booking-note: 2 of 8 passed\n/);
  const few = await written(terminal, runEvents(repeated.slice(0, 2)));
  assert.match(few, /covered 2 of 4 instances; not exercised: worker-3 and worker-4/);
  assert.doesNotMatch(few, /All \d+ that failed/);
});
