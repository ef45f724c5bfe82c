// Plug-ins of third parties in the real program: found, or refused with a place.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { by, probe, reads, write } from './plugin-sources.ts';
import { openSite, type Site, scenarioAt, stackTrace } from './site.ts';

describe('a plug-in is found', { concurrency: 2 }, () => {
  test('by a path that starts at the scenario’s folder, wherever the program is called', async (t) => {
    const site = await openSite(t);
    site.file('deep/booking.yaml', by('./probes/mine.ts', site));
    site.file('deep/probes/mine.ts', probe(reads));
    const { code, stdout, stderr } = await site.run(['run', 'deep/booking.yaml']);
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /arrived: intact at partner/);
    assert.equal(stderr, '');
  });

  test('and told how long a read for a build may take, of its hop or else of the scenario', async (t) => {
    const site = await openSite(t);
    const read = `
      const text = JSON.stringify({ commit: 'within' + limit, by: 'a' });
      const candidate = await documentCandidate({ text, format: 'json', source: 'mine', named: true });
      return { candidates: [candidate], whole: true, searched: 'mine', cost: { requests: 0, bytes: 0, ms: 0 } };`;
    const release = 'release: { ./mine.ts: { url: x, field: $.commit, instance: $.by } }';
    const written = scenarioAt(site.url, { top: 'timeout: 7s' })
      .replace('hop: web', `hop: web\n    ${release}`)
      .replace('hop: partner', `hop: partner\n    timeout: 4s\n    ${release.replace('url: x', 'url: y')}`);
    write(site, written, { 'mine.ts': probe(read).replace('{ signal }', '{ limit }') });
    const { stdout, stderr } = await site.run(['releases', 'booking.yaml']);
    assert.match(stdout, /web +within7000 /, stdout + stderr);
    assert.match(stdout, /partner +within4000 /);
  });

  test('as a package, with the exports that its manifest gives to imports', async (t) => {
    const site = await openSite(t);
    const manifest = {
      name: '@scope/mine',
      version: '1.0.0',
      type: 'module',
      exports: { '.': { import: './main.js' } },
    };
    write(site, by("'@scope/mine'", site), {
      'node_modules/@scope/mine/package.json': JSON.stringify(manifest),
      'node_modules/@scope/mine/main.js': probe(reads)
        .replace(/type Options.*\n/, '')
        .replace(': Plugin<Options>', '')
        .replace(', type Plugin', '')
        .replace('value as Record<string, unknown>', 'value'),
    });
    const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
    assert.equal(code, 0, stdout + stderr);
  });

  test('and is one among the others: a mistyped option is told with its place, and a mistyped name with the nearest', async (t) => {
    const site = await openSite(t);
    write(site, by('./mine.ts', site).replace(/(mine\.ts.*)field:/, '$1feild:'), {
      'mine.ts': probe(reads),
    });
    const told = await site.run(['check', 'booking.yaml']);
    assert.equal(told.code, 2);
    assert.match(told.stdout, /booking\.yaml:\d+:\d+.*unknown key `feild` in `mine`/);
    write(site, by('htp', site));
    const { code, stdout } = await site.run(['check', 'booking.yaml']);
    assert.equal(code, 2);
    assert.match(stdout, /no plug-in is called `htp`[\s\S]*Did you mean `http`\?/);
  });
});

type Bad = { name: string; as?: string; content?: string; more?: Readonly<Record<string, string>>; says: RegExp };

const bad: readonly Bad[] = [
  { name: 'a file that is missing', as: './gone.ts', says: /`\.\/gone\.ts` cannot be loaded: there is no such file/ },
  { name: 'a folder', as: './', says: /cannot be loaded: it is a folder/ },
  { name: 'a syntax error', content: 'export const plugin = {\n  name: "x",,\n};', says: /syntax error|mine\.ts:2/ },
  {
    name: 'a module where package.json says CommonJS',
    content: probe(reads),
    more: { 'package.json': '{ "type": "commonjs" }' },
    says: /`\.\/mine\.ts` cannot be loaded: Node takes mine\.ts for the older kind of module[\s\S]*npm pkg set type=module/,
  },
  {
    name: 'a module that is named .cts',
    as: './mine.cts',
    more: { 'mine.cts': 'export const plugin = 1;' },
    says: /Node takes mine\.cts for the older kind[\s\S]*\.mts or \.mjs instead/,
  },
  {
    name: 'a throw while it loads',
    content: '\n\nthrow new Error("no licence \\u001b[31m");',
    says: /it failed while it loaded: no licence \\u001b\[31m \(mine\.ts:3\)/,
  },
  { name: 'a throw of nothing', content: 'throw undefined;', says: /it failed while it loaded: undefined/ },
  {
    name: 'an import that is not there',
    content: 'import "nowhere-to-be-found";',
    says: /Cannot find package 'nowhere-to-be-found'/,
  },
  { name: 'an enum', content: 'export enum A { B }', says: /TypeScript enum is not supported/ },
  { name: 'nothing exported', content: 'const a = 1;', says: /it exports nothing, and no `plugin`/ },
  {
    name: 'a default export',
    content: 'export default {};',
    says: /it exports default, and no `plugin`[\s\S]*named export/,
  },
  {
    name: 'a reporter',
    content: 'export const reporter = () => ({});',
    says: /It is a reporter: give it to --reporter/,
  },
  { name: 'no object', content: 'export const plugin = 1;', says: /its `plugin` is no object/ },
  {
    name: 'the name of a built-in plug-in',
    content: probe(reads).replace("'mine'", "'http'"),
    says: /is called http like a plug-in that is built in/,
  },
  { name: 'no summary', content: probe(reads).replace('summary', 'sumary'), says: /its `plugin` has no `summary`/ },
  { name: 'no connects', content: probe(reads).replace('connects', 'conects'), says: /its `plugin` has no `connects`/ },
  {
    name: 'neither open nor trigger',
    content: probe(reads).replace('open()', 'opne()'),
    says: /neither `open` nor `trigger`/,
  },
  {
    name: 'options of no validator',
    content: probe(reads).replace("'~standard'", "'standard'"),
    says: /Standard Schema/,
  },
  { name: 'a URL', as: '"https://127.0.0.1/mine.ts"', says: /no plug-in is called `https:\/\/127\.0\.0\.1\/mine\.ts`/ },
  { name: 'a module of Node', as: 'fs', says: /no plug-in is called `fs`/ },
  {
    name: 'a package that is not there',
    as: 'smoketrail-none',
    says: /no such package is installed here[\s\S]*npm install/,
  },
];

describe('a plug-in that cannot be used is one problem with its place, and nothing is sent', { concurrency: 2 }, () => {
  for (const { name, as = './mine.ts', content = '', more = {}, says } of bad) {
    test(name, async (t) => {
      const site = await openSite(t);
      write(site, by(as, site), { 'mine.ts': content, ...more });
      const { code, stdout, stderr } = await site.run(['run', 'booking.yaml']);
      assert.equal(code, 2, stdout + stderr);
      assert.match(stderr, says);
      assert.match(stderr, /booking\.yaml:\d+:\d+/);
      assert.match(stderr, /1 problem in 1 file; nothing was sent/);
      assert.doesNotMatch(stderr, stackTrace);
      assert.doesNotMatch(stderr, /\u001b/);
      assert.deepEqual(site.seen, []);
    });
  }

  test('a mistyped key never runs a package that merely has that name', async (t) => {
    const site = await openSite(t);
    write(site, by('htpp', site), {
      'node_modules/htpp/package.json': '{"name":"htpp","main":"main.js"}',
      'node_modules/htpp/main.js': 'require("node:fs").writeFileSync("ran", "");',
    });
    const { code, stderr } = await site.run(['run', 'booking.yaml']);
    assert.equal(code, 2);
    assert.match(stderr, /no plug-in is called `htpp`/);
    assert.equal(existsSync(path.join(site.dir, 'ran')), false);
  });
});

describe('a ledger’s word alone loads no code from elsewhere', () => {
  /** A run that dies before it cleans: its record and its scenario are in the ledger. */
  async function left(t: Parameters<typeof openSite>[0], folder: string): Promise<Site> {
    const site = await openSite(t);
    site.file(`${folder}/booking.yaml`, by('./mine.ts', site));
    site.file(
      `${folder}/mine.ts`,
      `${probe(reads)}\nimport { appendFileSync } from 'node:fs';\nappendFileSync(new URL('ran', import.meta.url), 'x');`,
    );
    const args = ['run', `${folder}/booking.yaml`, '--no-cleanup', '--ledger', 'work/ledger'];
    const { code, stdout, stderr } = await site.run(args);
    assert.equal(code, 0, stdout + stderr);
    return site;
  }
  const ran = (site: Site, folder: string): number => readFileSync(path.join(site.dir, folder, 'ran'), 'utf8').length;

  test('sweep keeps the record and says how to name the file; named, it cleans', async (t) => {
    const site = await left(t, 'elsewhere');
    const cwd = path.join(site.dir, 'work');
    const kept = await site.run(['sweep', '--ledger', 'ledger'], { cwd });
    assert.equal(kept.code, 1, kept.stdout);
    assert.match(kept.stdout, /brings code of its own[\s\S]*If you trust it, name it: smoketrail sweep /);
    assert.equal(ran(site, 'elsewhere'), 1, 'only the run itself has loaded it');
    const swept = await site.run(['sweep', '--ledger', 'ledger', '../elsewhere/booking.yaml'], { cwd });
    assert.equal(swept.code, 0, swept.stdout + swept.stderr);
    assert.equal(site.bookings.size, 0);
  });

  test('trace of a marker whose scenario the ledger finds elsewhere is refused', async (t) => {
    const site = await left(t, 'elsewhere');
    const cwd = path.join(site.dir, 'work');
    const name = readdirSync(path.join(cwd, 'ledger')).find((one) => !one.endsWith('.lock')) ?? '';
    const marker = /smk-\w{16}/.exec(readFileSync(path.join(cwd, 'ledger', name), 'utf8'))?.[0] ?? '';
    const { code, stderr } = await site.run(['trace', marker, '--ledger', 'ledger'], { cwd });
    assert.equal(code, 2);
    assert.match(stderr, /is code, and only a ledger names this scenario/);
    assert.equal(ran(site, 'elsewhere'), 1);
  });

  for (const [what, clean, says] of [
    ['a program', 'command: { argv: [touch, ran] }', /`command` starts a program here, and only a ledger names this/],
    [
      'a script of a browser',
      'browser: { steps: [{ script: ./ran.ts }] }',
      /`browser` runs a `script` here, and only a/,
    ],
  ] as const) {
    test(`nor does it start ${what}, for sweep as for trace`, async (t) => {
      const site = await openSite(t);
      const scenario = scenarioAt(site.url);
      site.file('elsewhere/booking.yaml', scenario);
      const sent = ['run', 'elsewhere/booking.yaml', '--no-cleanup', '--ledger', 'work/ledger', '--reporter', 'json'];
      const { code, stdout } = await site.run(sent);
      assert.equal(code, 0, stdout);
      // Whoever may write that file may not say what runs here.
      site.file('elsewhere/booking.yaml', `${scenario}  - ${clean}\n`);
      const cwd = path.join(site.dir, 'work');
      const kept = await site.run(['sweep', '--ledger', 'ledger'], { cwd });
      assert.equal(kept.code, 1, kept.stdout);
      assert.match(kept.stdout, says);
      assert.match(kept.stdout, /If you trust it, name it: smoketrail sweep /);
      const traced = await site.run(['trace', /smk-\w{16}/.exec(stdout)?.[0] ?? '', '--ledger', 'ledger'], { cwd });
      assert.equal(traced.code, 2, traced.stdout);
      assert.match(traced.stderr, says);
      assert.match(traced.stderr, /name the scenario file yourself, or run from its folder/);
      assert.equal(existsSync(path.join(site.dir, 'elsewhere/ran')), false);
    });
  }

  test('named, its programs run', async (t) => {
    const site = await openSite(t);
    const scenario = `${scenarioAt(site.url)}  - command: { argv: [touch, ran] }\n`;
    site.file('elsewhere/booking.yaml', scenario);
    await site.run(['run', 'elsewhere/booking.yaml', '--no-cleanup', '--ledger', 'work/ledger']);
    const cwd = path.join(site.dir, 'work');
    const swept = await site.run(['sweep', '--ledger', 'ledger', '../elsewhere/booking.yaml'], { cwd });
    assert.equal(swept.code, 0, swept.stdout + swept.stderr);
    assert.ok(existsSync(path.join(site.dir, 'elsewhere/ran')));
  });

  test('below the working directory sweep cleans as ever', async (t) => {
    const site = await left(t, 'work');
    const swept = await site.run(['sweep', '--ledger', 'ledger'], { cwd: path.join(site.dir, 'work') });
    assert.equal(swept.code, 0, swept.stdout + swept.stderr);
    assert.equal(site.bookings.size, 0);
  });
});

test('what a plug-in throws as it loads shows no secret that the scenario names', async (t) => {
  const site = await openSite(t);
  site.file('mine.ts', "throw new Error(`no connection to ${process.env['API_KEY']}`);");
  site.file(
    'a.yaml',
    `name: a
send: { http: { method: POST, url: '${site.url}/b?key=\${{ secret.API_KEY }}', json: { note: '\${{ marker }}' } } }
route:
  - { hop: partner, look: { ./mine.ts: { a: 1 } } }
`,
  );
  for (const command of ['check', 'run']) {
    const { code, stdout, stderr } = await site.run([command, 'a.yaml'], { env: { API_KEY: 'supersecretkey99' } });
    assert.equal(code, 2);
    assert.match(stdout + stderr, /failed while it loaded: no connection to \*\*\*API_KEY\*\*\*/);
    assert.doesNotMatch(stdout + stderr, /supersecretkey99/);
  }
  assert.deepEqual(site.seen, []);
});
