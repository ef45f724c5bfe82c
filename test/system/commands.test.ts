// The commands as a person or a pipeline calls them: flags, environment, exit codes, closed pipes.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { eventually } from '../demo/on-stack.ts';
import { faultsIn } from './schema-check.ts';
import { type Manners, openSite, type Pieces, type Site, scenarioAt, stackTrace } from './site.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lost: Manners = { onTheWay: () => undefined };
const short: Pieces = { deadline: '150ms' };
const down: Manners = {
  instead: ({ url }, response) => {
    if (!url.startsWith('/partner')) return false;
    response.statusCode = 503;
    response.end('down for maintenance');
    return true;
  },
};

async function siteWith(t: TestContext, manners: Manners = {}, pieces: Pieces = {}): Promise<Site> {
  const site = await openSite(t, manners);
  site.file('booking.yaml', scenarioAt(site.url, pieces));
  return site;
}

function sentBy({ seen }: Site): string[] {
  return seen.filter(({ method }) => method === 'POST').map(({ body }) => body);
}

test('the schema fits every example, and a wrong one breaks it', async (t) => {
  const site = await openSite(t);
  const { code, stdout } = await site.run(['schema']);
  assert.equal(code, 0);
  const schema = JSON.parse(stdout) as { [keyword: string]: unknown };
  const folder = path.join(root, 'scenarios');
  const examples = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  assert.ok(examples.length >= 2);
  for (const name of examples) {
    const text = readFileSync(path.join(folder, name), 'utf8');
    assert.deepEqual(faultsIn(parse(text), schema), [], name);
    const own = name.includes('browser')
      ? ([
          ['- goto:', '- gotto:'],
          ['role: button', 'roll: button'],
        ] as const)
      : ([
          ['expect: { status: 201 }', 'expect: { status: twice }'],
          ['by: commit', 'by: colour'],
        ] as const);
    for (const [from, to] of [
      ['route:', 'rout:'],
      ['deadline: 20s', 'deadline: 20'],
      ['hop: web', 'hopp: web'],
      ...own,
    ] as const) {
      assert.ok(text.includes(from), `${name} has no ${from}`);
      assert.notDeepEqual(faultsIn(parse(text.replace(from, to)), schema), [], `${name} with ${to}`);
    }
  }
});

describe('each exit code comes from a situation of its own', { concurrency: 2 }, () => {
  test('0: all passed, and the record is cleaned up', async (t) => {
    const site = await siteWith(t);
    const { code, stdout } = await site.run(['run', 'booking.yaml']);
    assert.equal(code, 0);
    assert.match(stdout, /exit 0: all passed\n$/);
    assert.equal(site.bookings.size, 0);
  });

  test('1: a record was lost', async (t) => {
    const site = await siteWith(t, lost, short);
    const { code, stdout } = await site.run(['run', 'booking.yaml']);
    assert.equal(code, 1);
    assert.match(stdout, /exit 1: 1 \(1 lost\) of 1 failed\n$/);
  });

  test('3: a reporter could not write, which changes no verdict and stops no cleaning', {
    skip: !existsSync('/dev/full') && 'this system has no /dev/full',
  }, async (t) => {
    const site = await siteWith(t);
    for (const reporter of ['ndjson=/dev/full', 'junit=/dev/full']) {
      const { code, stdout, stderr } = await site.run(['run', 'booking.yaml', '--reporter', reporter]);
      assert.equal(code, 3, stderr);
      assert.match(stdout, /arrived: intact at partner/);
      assert.match(stderr, /the reporter (?:ndjson|junit) failed: ENOSPC/);
      assert.doesNotMatch(stderr, stackTrace);
    }
    assert.equal(site.bookings.size, 0);
  });

  test('4: the partner could not be read; --inconclusive makes it pass or fail', async (t) => {
    const site = await siteWith(t, down, short);
    const plain = await site.run(['run', 'booking.yaml']);
    assert.equal(plain.code, 4, plain.stdout);
    assert.match(plain.stdout, /unproven: partner could not show the record/);
    assert.equal((await site.run(['run', 'booking.yaml', '--inconclusive', 'pass'])).code, 0);
    assert.equal((await site.run(['run', 'booking.yaml', '--inconclusive', 'fail'])).code, 1);
    assert.equal((await site.run(['run', 'booking.yaml'], { env: { SMOKETRAIL_INCONCLUSIVE: 'pass' } })).code, 0);
  });

  for (const [signal, expected] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    test(`${expected}: stopped by ${signal}, after cleaning up`, async (t) => {
      const site = await siteWith(t, lost, { deadline: '60s' });
      const run = site.start(['run', 'booking.yaml']);
      await eventually('the partner is read', () => site.seen.find(({ url }) => url.startsWith('/partner')));
      run.kill(signal);
      const { code, stdout } = await run.ended;
      assert.equal(code, expected, stdout);
      assert.match(stdout, new RegExp(`interrupted: ${signal}`));
      assert.equal(site.bookings.size, 0);
    });
  }
});

describe('the flags of run', { concurrency: 2 }, () => {
  test('--tag and --grep choose, of several files, by tag and by name', async (t) => {
    const site = await openSite(t);
    for (const [name, tags] of [
      ['first', 'a, b'],
      ['second', 'b'],
      ['third', 'c'],
    ] as const)
      site.file(
        `all/${name}.yaml`,
        scenarioAt(site.url, { name, top: `tags: [${tags}]`, note: `${name} \${{ marker }}` }),
      );
    const chosen = async (...args: string[]): Promise<string[]> => {
      site.seen.length = 0;
      const { code, stdout } = await site.run(['run', 'all', ...args]);
      assert.equal(code, 0, stdout);
      return sentBy(site)
        .map((body) => /"note":"(\w+) /.exec(body)?.[1] ?? '')
        .sort();
    };
    assert.deepEqual(await chosen('--tag', 'b'), ['first', 'second']);
    assert.deepEqual(await chosen('--tag', 'a', '--tag', 'c'), ['first', 'third']);
    assert.deepEqual(await chosen('--grep', 'ir'), ['first', 'third']);
    assert.deepEqual(await chosen('--grep', 'ir', '--tag', 'b'), ['first']);
  });

  test('--repeat sends so many markers, each its own; --jobs bounds how many are under way', async (t) => {
    let under = 0;
    let most = 0;
    const site = await siteWith(t, {
      instead: ({ method }, response) => {
        if (method === 'DELETE') under -= 1;
        if (method === 'POST') under += 1;
        most = Math.max(most, under);
        response.on('error', () => undefined);
        return false;
      },
    });
    const { code, stdout } = await site.run(['run', 'booking.yaml', '--repeat', '5', '-j', '2']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /5 of 5 passed/);
    assert.equal(new Set(sentBy(site)).size, 5);
    assert.equal(most, 2);
  });

  test('--bail starts no more markers after the first that did not pass', async (t) => {
    const site = await siteWith(t, lost, short);
    const args = ['run', 'booking.yaml', '--repeat', '4', '--jobs', '1', '--bail', '--reporter', 'json=run.json'];
    const { code, stdout } = await site.run(args);
    assert.equal(code, 1, stdout);
    assert.equal(sentBy(site).length, 1);
    const { notStarted } = JSON.parse(readFileSync(path.join(site.dir, 'run.json'), 'utf8')) as { notStarted: unknown };
    assert.deepEqual(notStarted, [{ name: 'booking', file: 'booking.yaml', markers: 3 }]);
  });

  test('--deadline stands before that of the scenario', async (t) => {
    const site = await siteWith(t, lost, { deadline: '60s' });
    const { code, stdout, ms } = await site.run(['run', 'booking.yaml', '--deadline', '200ms']);
    assert.equal(code, 1);
    assert.match(stdout, /deadline 0\.2 s/);
    assert.ok(ms < 20_000);
  });

  test('--grace stands before that of the scenario', async (t) => {
    const site = await siteWith(t, lost, { deadline: '200ms', grace: '60s' });
    const { code, ms } = await site.run(['run', 'booking.yaml', '--grace', '100ms']);
    assert.equal(code, 1);
    assert.ok(ms < 20_000);
  });

  test('--var stands before the scenario; the environment before --env-file', async (t) => {
    const top = "vars: { guest: Zoë, room: '${{ env.ROOM }}', floor: '${{ env.FLOOR }}' }";
    const note = '${{ vars.guest }} ${{ vars.room }} ${{ vars.floor }} ${{ marker }}';
    const site = await siteWith(t, {}, { top, note });
    site.file('staging.env', 'ROOM=101\nFLOOR="ninth"\n');
    const args = ['run', 'booking.yaml', '--var', 'guest=a=b', '--env-file', 'staging.env'];
    const { code, stdout, stderr } = await site.run(args, { env: { ROOM: '202' } });
    assert.equal(code, 0, stdout + stderr);
    assert.match(sentBy(site)[0] ?? '', /"note":"a=b 202 ninth smk-/);
  });

  test('--no-cleanup leaves the record, and sweep removes it', async (t) => {
    const site = await siteWith(t);
    const { code, stdout } = await site.run(['run', 'booking.yaml', '--no-cleanup', '--ledger', 'kept']);
    assert.equal(code, 0);
    assert.match(stdout, /Cleanup +kept: /);
    assert.equal(site.bookings.size, 1);
    assert.equal(site.hasLedger(), false);
    const sweep = await site.run(['sweep', '--ledger', 'kept']);
    assert.equal(sweep.code, 0, sweep.stdout);
    assert.equal(site.bookings.size, 0);
  });

  test('-v shows the timeline of every look', async (t) => {
    const site = await siteWith(t);
    const [quiet, verbose] = [await site.run(['run', 'booking.yaml']), await site.run(['run', 'booking.yaml', '-v'])];
    assert.doesNotMatch(quiet.stdout, /\[\d+ looks?, /);
    assert.match(verbose.stdout, /partner intact, GET \/partner\/\d+ note: Late\. smk-\S+ \[\d looks?, 1 request/);
    assert.match(verbose.stdout, /send POST \/bookings: done/);
  });

  test('colour: none in a pipe, FORCE_COLOR brings it, NO_COLOR and --no-color win', async (t) => {
    const site = await siteWith(t);
    const colored = async (args: string[], env: Record<string, string> = {}): Promise<boolean> =>
      (await site.run(['run', 'booking.yaml', ...args], { env })).stdout.includes('\u001b[');
    assert.equal(await colored([]), false);
    assert.equal(await colored([], { FORCE_COLOR: '1' }), true);
    assert.equal(await colored([], { FORCE_COLOR: '0' }), false);
    assert.equal(await colored([], { FORCE_COLOR: '1', NO_COLOR: '1' }), false);
    assert.equal(await colored(['--no-color'], { FORCE_COLOR: '1' }), false);
  });
});

test('SMOKETRAIL_ variables stand for flags, and a flag stands before its variable', async (t) => {
  const site = await siteWith(t, lost, { deadline: '60s', top: 'tags: [smoke]' });
  const env = {
    SMOKETRAIL_TAG: 'smoke,other',
    SMOKETRAIL_GREP: '^book',
    SMOKETRAIL_DEADLINE: '300ms',
    SMOKETRAIL_REPEAT: '3',
    SMOKETRAIL_JOBS: '1',
    SMOKETRAIL_BAIL: '1',
    SMOKETRAIL_NO_CLEANUP: '1',
    SMOKETRAIL_VERBOSE: '1',
    SMOKETRAIL_LEDGER: 'elsewhere',
    SMOKETRAIL_REPORTER: 'terminal,junit=run.xml',
  };
  const { code, stdout, stderr } = await site.run(['run', 'booking.yaml', '--repeat', '2'], { env });
  assert.equal(code, 1, stdout + stderr);
  assert.match(stdout, /deadline 0\.3 s/);
  assert.match(stdout, /\[\d+ looks?, /);
  assert.match(stdout, /Cleanup +kept/);
  assert.equal(sentBy(site).length, 1);
  assert.equal(site.bookings.size, 1);
  assert.equal(site.hasLedger(), false);
  assert.ok(existsSync(path.join(site.dir, 'elsewhere')));
  assert.match(readFileSync(path.join(site.dir, 'run.xml'), 'utf8'), /not started: 1 marker"/);
});

test('a reader that goes away ends nothing: the run goes on, cleans up and keeps its exit code', async (t) => {
  const site = await siteWith(t, lost, short);
  const through = ([node = '', ...rest]: readonly string[]): string[] => [
    '/bin/sh',
    '-c',
    '{ "$0" "$@"; echo "code $?" >&2; } | head -n 1',
    node,
    ...rest,
  ];
  const { stdout, stderr } = await site.run(['run', 'booking.yaml', '--repeat', '3', '-v'], { through });
  assert.equal(stdout.split('\n').length, 2);
  assert.equal(stderr, 'code 1\n');
  assert.equal(sentBy(site).length, 3);
  assert.equal(site.bookings.size, 0);
});
