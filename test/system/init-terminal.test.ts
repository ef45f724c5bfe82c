// smoketrail init on a terminal: what it asks, which answers it takes, and that Ctrl-C leaves nothing behind.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { openSite, type Site } from './site.ts';

describe('on a terminal', {
  skip: spawnSync('script', ['--version']).status !== 0 && 'util-linux script is not installed',
}, () => {
  const inTerminal = ([node = '', ...rest]: readonly string[]): string[] => [
    'script',
    '-qec',
    [node, ...rest].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' '),
    '/dev/null',
  ];

  /** Types each answer once its question stands there. */
  async function answer(
    site: Site,
    args: readonly string[],
    answers: readonly [question: string, typed: string][],
  ): Promise<{ code: number | null; stdout: string }> {
    const program = site.start(['init', ...args], { through: inTerminal });
    let seen = 0;
    for (const [question, typed] of answers) {
      for (;;) {
        const at = program.output().indexOf(question, seen);
        if (at >= 0) {
          seen = at + question.length;
          break;
        }
        assert.ok(!program.isOver(), `ended before ${question}: ${program.output()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      program.type(typed);
    }
    return await program.ended;
  }

  test('it asks, checks each answer, and takes its defaults', async (t) => {
    const site = await openSite(t);
    const { code, stdout } = await answer(
      site,
      [],
      [
        ['Source [demo]: ', 'curll\r'],
        ['One of demo, curl', '\r'],
        ['Partner [http://127.0.0.1:4101]: ', 'nowhere\r'],
        ['is no http:// or https:// address', '\r'],
        ['Name of the scenario [bookings]: ', 'First try\r'],
        ['File [scenarios/first-try.yaml]: ', '\r'],
      ],
    );
    assert.equal(code, 0, stdout);
    assert.match(readFileSync(path.join(site.dir, 'scenarios', 'first-try.yaml'), 'utf8'), /^name: First try$/m);
  });

  test('a curl command is pasted over several lines, and a wrong one asked for again', async (t) => {
    const site = await openSite(t);
    const { code, stdout } = await answer(
      site,
      ['--output', 'pasted.yaml'],
      [
        ['Source [demo]: ', 'curl\r'],
        ['The command, pasted', 'curl http://web.test/orders\r'],
        ['which creates nothing', ''],
        ['Source [demo]: ', 'curl\r'],
        [
          'The command, pasted',
          "curl 'http://web.test/orders' \\\r  -H 'x-tenant: demo' \\\r  --json '{\"comment\":\"late at night\"}'\r",
        ],
        ['Partner: ', '\r'],
        ['Name of the scenario [orders]: ', '\r'],
      ],
    );
    assert.equal(code, 0, stdout);
    assert.match(
      readFileSync(path.join(site.dir, 'pasted.yaml'), 'utf8'),
      /comment: 'late at night \$\{\{ marker \}\}'/,
    );
  });

  test('a name that another scenario has is asked for again, and a free one is offered', async (t) => {
    const site = await openSite(t);
    site.file('scenarios/mine.yaml', 'name: bookings\n');
    const { code, stdout } = await answer(
      site,
      [],
      [
        ['Source [demo]: ', '\r'],
        ['Partner [', '\r'],
        ['Name of the scenario [bookings-2]: ', 'bookings\r'],
        ['The name is taken by scenarios/mine.yaml.', '\r'],
        ['File [scenarios/bookings-2.yaml]: ', '\r'],
      ],
    );
    assert.equal(code, 0, stdout);
  });

  test('of several operations one is asked for', async (t) => {
    const site = await openSite(t);
    const body = {
      requestBody: { content: { 'application/json': { schema: { properties: { note: { type: 'string' } } } } } },
    };
    const paths = { '/orders': { post: body }, '/bookings': { post: body } };
    site.file('api.json', JSON.stringify({ openapi: '3.0.0', servers: [{ url: 'http://web.test' }], paths }));
    const { code, stdout } = await answer(
      site,
      ['--from-openapi', 'api.json'],
      [
        ['Operation: ', 'POST /order\r'],
        ['One of POST /orders, POST /bookings.', 'POST /orders\r'],
        ['Partner: ', '\r'],
        ['Name of the scenario [orders]: ', '\r'],
        ['File [', '\r'],
      ],
    );
    assert.equal(code, 0, stdout);
    assert.ok(existsSync(path.join(site.dir, 'scenarios', 'orders.yaml')));
  });

  for (const [key, typed] of [
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ] as const) {
    test(`${key} at a question leaves nothing behind`, async (t) => {
      const site = await openSite(t);
      const { code, stdout } = await answer(
        site,
        [],
        [
          ['Source [demo]: ', '\r'],
          ['Partner [', typed],
        ],
      );
      assert.equal(code, 130, stdout);
      assert.match(stdout, /Nothing was written\./);
      assert.ok(!existsSync(path.join(site.dir, 'scenarios')));
    });
  }
});
