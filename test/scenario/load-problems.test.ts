// Every way of writing a scenario wrong: one clear problem, at its place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Problem, ProblemCode } from '../../smoke/scenario/problems.ts';
import { example, spoilt } from './example.ts';
import { tools } from './plugins.ts';

async function problemsOf(text: string): Promise<readonly Problem[]> {
  const result = await loadScenario(text, 'x.yaml', tools());
  return result.ok ? [] : result.problems;
}

type Case = [what: string, text: string, code: ProblemCode, at: string, hint?: RegExp];

const JSON_BODY = "json: { room: 101, nights: 1, hostMessage: 'Arriving late. ${{ marker }}' }";

const cases: Case[] = [
  ['an empty file', '', 'empty', '1:1'],
  ['a file of comments', '# a\n# b\n', 'empty', '1:1'],
  ['a list', '- a\n', 'wrong-type', '1:1'],
  ['a tab as indentation', spoilt('  http:\n    method', '\thttp:\n    method'), 'tab', '13:1', /spaces/],
  ['a tab behind spaces', spoilt('    method: POST', '  \t  method: POST'), 'tab', '14:3', /spaces/],
  ['a duplicate key', spoilt('grace: 30s   ', 'deadline: 30s'), 'duplicate-key', '10:1', /line 9/],
  [
    'a duplicate key deep inside',
    spoilt('room: 101', 'nights: 2, room: 101').replace('nights: 2', 'room: 2'),
    'duplicate-key',
    '18:22',
  ],
  ['two documents', `${example}---\nname: y\n`, 'yaml', '52:1', /file of its own/],
  [
    'an unclosed quote',
    spoilt('name: booking-note', "name: 'booking-note")
      .replaceAll(/'(?=[a-z$A-Z])(?!booking)/g, '')
      .replaceAll(/(?<=[}a-z\]0s])'/g, ''),
    'yaml',
    '1:7',
  ],
  [
    'a quote inside single quotes',
    spoilt("description: The host's", "description: 'The host's"),
    'yaml',
    '2:23',
    /twice/,
  ],
  ['a colon inside a plain text', spoilt('description: The', 'description: The rule: the'), 'yaml', '2:14', /quotes/],
  [
    'an unquoted template in braces',
    spoilt("'${{ vars.web }}/version'", '${{ vars.web }}/version'),
    'yaml',
    '27:20',
    /quotes/,
  ],
  [
    'an unquoted JSONPath in braces',
    spoilt("records: '$.bookings[*]'", 'records: $.bookings[*]'),
    'yaml',
    '48:80',
    /quotes/,
  ],
  ['a tag', spoilt('tags: [', 'tags: !set ['), 'yaml', '3:7'],
  ['YAML 1.1', `%YAML 1.1\n---\n${example}`, 'yaml', '1:1'],
  ['an alias to nothing', spoilt('tags: [post-deploy, monitor]', 'tags: *tags'), 'alias', '3:7'],
  ['an alias inside itself', spoilt('tags: [post-deploy, monitor]', 'tags: &tags [*tags]'), 'alias', '3:14'],
  ['a byte that is no text', spoilt('booking-note', 'booking\0note'), 'yaml', '1:1'],
  ['an unknown key of a scenario', spoilt('grace: 30s', 'graze: 30s'), 'unknown-key', '10:1', /`grace`/],
  ['a misspelt required key, once', spoilt('send:\n', 'sned:\n'), 'unknown-key', '12:1', /`send`/],
  ['an unknown key of a hop', spoilt('keeps:', 'keep5:'), 'unknown-key', '29:5', /`keeps`/],
  ['an unknown key of a plug-in', spoilt('headers:', 'hedaers:'), 'unknown-key', '16:5', /`headers`/],
  ['an unknown key deep in a plug-in', spoilt('status: 201', 'stauts: 201'), 'unknown-key', '19:15', /`status`/],
  ['a misspelt selection key', spoilt('records: $.res', 'recrods: $.res'), 'unknown-key', '41:9', /`records`/],
  ['a missing name', spoilt('name: booking-note\n', ''), 'missing-key', '1:1'],
  ['a missing option', spoilt('path: ./worker.log, ', ''), 'missing-key', '34:7'],
  ['a missing route', example.replace(/route:[\s\S]*?\nreleases.*\n/, ''), 'missing-key', '1:1'],
  ['an empty route', example.replace(/route:[\s\S]*?\nreleases/, 'route: []\nreleases'), 'bad-value', '22:8'],
  [
    'an empty send',
    example.replace(/send:[\s\S]*?\nroute/, 'send: []\nroute').replaceAll('${{ booking }}', 'b'),
    'bad-value',
    '12:7',
  ],
  [
    'a list of texts for a send',
    example.replace(/send:[\s\S]*?\nroute/, 'send: [a]\nroute').replaceAll('${{ booking }}', 'b'),
    'wrong-type',
    '12:8',
  ],
  ['a text for a list', spoilt('tags: [post-deploy, monitor]', 'tags: post-deploy'), 'wrong-type', '3:7'],
  ['a text for a number', spoilt('status: 201', 'status: created'), 'wrong-type', '19:23'],
  [
    'a list for the options of a plug-in',
    spoilt(
      "log: { path: ./worker.log, where: { $.payload.booking: '${{ booking }}' }, field: $.payload.BookingNote }",
      'log: [a]',
    ),
    'wrong-type',
    '34:12',
  ],
  ['a word that is none of the known', spoilt('on-unknown: warn', 'on-unknown: worn'), 'bad-value', '45:58'],
  ['an option that is none of the known', spoilt('method: POST', 'method: SEND'), 'bad-value', '14:13'],
  ['an address that is none', spoilt("'${{ vars.web }}/version'", 'web/version'), 'bad-value', '27:20'],
  ['a duration without a unit', spoilt('deadline: 60s', 'deadline: 60'), 'bad-duration', '9:11'],
  ['a duration in words', spoilt('grace: 30s', 'grace: 5 minutes'), 'bad-duration', '10:8'],
  ['a negative duration', spoilt('grace: 30s', 'grace: -5s'), 'bad-duration', '10:8'],
  ['a bad duration of a hop', spoilt('keeps: false', 'lag: 5min'), 'bad-duration', '29:10'],
  ['a deadline of nothing', spoilt('deadline: 60s', 'deadline: 0s'), 'bad-value', '9:11'],
  ['a settle time longer than the watch', spoilt('grace: 30s', 'settle: 3m'), 'bad-value', '10:9'],
  ['a longest gap below the first', spoilt('grace: 30s', 'poll: { first: 6s, max: 5s }'), 'bad-value', '10:25'],
  ['a short marker', spoilt('grace: 30s', 'marker: { length: 8 }'), 'bad-value', '10:19'],
  ['a prefix with a hyphen', spoilt('grace: 30s', 'marker: { prefix: a-b }'), 'bad-value', '10:19'],
  ['a template where none can stand', spoilt('grace: 30s', 'grace: ${{ vars.web }}'), 'bad-template', '10:8'],
  ['a template in a name', spoilt('name: booking-note', 'name: n ${{ marker }}'), 'bad-template', '1:7'],
  ['a template in a key', spoilt('room: 101', "'${{ marker }}': 101"), 'bad-template', '18:13'],
  [
    'an unclosed template',
    spoilt("/api/bookings/${{ booking }}'", "/api/bookings/${{ booking'"),
    'bad-template',
    '25:50',
  ],
  [
    'a template with a closing brace missing',
    spoilt('${{ vars.web }}/api/bookings\n', '${{ vars.web }/api/bookings\n'),
    'bad-template',
    '15:23',
  ],
  ['an unknown function', spoilt('nights: 1', "nights: '${{ dat() }}'"), 'bad-template', '18:37', /`date`/],
  [
    'an unknown space of names',
    spoilt('${{ vars.partner }}/res', '${{ var.partner }}/res'),
    'bad-template',
    '40:18',
    /`vars.partner`/,
  ],
  ['a bad offset of a date', spoilt('nights: 1', `nights: "\${{ date('tomorrow') }}"`), 'bad-template', '18:37'],
  [
    'a time zone nobody knows',
    spoilt('nights: 1', `nights: "\${{ date('+1d', 'dd', 'Mars/North') }}"`),
    'bad-template',
    '18:37',
  ],
  ['a range the wrong way round', spoilt('nights: 1', "nights: '${{ int(4, 1) }}'"), 'bad-template', '18:37'],
  [
    'an undefined alias',
    spoilt("bookings/${{ booking }}', field", "bookings/${{ bokking }}', field"),
    'undefined-name',
    '25:54',
    /`booking`/,
  ],
  [
    'an undefined variable',
    spoilt('${{ vars.web }}/api/bookings\n', '${{ vars.wbe }}/api/bookings\n'),
    'undefined-name',
    '15:14',
    /`vars.web`/,
  ],
  [
    'a variable without its space',
    spoilt('${{ vars.partner }}/res', '${{ partner }}/res'),
    'undefined-name',
    '40:18',
    /`vars.partner`/,
  ],
  [
    'an environment variable without its space',
    spoilt('secret.WEB_TOKEN', 'WEB_TOKEN'),
    'undefined-name',
    '17:33',
    /`secret.WEB_TOKEN`/,
  ],
  ['an alias before its step', spoilt('status: 201', "status: '${{ booking }}'"), 'undefined-name', '19:28'],
  [
    'an undefined name with a default',
    spoilt('${{ vars.partner }}/res', "${{ ref ?? 'http://a' }}/res"),
    'undefined-name',
    '40:18',
  ],
  [
    'variables made of each other',
    spoilt('partner: ${{ env.PARTNER_URL }}', 'partner: ${{ vars.b }}\n  b: ${{ vars.partner }}'),
    'circular-vars',
    '8:10',
  ],
  ['constructor as a key', spoilt('room: 101', 'constructor: 101'), 'forbidden-name', '18:13'],
  ['prototype as a key', spoilt('room: 101', 'prototype: 101'), 'forbidden-name', '18:13'],
  ['__proto__ as a key', spoilt('room: 101', '__proto__: { admin: true }'), 'forbidden-name', '18:13'],
  ['__proto__ as a key of the file', `${example}__proto__: { a: 1 }\n`, 'forbidden-name', '52:1'],
  ['constructor as a variable', spoilt('vars:\n', 'vars:\n  constructor: a\n'), 'forbidden-name', '6:3'],
  ['__proto__ as a hop', spoilt('hop: queue', 'hop: __proto__'), 'forbidden-name', '28:10'],
  ['constructor as a hop', spoilt('hop: queue', 'hop: constructor'), 'forbidden-name', '28:10'],
  [
    '__proto__ as a name in a template',
    spoilt('nights: 1', "nights: '${{ vars.__proto__ }}'"),
    'bad-template',
    '18:37',
  ],
  [
    'marker as an alias',
    spoilt('keep: { booking: $.id }\n\n', 'keep: { booking: $.id, marker: $.m }\n\n'),
    'forbidden-name',
    '20:28',
  ],
  ['a send without the marker', spoilt(" ${{ marker }}' }", "' }"), 'no-marker', '12:1', /\$\{\{ marker \}\}/],
  ['a marker behind a #', spoilt(JSON_BODY, 'text: Room #${{ marker }}'), 'no-marker', '18:16', /comment/],
  ['an unknown plug-in', spoilt('      sql: {', '      sqll: {'), 'unknown-plugin', '31:7', /`sql`/],
  [
    'no plug-in',
    spoilt("      sql: { sqlite: ./queue.db, query: 'select * from jobs' }", '      name: jobs'),
    'one-plugin',
    '31:7',
    /http, sql/,
  ],
  ['two plug-ins in a step', spoilt('send:\n', 'send:\n  foreign: { count: 1 }\n'), 'one-plugin', '14:3', /`-`/],
  [
    'a probe that cannot send',
    spoilt('clean:\n', "clean:\n  - sql: { sqlite: a, query: 'delete' }\n"),
    'cannot-send',
    '51:5',
  ],
  [
    'a trigger that cannot look',
    spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'foreign: { count: 1 }'),
    'cannot-look',
    '31:7',
  ],
  [
    'what a validator of another library finds',
    spoilt('clean:\n', 'clean:\n  - foreign: { count: many }\n'),
    'wrong-type',
    '51:23',
  ],
  [
    'an alias in a connection',
    spoilt('sqlite: ./queue.db', "sqlite: './${{ booking }}.db'"),
    'needs-alias',
    '31:29',
    /marker/,
  ],
  ['a JSONPath that does not parse', spoilt('field: $.hostMessage', "field: '$.host['"), 'bad-selector', '25:74'],
  ['a JSONPath in where', spoilt('{ $.payload.booking:', "{ '$.payload[':"), 'bad-selector', '34:43'],
  [
    'a regular expression that does not parse',
    spoilt('field: $.hostMessage', "field: '/note=(/'"),
    'bad-selector',
    '25:74',
  ],
  [
    'a CSS selector that does not parse',
    spoilt('field: $.hostMessage', "field: 'td[', as: html"),
    'bad-selector',
    '25:74',
  ],
  ['an unknown hop in releases', spoilt('[web, worker]', '[web, wroker]'), 'unknown-hop', '45:25', /`worker`/],
  ['releases that compare nothing', spoilt('same: [web, worker], ', ''), 'missing-key', '45:11'],
  ['two hops of one name', spoilt('hop: queue', 'hop: web'), 'duplicate-hop', '28:10', /line 23/],
  [
    'an evidence without a look',
    spoilt(
      "    look:\n      log: { path: ./worker.log, where: { $.payload.booking: '${{ booking }}' }, field: $.payload.BookingNote }\n",
      '',
    ),
    'blind',
    '34:17',
  ],
  [
    'a hop after another than the one above',
    spoilt('keeps: false', 'after: partner'),
    'not-supported',
    '29:12',
    /`web`/,
  ],
  ['limits', `${example}limits: { per-run: 3 }\n`, 'not-supported', '52:1'],
  ['a session', spoilt('    keeps: false', '    session: extranet'), 'not-supported', '29:5'],
  ['use in a step', spoilt('clean:\n', 'clean:\n  - use: ./a.yaml\n'), 'not-supported', '51:5'],
  ['a file that is not there', spoilt('nights: 1', `nights: "\${{ file('./no.txt') }}"`), 'file', '18:37', /folder/],
  [
    'an XML file that is not there',
    spoilt(JSON_BODY, "xml: { file: ./no.xml }\n    json: '${{ marker }}'"),
    'file',
    '18:18',
  ],
];

for (const [what, text, code, at, hint] of cases) {
  test(`${what} is one problem at its place`, async () => {
    const problems = await problemsOf(text);
    assert.deepEqual(
      problems.map((problem) => `${problem.code} ${problem.place.line}:${problem.place.column} ${problem.message}`),
      [`${code} ${at} ${problems[0]?.message}`],
    );
    if (hint) assert.match(problems[0]?.hint ?? '', hint);
  });
}

test('a file of ten megabytes is refused before it is read', async () => {
  const text = 'a: 1\n'.repeat(2_000_000);
  const began = performance.now();
  const problems = await problemsOf(text);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['too-large'],
  );
  assert.ok(performance.now() - began < 1000);
});

test('an alias bomb is one problem, found fast', async () => {
  const names = [...'abcdefghij'];
  const bomb = names.map(
    (name, index) => `${name}: &${name} [${Array(9).fill(index === 0 ? 'x' : `*${names[index - 1]}`)}]`,
  );
  const began = performance.now();
  const problems = await problemsOf(bomb.join('\n'));
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['alias'],
  );
  assert.ok(performance.now() - began < 1000);
});

for (const [what, text] of [
  ['lists', '['.repeat(20_000)],
  ['blocks', '- '.repeat(20_000)],
  ['mappings', `a: ${'{a: '.repeat(100)}${'}'.repeat(100)}`],
] as const) {
  test(`${what} nested too deep are one problem`, async () => {
    const problems = await problemsOf(text);
    assert.equal(problems.length, 1);
    assert.equal(problems[0]?.code, 'yaml');
    assert.match(problems[0]?.message ?? '', /nesting/);
  });
}

test('all problems of a file come at once, in the order of the file', async () => {
  const text = spoilt('tags: [post-deploy, monitor]', 'tags: x')
    .replace('deadline: 60s', 'deadline: 60')
    .replace('hedaers', 'headers')
    .replace('status: 201', 'stauts: 201')
    .replace('[web, worker]', '[web, nobody]');
  assert.deepEqual(
    (await problemsOf(text)).map(({ code }) => code),
    ['wrong-type', 'bad-duration', 'unknown-key', 'unknown-hop'],
  );
});

test('hundreds of problems are cut short', async () => {
  const text = example + Array.from({ length: 5000 }, (_, index) => `nobody${index}: 1\n`).join('');
  const problems = await problemsOf(text);
  assert.ok(problems.length <= 101, `${problems.length}`);
});

test('a plug-in that cannot be loaded is named with the reason', async () => {
  const failing = { ...tools(), plugin: async () => Promise.reject(new Error('no driver')) };
  const result = await loadScenario(example, 'x.yaml', failing);
  assert.ok(!result.ok && result.problems.every(({ code }) => code === 'unknown-plugin'));
  assert.match((!result.ok && result.problems[0]?.message) || '', /no driver/);
});
