import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPlugin } from '../../smoke/probes/registry.ts';
import { loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import { isTemplate, namesIn } from '../../smoke/scenario/template.ts';
import { example, spoilt } from './example.ts';
import { tools } from './plugins.ts';

async function loaded(text: string, files?: Readonly<Record<string, string>>): Promise<Scenario> {
  const result = await loadScenario(text, 'x.yaml', tools(files));
  if (!result.ok)
    assert.fail(result.problems.map(({ place, message }) => `${place.line}:${place.column} ${message}`).join('\n'));
  return result.scenario;
}

test('the example of the scenario language loads without a warning', async () => {
  const result = await loadScenario(example, 'x.yaml', tools());
  assert.equal(result.ok, true);
  assert.deepEqual(result.ok && result.warnings, []);
});

test('a loaded scenario keeps times in milliseconds and its hops in order', async () => {
  const scenario = await loaded(example);
  assert.deepEqual(scenario.times, { deadline: 60_000, grace: 30_000, settle: 2000, confirm: 2000, timeout: 10_000 });
  assert.deepEqual(scenario.poll, { first: 100, factor: 1.5, max: 5000 });
  assert.equal(scenario.linger, 86_400_000);
  assert.deepEqual(
    scenario.route.map(({ name, after, keeps }) => [name, after, keeps]),
    [
      ['web', undefined, undefined],
      ['queue', 'web', false],
      ['worker', 'queue', undefined],
      ['partner', 'worker', undefined],
    ],
  );
  assert.deepEqual(scenario.releases?.same, ['web', 'worker']);
  assert.equal(scenario.releases?.onSkew, 'fail');
  assert.deepEqual(scenario.marker, { prefix: 'smk', separator: '-', case: 'lower', length: 16 });
});

test('the selection keys are split from the options of the plug-in', async () => {
  const scenario = await loaded(example);
  const look = scenario.route[3]?.look;
  assert.deepEqual(Object.keys(look?.options as object), ['url']);
  assert.equal(look?.records, '$.reservations[*]');
  assert.equal(look?.field, '$.BookingNote');
  assert.deepEqual(Object.keys(look?.where ?? {}), ['$.externalRef']);
  assert.deepEqual(scenario.send[0]?.keep, { booking: { from: '$.id', secret: false } });
  assert.deepEqual(scenario.find[0]?.records, '$.bookings[*]');
});

test('a release from a look takes its field as the commit, and one from the evidence its selectors', async () => {
  const [web, , worker] = (await loaded(example)).route;
  assert.equal(web?.release?.listed?.commit, '$.commit');
  assert.equal(web?.release?.evidence, undefined);
  assert.equal(web?.release?.listed?.look.field, undefined);
  assert.equal(worker?.release?.evidence?.instance, '$.pod');
  assert.equal(worker?.release?.listed, undefined);
});

test('titles say what is sent and read, with templates as written', async () => {
  const scenario = await loaded(example);
  assert.equal(scenario.send[0]?.title, 'POST /api/bookings');
  assert.equal(scenario.route[0]?.look?.title, 'GET /api/bookings/‹booking› hostMessage');
  assert.equal(scenario.route[2]?.look?.title, 'log BookingNote');
  const named = await loaded(spoilt('send:\n  http:', 'send:\n  name: create it\n  http:'));
  assert.equal(named.send[0]?.title, 'create it');
});

test('a send may be a list, and steps may be idempotent', async () => {
  const scenario = await loaded(
    `name: x\nsend:\n  - http: { method: POST, url: 'http://a/', text: '\${{ marker }}', keep: { a: 'header:Location' } }\n` +
      `    idempotent: true\n  - http: { url: 'http://a/\${{ a }}' }\nroute:\n  - hop: a\n    look: { http: { url: 'http://a/' } }\n`,
  );
  assert.deepEqual(
    scenario.send.map(({ idempotent }) => idempotent),
    [true, false],
  );
});

test('places count lines and columns from 1', async () => {
  const scenario = await loaded(example);
  assert.deepEqual(scenario.place, { file: 'x.yaml', line: 1, column: 1 });
  assert.deepEqual(scenario.route[1]?.place, { file: 'x.yaml', line: 28, column: 5 });
});

test('what must come from outside is listed, but not what has a default', async () => {
  const { needs } = await loaded(example);
  assert.deepEqual(
    needs.env.map(({ name, place, inVar }) => [name, place.line, place.column, inVar]),
    [['PARTNER_URL', 7, 16, 'partner']],
  );
  assert.deepEqual(
    needs.secrets.map(({ name }) => name),
    ['WEB_TOKEN'],
  );
});

test('values compared as text keep their digits', async () => {
  const scenario = await loaded(
    spoilt(
      "where: { $.externalRef: '${{ booking }}' }",
      'where: { $.a: 0010, $.b: 12345678901234567890, $.c: 1.50, $.d: true }',
    ),
  );
  assert.deepEqual(scenario.route[3]?.look?.where, {
    '$.a': '0010',
    '$.b': '12345678901234567890',
    '$.c': '1.50',
    '$.d': 'true',
  });
});

test('whole numbers beyond 2^53 keep their digits in options', async () => {
  const scenario = await loaded(spoilt('room: 101', 'room: 12345678901234567890'));
  const options = scenario.send[0]?.options as { json: { room: unknown } } | undefined;
  assert.equal(options?.json.room, 12345678901234567890n);
});

test('an XML body named by a file becomes a template of that file', async () => {
  const text = spoilt(
    "json: { room: 101, nights: 1, hostMessage: 'Arriving late. ${{ marker }}' }",
    'xml: { file: ./body.xml }',
  );
  const scenario = await loaded(text, { 'body.xml': '<a>\n  <b>${{ marker }}</b>\n</a>' });
  const xml = (scenario.send[0]?.options as { xml?: unknown } | undefined)?.xml;
  assert.ok(isTemplate(xml));
  assert.equal(xml.escape, 'xml');
  assert.equal(namesIn(xml).marker, true);
});

test('a problem inside an XML body stands at its place in that file', async () => {
  const text = spoilt(
    "json: { room: 101, nights: 1, hostMessage: 'Arriving late. ${{ marker }}' }",
    'xml: { file: ./body.xml }',
  );
  const result = await loadScenario(
    text,
    'x.yaml',
    tools({ 'body.xml': '<a>${{ marker }}\n  <b>${{ bokking }}</b>\n</a>' }),
  );
  assert.equal(result.ok, false);
  const [problem, ...others] = result.ok ? [] : result.problems;
  assert.deepEqual(others, []);
  assert.deepEqual([problem?.place.file, problem?.place.line, problem?.place.column], ['/scenarios/body.xml', 2, 10]);
  assert.ok(result.sources.has('/scenarios/body.xml'));
});

test('a template may stand for an option of any type until it has a value', async () => {
  await loaded(spoilt('status: 201', "status: '${{ vars.status }}'").replace('vars:\n', 'vars:\n  status: 201\n'));
  await loaded(
    spoilt('status: 201', "status: ['${{ vars.status }}', 204]").replace('vars:\n', 'vars:\n  status: 201\n'),
  );
  await loaded(spoilt('method: POST', "method: ${{ vars.verb ?? 'POST' }}").replace('vars:\n', 'vars:\n  verb: PUT\n'));
});

test('hops may name the hop above as the one before', async () => {
  const scenario = await loaded(spoilt('keeps: false', 'after: web'));
  assert.equal(scenario.route[1]?.after, 'web');
});

test('allowed changes, copies, direction and times of a hop are read', async () => {
  const scenario = await loaded(
    spoilt(
      '    keeps: false',
      '    keeps: true\n    sees: in\n    copies: any\n    carries: reference\n    lag: 5m\n    timeout: 1.5s\n    poll: { first: 200ms }\n    allow: [case-changed, { truncated: 40 }]',
    ),
  );
  const hop = scenario.route[1];
  assert.deepEqual(
    [hop?.keeps, hop?.sees, hop?.copies, hop?.carries, hop?.lag, hop?.timeout, hop?.poll, hop?.allow],
    [
      true,
      'in',
      'any',
      'reference',
      300_000,
      1500,
      { first: 200, factor: 1.5, max: 5000 },
      ['case-changed', { truncated: 40 }],
    ],
  );
});

test('warnings tell of a hop that nothing looks at and of a text eaten by a comment', async () => {
  const text = spoilt("    look:\n      sql: { sqlite: ./queue.db, query: 'select * from jobs' }\n", '').replace(
    'description: The host',
    'description: Room #5 of the host',
  );
  const result = await loadScenario(text, 'x.yaml', tools());
  assert.equal(result.ok, true);
  assert.deepEqual(result.ok && result.warnings.map(({ code, place }) => [code, place.line, place.column]), [
    ['comment', 2, 19],
    ['blind', 28, 5],
  ]);
});

test('a look that asks for the marker and takes the whole answer gets a warning that an echo would pass for the record', async () => {
  const look = "http: { url: '${{ vars.web }}/api/bookings/${{ booking }}', field: $.hostMessage }";
  const codes = async (other: string): Promise<readonly unknown[]> => {
    const result = await loadScenario(spoilt(look, other), 'x.yaml', tools());
    assert.equal(result.ok, true, other);
    return result.ok ? result.warnings.map(({ code, place }) => [code, place.line]) : [];
  };
  const search = "http: { url: '${{ vars.web }}/search?q=${{ marker }}'";
  assert.deepEqual(await codes(`${search} }`), [['echo', 25]]);
  assert.deepEqual(await codes(`${search}, field: $.note }`), []);
  assert.deepEqual(await codes(`${search}, records: '$.found[*]' }`), [['echo', 25]]);
  assert.deepEqual(await codes(`${search}, where: { $.ref: x } }`), []);
  const traced = "http: { url: '${{ vars.web }}/b/${{ booking }}', headers: { X-Trace: '${{ marker }}' } }";
  assert.deepEqual(await codes(traced), []);
  const sql = "sql: { sqlite: ./web.db, query: 'select * from b where note = ?', params: ['${{ marker }}'] }";
  assert.deepEqual(await codes(sql), []);
});

test('a release may tell who handled the record and list the others too', async () => {
  const both = example.replace(
    'release:\n      evidence: {',
    'release:\n      http: { url: http://127.0.0.1/workers, field: $.commit }\n      evidence: {',
  );
  assert.notEqual(both, example);
  const worker = (await loaded(both)).route[2];
  assert.equal(worker?.release?.evidence?.instance, '$.pod');
  assert.equal(worker?.release?.listed?.commit, '$.commit');
});

test('a look that writes is a problem before anything runs', async () => {
  const own = tools();
  const plugin: typeof own.plugin = (name, folder) => (name === 'sql' ? loadPlugin(name) : own.plugin(name, folder));
  const writing = example.replace("'select * from jobs'", 'DELETE FROM jobs');
  assert.notEqual(writing, example);
  const result = await loadScenario(writing, 'x.yaml', { ...own, plugin });
  const said = result.ok ? [] : result.problems.map(({ message }) => message);
  assert.deepEqual(said, ['a look only reads, and DELETE is no SELECT, WITH, VALUES or EXPLAIN']);
});
