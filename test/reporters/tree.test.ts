// A route with several destinations, in every reporter.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { github } from '../../reporters/github.ts';
import { json } from '../../reporters/json.ts';
import { junit } from '../../reporters/junit.ts';
import { markdown } from '../../reporters/markdown.ts';
import { ndjson } from '../../reporters/ndjson.ts';
import { tap } from '../../reporters/tap.ts';
import { terminal } from '../../reporters/terminal.ts';
import { widthOf } from '../../reporters/text-width.ts';
import type { LookAt } from '../../smoke/core/answer.ts';
import type { RunEvent } from '../../smoke/core/events.ts';
import type { Look } from '../../smoke/core/look.ts';
import type { HopFact } from '../../smoke/core/route.ts';
import { judgeMarker } from '../../smoke/core/verdict.ts';
import { absent, blind, cost, file, hopFact, marker, route, seen, stamped, stripped, type Told } from './events.ts';
import { recordedOutput, screenOf, written } from './recorded-output.ts';

const mail = 'confirmation-8841.eml';
const tree: readonly HopFact[] = [
  ...route,
  hopFact('mail', { after: 'worker', destination: true, probe: 'mail', title: 'mail', times: { deadline: 300_000 } }),
];
const inMail: Look = { kind: 'intact', evidence: { source: mail, excerpt: marker, field: 'text' } };
const times = { deadline: 60_000, grace: 60_000, confirm: 2_000, settle: 2_000 };

type Seen = readonly (readonly [hop: string, look: Look, since: number])[];

const upstream: Seen = [
  ['web', seen.web, 120],
  ['queue', seen.queue, 130],
  ['worker', seen.worker, 1_800],
];
const arrived: Seen = [...upstream, ['partner', seen.partner, 2_100], ['mail', inMail, 2_400]];
const oneFails: Seen = [...upstream, ['partner', seen.partner, 2_100], ['mail', absent('4 mails of ./mail'), 360_000]];
const allFail: Seen = [
  ...upstream,
  ['partner', stripped.partner, 2_100],
  ['mail', absent('4 mails of ./mail'), 360_000],
];

function events(looks: Seen, facts: readonly HopFact[] = tree): RunEvent[] {
  const all = looks.map(([hop, look, since]): LookAt => ({ hop, look, since, why: 'closing' }));
  const took = 14_200;
  const judgement = judgeMarker({
    scenario: 'booking',
    marker,
    file,
    route: facts,
    looks: all,
    send: { outcome: 'done', summary: 'POST /api/bookings → 201' },
    times,
    copies: new Map(),
    releases: [],
    findings: { skews: [], broken: false, warnings: [] },
    took,
  });
  const scenario = 'booking';
  const told: Told[] = [
    [
      0,
      {
        type: 'run.started',
        run: 'r',
        version: '1',
        command: 'run',
        contract: 1,
        scenarios: [{ id: scenario, name: scenario, file, markers: 1 }],
      },
    ],
    [
      10,
      {
        type: 'scenario.started',
        scenario,
        name: scenario,
        file,
        line: 1,
        tags: [],
        marker,
        route: facts,
        times,
        host: 'ci-1',
      },
    ],
    [110, { type: 'clock.started', scenario }],
    ...looks.map(
      ([hop, look, since], n): Told => [
        110 + since,
        { type: 'look', scenario, hop, look, since, looks: n + 1, cost, why: 'poll' },
      ],
    ),
  ];
  told.sort(([a], [b]) => a - b);
  const end = (told.at(-1)?.[0] ?? 0) + took;
  told.push([end, { type: 'verdict', scenario, marker, ...judgement }]);
  told.push([end + 10, { type: 'cleaned', scenario, state: 'clean', detail: '3 clean steps done' }]);
  const { passes, verdict } = judgement;
  const code = passes === true ? 0 : 1;
  told.push([
    end + 20,
    { type: 'run.finished', run: 'r', counts: { [verdict]: 1 }, exitCode: code, why: 'x', took: end },
  ]);
  return stamped(told);
}

const blockOf = (text: string): string => text.slice(text.indexOf('\n\n') + 2, text.lastIndexOf('\n\n'));

test('hops are shown as a tree, and each destination under a line that names it; one that passes is short', async () => {
  const text = await written(terminal, events(oneFails));
  assert.match(text, /started: web → queue → worker → \(partner, mail\), deadline 60 s, mail 300 s|mail 5 min/);
  assert.equal(
    blockOf(text),
    `✗ booking  smk-t4n2xw7f3kq9tz2m  lost: last seen at worker, not at mail                   14.2 s

  web        ✓ intact  +0.12 s  GET /api/bookings/8841 hostMessage  –
  queue      ✓ intact  +0.13 s  job 5530 on partner-push            –
  worker     ✓ intact  +1.80 s  worker.log:120 payload.BookingNote  release 9f2c1e7
  ├ partner  ✓ intact  +2.10 s  reservation R-551 BookingNote       –
  └ mail     ✗ absent   +360 s  4 mails of ./mail                   –

  At mail: lost: last seen at worker, not at mail
    Last seen at worker at +1.80 s (went out intact). Suspects: worker (handing it on), mail (absent).
    worker-4 runs 9f2c1e7.
    Ruled out   web (queue had it intact) · queue (payload intact)
    Next        see what became of it after it left worker for mail
                check mail: 4 mails of ./mail
                smoketrail trace smk-t4n2xw7f3kq9tz2m scenarios/booking-note.yaml
  At partner: arrived: intact at partner after 2.1 s
  Cleanup     clean: 3 clean steps done`,
  );
});

test('where several fail the worst comes first, and what was said of it is not said again', async () => {
  const text = blockOf(await written(terminal, events(allFail)));
  const [first, second] = [text.indexOf('At mail: lost'), text.indexOf('At partner: altered')];
  assert.ok(first > 0 && second > first, text);
  assert.equal(text.match(/smoketrail trace/g)?.length, 1);
  assert.match(text, /Also {8}|partner {2}✗ stripped/);
});

test('a tree that arrives everywhere takes two lines, as a line does', async () => {
  const text = await written(terminal, events(arrived));
  assert.match(text, /arrived: intact at mail after 2\.4 s, the last of 2 destinations/);
  assert.match(text, /\n {2}web \+0\.12 s · queue .* · partner \+2\.10 s · mail \+2\.40 s\n/);
  assert.doesNotMatch(text, /At partner/);
});

test('branches that go on are drawn through to their last hop, on wrapped lines too', async () => {
  const facts = [
    hopFact('web', { title: 'a page with a rather long title that no narrow terminal has room for' }),
    hopFact('push', { after: 'web' }),
    hopFact('partner', { after: 'push', destination: true }),
    hopFact('mailer', { after: 'web' }),
    hopFact('inbox', { after: 'mailer', destination: true }),
    hopFact('archive', { after: 'mailer', destination: true }),
  ];
  const text = await written(terminal, events([['web', absent('x'.repeat(90)), 10]], facts), {
    tty: true,
    columns: 60,
  });
  const cells = screenOf(text, 60)
    .lines.slice(3, 24)
    .map((line) => line.slice(2, 13).trimEnd());
  const names = cells.filter((cell, at) => cell !== '' && cell !== cells[at - 1]);
  assert.deepEqual(names.slice(0, 7), ['web', '│', '├ push', '│ partner', '└ mailer', '  ├ inbox', '  └ archive']);
});

for (const columns of [24, 40, 60, 80, 120]) {
  test(`no line of a tree is wider than ${columns} columns but what is to be done next`, async () => {
    const screen = await written(terminal, events(allFail), { tty: true, columns });
    for (const line of screenOf(screen, 500).lines) {
      if (/smoketrail |check |see what /.test(line)) continue;
      assert.ok(widthOf(line) < columns, `${widthOf(line)}: ${line}`);
    }
  });
}

test('while it runs the tree is redrawn in place, and the deadline is that of the destination still missing', async () => {
  const output = recordedOutput({ tty: true, columns: 100 });
  const reporter = terminal(output, { verbose: false });
  const all = events(oneFails);
  for (const event of all.filter(({ type }) => type !== 'verdict' && type !== 'cleaned' && type !== 'run.finished'))
    if (event.type !== 'look' || event.hop !== 'mail') await reporter.on(event);
  output.tick(10_000);
  const shown = screenOf(output.text(), 100).lines.join('\n');
  assert.match(shown, /waiting for mail 9\.9 s of 5 min 00 s|waiting for mail 9\.9 s of 300 s/);
  assert.match(shown, / {2}├ partner {2}✓ intact/);
  assert.match(shown, / {2}└ mail {5}· not yet/);
  await reporter.close?.();
});

test('JUnit has one case for the marker, each verdict as a property, and the tree in its output', async () => {
  const text = await written(junit, events(oneFails));
  assert.equal(text.match(/<testcase/g)?.length, 1);
  assert.match(text, /<property name="verdict" value="lost"\/>/);
  assert.match(text, /<property name="verdict.partner" value="arrived"\/>/);
  assert.match(text, /<property name="verdict.mail" value="lost"\/>/);
  assert.match(text, /├ partner {2}✓ intact/);
  assert.match(text, /At partner: arrived: intact at partner/);
});

test('json and ndjson carry each destination, and a replay shows what the run showed', async () => {
  const stream = events(oneFails);
  const record = JSON.parse(await written(json, stream)) as {
    scenarios: { verdict: { destinations: { verdict: string; trail: { destination: string } }[] } }[];
  };
  const told = record.scenarios[0]?.verdict.destinations.map(({ trail, verdict }) => [trail.destination, verdict]);
  assert.deepEqual(told, [
    ['partner', 'arrived'],
    ['mail', 'lost'],
  ]);
  const lines = (await written(ndjson, stream)).trimEnd().split('\n');
  const replayed = lines.map((line) => JSON.parse(line) as RunEvent);
  assert.equal(await written(terminal, replayed), await written(terminal, stream));
});

test('a stream without the destinations of a tree (of an older program) is shown all the same', async () => {
  const stream = events(oneFails).map((event) => {
    if (event.type !== 'verdict') return event;
    const { destinations: _, ...rest } = event;
    return rest;
  });
  const text = await written(terminal, stream);
  assert.match(text, /├ partner {2}✓ intact/);
  assert.match(text, /At partner: arrived/);
});

test('the events of a line are as they were: nothing of destinations', () => {
  const facts = route.map((fact) => fact);
  const told = events(
    arrived.filter(([hop]) => hop !== 'mail'),
    facts,
  ).find(({ type }) => type === 'verdict');
  assert.ok(told !== undefined && !('destinations' in told));
});

test('a blind branch beside one that arrived is inconclusive, and says what would let it be seen', async () => {
  const looks: Seen = [
    ...upstream,
    ['partner', seen.partner, 2_100],
    ['mail', blind('./mail cannot be read (EACCES)', 'read it'), 9_000],
  ];
  const text = blockOf(await written(terminal, events(looks)));
  assert.match(text, /\? booking .* unproven: mail could not show the record/);
  assert.match(text, /Blind {7}mail: \.\/mail cannot be read \(EACCES\); read it/);
  assert.match(text, / see why mail cannot be seen: smoketrail look \S+ mail/);
  assert.equal(text.split('read it').length, 2, 'the hint is given once');
  assert.match(text, /At partner: arrived/);
});

test('in Markdown the hops are a tree, and each destination has its line, the worst first', async () => {
  const text = await written(markdown, events(allFail));
  assert.match(text, /\| `├ partner` \| ✗ stripped \|.*\n\| `└ mail` \| ✗ absent \|/);
  assert.match(text, /```text\nAt mail: lost: [\s\S]*\nAt partner: altered: stripped between worker and partner\n/);
});

test('the annotation of GitHub names each destination once', async () => {
  const text = await written(github, events(allFail));
  const [annotation = ''] = /^::error .*$/m.exec(text) ?? [];
  assert.match(annotation, /title=booking%3A lost::lost: last seen at worker, not at mail%0AAt mail: lost: /);
  for (const destination of ['mail', 'partner']) assert.equal(annotation.split(`At ${destination}: `).length, 2);
});

test('TAP has a verdict for each destination as data', async () => {
  const text = await written(tap, events(oneFails));
  assert.match(text, /^not ok 1 - booking: lost/m);
  assert.match(
    text,
    / {2}destinations:\n {4}- \{"destination":"mail","verdict":"lost",.*\n {4}- \{"destination":"partner","verdict":"arrived",/,
  );
});
