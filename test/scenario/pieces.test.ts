// Pieces of other files: where they come from, what may be changed, and where their problems stand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatProblem } from '../../smoke/scenario/frame.ts';
import { type Loaded, loadScenario } from '../../smoke/scenario/load.ts';
import type { Scenario } from '../../smoke/scenario/model.ts';
import { example, spoilt } from './example.ts';
import { tools } from './plugins.ts';

type Files = Readonly<Record<string, string>>;

const partnerHop = / {2}- hop: partner\n[\s\S]*?field: \$\.BookingNote\n/;

async function load(files: Files, text: string = example): Promise<Loaded> {
  const readFile = async (path: string): Promise<string> => {
    const found = files[path];
    if (found === undefined)
      throw Object.assign(new Error('none'), { code: path.endsWith('loop.yaml') ? 'ELOOP' : 'ENOENT' });
    return found;
  };
  return loadScenario(text, 'scenarios/x.yaml', { ...tools(), readFile, baseDir: '/repo/scenarios' });
}

async function scenarioOf(files: Files, text: string): Promise<Scenario> {
  const loaded = await load(files, text);
  assert.ok(loaded.ok, loaded.ok ? '' : JSON.stringify(loaded.problems));
  return loaded.scenario;
}

async function problemsOf(files: Files, text: string): Promise<string[]> {
  const loaded = await load(files, text);
  assert.ok(!loaded.ok, 'it loads');
  return loaded.problems.map(({ code, message, place: { file, line, column }, hint }) =>
    [`${file}:${line}:${column} ${code} ${message}`, ...(hint === undefined ? [] : [hint])].join(' | '),
  );
}

const shared = `partner:
  hop: partner
  look:
    http:
      url: \${{ vars.partner }}/reservations
      records: $.reservations[*]
      where: { $.externalRef: '\${{ booking }}' }
      field: $.BookingNote
rows:
  sql: { sqlite: ./queue.db, query: 'select 1' }
cleaning:
  - http: { method: DELETE, url: 'http://a/1' }
  - use: '#none'
text: hello
`.replace("  - use: '#none'\n", "  - http: { method: DELETE, url: 'http://a/2' }\n");

test('a hop, a look and a list of steps come from another file, with its positions', async () => {
  const text = example
    .replace(partnerHop, '  - use: ../shared/partner.yaml#partner\n    lag: 5m\n')
    .replace("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'use: ../shared/partner.yaml#rows')
    .replace('clean:\n', 'clean:\n  - use: ../shared/partner.yaml#cleaning\n');
  const { route, clean } = await scenarioOf({ '/repo/shared/partner.yaml': shared }, text);
  const partner = route.at(-1);
  assert.deepEqual([partner?.name, partner?.lag, partner?.look?.field], ['partner', 300_000, '$.BookingNote']);
  assert.deepEqual(partner?.look?.place, { file: 'shared/partner.yaml', line: 4, column: 5 });
  const titles = clean.map(({ title }) => title);
  assert.deepEqual(titles, ['DELETE http://a/1', 'DELETE http://a/2', 'DELETE /api/bookings/‹booking›']);
});

test('paths in a piece start from the folder of its own file', async () => {
  const files = {
    '/repo/shared/partner.yaml': `${shared}send:\n  http: { url: 'http://a/', text: "\${{ file('./body.txt') }} \${{ marker }}" }\n`,
    '/repo/shared/body.txt': 'the body',
  };
  const text = example
    .replace(/send:[\s\S]*?\nroute/, 'send: { use: ../shared/partner.yaml#send }\nfind2: 1\nroute')
    .replace('find2: 1\n', '')
    .replace("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'use: ../shared/partner.yaml#rows');
  const { send, route } = await scenarioOf(files, text);
  assert.equal(send[0]?.baseDir, '/repo/shared');
  assert.equal(route[1]?.look?.baseDir, '/repo/shared');
  assert.equal(route[0]?.look?.baseDir, undefined);
  assert.match(JSON.stringify(send[0]?.options), /the body/);
});

test('without a name the whole file is the piece, and keys beside it replace those of the piece as a whole', async () => {
  const files = { '/repo/scenarios/look.yaml': 'name: rows\nsql: { sqlite: ./q.db, query: select 1 }\n' };
  const text = spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", '{ use: look.yaml, name: jobs }');
  const { route } = await scenarioOf(files, text);
  assert.equal(route[1]?.look?.title, 'jobs');
  assert.deepEqual(route[1]?.look?.options, { sqlite: './q.db', query: 'select 1' });
});

test('a piece may use pieces, each path from its own file', async () => {
  const files = {
    '/repo/a/one.yaml': 'look: { use: ../b/two.yaml#look }\n',
    '/repo/b/two.yaml': 'look: { use: ./three.yaml }\n',
    '/repo/b/three.yaml': 'sql: { sqlite: ./q.db, query: select 3 }\n',
  };
  const text = spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'use: ../a/one.yaml#look');
  const { route } = await scenarioOf(files, text);
  assert.equal(route[1]?.look?.baseDir, '/repo/b');
});

const bad: readonly [what: string, files: Files, use: string, problem: RegExp][] = [
  [
    'a file that is not there',
    {},
    './none.yaml',
    /^scenarios\/x\.yaml:31:12 file `\.\/none\.yaml` cannot be read: there is no such file/,
  ],
  ['a link that leads to itself', {}, './loop.yaml#x', /:31:12 file .*link that leads to itself/],
  [
    'a name that is not in the file',
    { '/repo/scenarios/p.yaml': shared },
    './p.yaml#partnr',
    /:31:21 use `scenarios\/p\.yaml` has no piece `partnr` \| Did you mean `partner`\?$/,
  ],
  [
    'a file without pieces',
    { '/repo/scenarios/p.yaml': '- 1\n' },
    './p.yaml#a',
    /:31:21 use .*no piece `a` \| Its pieces are a mapping/,
  ],
  [
    'a piece that is a text',
    { '/repo/scenarios/p.yaml': shared },
    './p.yaml#text',
    /^scenarios\/p\.yaml:14:7 use this piece is neither/,
  ],
  ['an empty file', { '/repo/scenarios/p.yaml': '' }, './p.yaml', /^scenarios\/p\.yaml:1:1 empty/],
  ['a file of broken YAML', { '/repo/scenarios/p.yaml': 'a:\n\t- 1\n' }, './p.yaml#a', /^scenarios\/p\.yaml:2:1 tab/],
  ['a template', {}, "'./${{ vars.web }}.yaml'", /:31:12 use `use` takes no/],
  ['no name behind the hash', { '/repo/scenarios/p.yaml': shared }, "'./p.yaml#'", /:31:12 use `use` is a path/],
  ['no path before the hash', {}, "'#a'", /:31:12 use `use` is a path/],
  [
    'an alias bomb',
    {
      '/repo/scenarios/p.yaml': `${'abcdefghij'
        .split('')
        .map((n, i, all) => `${n}: &${n} [${Array(9).fill(i === 0 ? 'x' : `*${all[i - 1]}`)}]`)
        .join('\n')}\n`,
    },
    './p.yaml#a',
    /^scenarios\/p\.yaml:\d+:\d+ alias/,
  ],
  ['a file of two megabytes', { '/repo/scenarios/p.yaml': 'a: 1\n'.repeat(400_000) }, './p.yaml#a', /:31:12 too-large/],
  [
    'a file that uses itself',
    { '/repo/scenarios/p.yaml': 'a: { use: ./p.yaml#a }\n' },
    './p.yaml#a',
    /^scenarios\/p\.yaml:1:11 use a piece is made of itself: scenarios\/p\.yaml#a → scenarios\/p\.yaml#a$/,
  ],
  [
    'two files that use each other',
    { '/repo/scenarios/p.yaml': 'a: { use: ./q.yaml#b }\n', '/repo/scenarios/q.yaml': 'b: { use: p.yaml#a }\n' },
    './p.yaml#a',
    /^scenarios\/q\.yaml:1:11 use a piece is made of itself: scenarios\/p\.yaml#a → scenarios\/q\.yaml#b → scenarios\/p\.yaml#a$/,
  ],
];

for (const [what, files, use, problem] of bad) {
  test(`${what} is one problem at its place`, async () => {
    const problems = await problemsOf(
      files,
      spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", `use: ${use}`),
    );
    assert.equal(problems.length, 1, problems.join('\n'));
    assert.match(problems[0] ?? '', problem);
  });
}

test('pieces within pieces without end are one problem', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 40 }, (_, n) => [`/repo/scenarios/${n}.yaml`, `a: { use: ./${n + 1}.yaml#a }\n`]),
  );
  const problems = await problemsOf(
    files,
    spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'use: ./0.yaml#a'),
  );
  assert.deepEqual(problems, ['scenarios/15.yaml:1:11 use more than 16 pieces within pieces']);
});

test('lists that double at every level are one problem, found fast', async () => {
  const level = (n: number): string =>
    `s:\n${n === 0 ? "  - http: { url: 'http://a/' }\n".repeat(8) : `  - use: ./${n - 1}.yaml#s\n`.repeat(8)}`;
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`/repo/scenarios/${n}.yaml`, level(n)]));
  const began = performance.now();
  const problems = await problemsOf(files, example.replace('clean:\n', 'clean:\n  - use: ./11.yaml#s\n'));
  assert.equal(problems.length, 1, problems.slice(0, 3).join('\n'));
  assert.match(problems[0] ?? '', /more than 50000 values/);
  assert.ok(performance.now() - began < 2_000);
});

test('keys beside the use of a list are refused where they stand', async () => {
  const text = example.replace('clean:\n', 'clean:\n  - use: ./p.yaml#cleaning\n    name: x\n');
  assert.deepEqual(await problemsOf({ '/repo/scenarios/p.yaml': shared }, text), [
    'scenarios/x.yaml:52:5 use this piece is a list, so nothing beside `use` can change it',
  ]);
});

test('a problem inside a piece carries its file, its position and its code frame', async () => {
  const files = { '/repo/scenarios/p.yaml': 'look:\n  sql:\n    sqlite: ./q.db\n    qurey: select 1\n' };
  const loaded = await load(
    files,
    spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", 'use: ./p.yaml#look'),
  );
  assert.ok(!loaded.ok);
  const [problem] = loaded.problems;
  assert.ok(problem);
  const shown = formatProblem(problem, loaded.sources.get(problem.place.file), { color: false });
  assert.match(shown, /^scenarios\/p\.yaml:4:5 error unknown key `qurey` in `sql`/);
  assert.match(shown, /> 4 \| {5}qurey: select 1\n +\| {5}\^\^\^\^\^/);
  assert.deepEqual([...loaded.used], ['/repo/scenarios/p.yaml']);
});

test('a piece is never taken from what a mapping inherits', async () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const problems = await problemsOf(
      { '/repo/scenarios/p.yaml': shared },
      spoilt("sql: { sqlite: ./queue.db, query: 'select * from jobs' }", `use: ./p.yaml#${name}`),
    );
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? '', /has no piece/);
  }
});
