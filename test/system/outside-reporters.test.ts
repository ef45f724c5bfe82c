// Reporters of third parties in the real program, by path and as a package.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openSite, type Site, scenarioAt, stackTrace } from './site.ts';

const source = (body: string): string => `
import type { ReporterFactory } from 'smoketrail';
export const reporter: ReporterFactory = (output, options) => { ${body} };
`;
const lines = source(`return {
  on(event) { if (event.type === 'verdict') output.write(event.headline + '\\n'); },
  close() { output.write('closed\\n'); },
};`);

async function reported(site: Site, reporter: string, more: readonly string[] = []) {
  site.file('booking.yaml', scenarioAt(site.url));
  return site.run(['run', 'booking.yaml', '--reporter', reporter, ...more]);
}

describe('a reporter of a third party', { concurrency: 2 }, () => {
  test('writes to its file beside the terminal, and replays a recorded run to the same bytes', async (t) => {
    const site = await openSite(t);
    site.file('reporters/mine.ts', lines);
    const { code, stdout } = await reported(site, './reporters/mine.ts=out/a=b.txt', [
      '--reporter',
      'ndjson=run.ndjson',
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /1 of 1 passed/);
    const live = readFileSync(path.join(site.dir, 'out/a=b.txt'), 'utf8');
    assert.match(live, /^arrived: intact at partner.*\nclosed\n$/);
    const replayed = await site.run(['report', 'run.ndjson', '--reporter', './reporters/mine.ts']);
    assert.equal(replayed.stdout, live);
  });

  test('may stand at a path that holds an equals sign', async (t) => {
    const site = await openSite(t);
    site.file('a=b/mine.ts', lines);
    assert.equal((await reported(site, './a=b/mine.ts=out.txt')).code, 0);
    assert.match(readFileSync(path.join(site.dir, 'out.txt'), 'utf8'), /closed/);
    assert.match((await reported(site, './a=b/mine.ts')).stdout, /^arrived: .*\nclosed\n$/);
  });

  test('may be a package', async (t) => {
    const site = await openSite(t);
    site.file('node_modules/some-package/package.json', '{"name":"some-package","type":"module","main":"main.js"}');
    site.file(
      'node_modules/some-package/main.js',
      'export const reporter = (output) => ({ on: (event) => output.write(`${event.type}\\n`) });',
    );
    assert.match(
      (await reported(site, 'some-package')).stdout,
      /^run\.started\nscenario\.started\n[\s\S]*run\.finished\n$/,
    );
  });

  const wrong: readonly (readonly [name: string, reporter: string, content: string, code: number, says: RegExp])[] = [
    ['that is not there', './gone.ts', '', 2, /the reporter \.\/gone\.ts cannot be loaded: there is no such file/],
    ['of a mistyped name', 'junti', '', 2, /there is no reporter "junti"\n {2}There are: terminal, /],
    ['from a URL', 'https://127.0.0.1/x.ts', '', 2, /there is no reporter "https:\/\/127\.0\.0\.1\/x\.ts"/],
    [
      'that fails while it loads',
      './mine.ts',
      'throw new Error("no");',
      2,
      /failed while it loaded: no \(mine\.ts:1\)/,
    ],
    ['that exports none', './mine.ts', 'export const plugin = 1;', 2, /it exports plugin, and no function `reporter`/],
    [
      'that cannot start',
      './mine.ts',
      source('throw "shut";'),
      3,
      /the reporter \.\/mine\.ts cannot be started: shut\n {2}Nothing was sent/,
    ],
    [
      'that gives a promise',
      './mine.ts',
      source('return Promise.resolve() as never;'),
      3,
      /gave a promise with|must give/,
    ],
    ['that gives nothing', './mine.ts', source('return { on: 1 } as never;'), 3, /must give `\{ on\(event\)/],
  ];
  for (const [name, reporter, content, code, says] of wrong) {
    test(`${name} is refused before anything is sent`, async (t) => {
      const site = await openSite(t);
      site.file('mine.ts', content);
      const ended = await reported(site, reporter);
      assert.equal(ended.code, code, ended.stdout + ended.stderr);
      assert.match(ended.stderr, says);
      assert.doesNotMatch(ended.stderr, stackTrace);
      assert.deepEqual(site.seen, []);
    });
  }

  test('that throws during the run is named, detached, and changes only the exit code', async (t) => {
    const site = await openSite(t);
    site.file('mine.ts', source('return { on() { throw { toString() { throw 1; } }; } };'));
    const { code, stdout, stderr } = await reported(site, './mine.ts=out.txt');
    assert.equal(code, 3);
    assert.match(stderr, /^smoketrail: the reporter \.\/mine\.ts failed: /m);
    assert.match(stdout, /1 of 1 passed/);
    assert.equal(site.bookings.size, 0);
  });

  test('that fails once the exit code is told changes the code, and the last line says so', async (t) => {
    const site = await openSite(t);
    site.file('mine.ts', source('return { on() {}, close() { throw new Error("full"); } };'));
    const { code, stdout, stderr } = await reported(site, './mine.ts=out.txt');
    assert.match(stdout, /exit 0: all passed/);
    assert.match(stderr, /the reporter \.\/mine\.ts failed: full\nsmoketrail: exit 3, not 0: .*\n$/);
    assert.equal(code, 3);
  });

  test('that fails outside of any call is named', async (t) => {
    const site = await openSite(t);
    site.file('mine.ts', source('return { on() { void Promise.reject("lost"); } };'));
    const { code, stderr } = await reported(site, './mine.ts=out.txt');
    assert.match(stderr, /^smoketrail: the reporter \.\/mine\.ts failed outside of any call: lost$/m);
    assert.equal(code, 3);
  });
});
