// smoketrail doctor and releases: what can be looked at, what runs where, and that nothing is sent to learn it.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { freePort } from '../servers/free-port.ts';
import { openSite, scenarioAt } from './site.ts';

type Json = {
  scenarios: { findings: { of: string; what: string; state: string; detail: string }[] }[];
  exitCode: number;
};

const at = (url: string): string => `{ http: { url: '${url}', records: '$.bookings[*]', field: $.note } }`;

describe('doctor', { concurrency: 2 }, () => {
  test('a hop without a look is counted, and a command it proposes can be pasted', async (t) => {
    const site = await openSite(t);
    const bare = scenarioAt(site.url).replace('  - hop: partner', '  - hop: worker\n  - hop: partner');
    site.file('my booking.yaml', bare);
    const { stdout } = await site.run(['doctor', 'my booking.yaml']);
    assert.match(stdout, /\n +smoketrail look 'my booking\.yaml' web --keep booking=VALUE\n/);
    assert.match(stdout, /0 can look, 2 opened only, 0 blind, 1 without a look · exit 0\n$/);
  });

  test('it looks where it can, opens the rest, says which is which, and creates nothing', async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url, { partner: at(`${site.url}/bookings?search=\${{ marker }}`) }));
    const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /· {2}web +look +opened; not looked, which needs booking\n/);
    assert.match(stdout, /\n +smoketrail look booking\.yaml web --keep booking=VALUE\n/);
    assert.match(stdout, /✓ {2}partner +look +not found \(searched: GET \/bookings\?search=smk-\w+ answered 200\)/);
    assert.match(stdout, /✓ {2}runner +ledger +\.smoketrail\/ledger can be made/);
    assert.match(stdout, /\n1 can look, 1 opened only, 0 blind · exit 0\n$/);
    assert.deepEqual(
      site.seen.map(({ method }) => method),
      ['GET'],
    );
    assert.ok(!site.hasLedger());
  });

  test('what is blind says why and what to do, and the exit code tells', async (t) => {
    const instead = (_: unknown, response: import('node:http').ServerResponse): boolean => {
      response.statusCode = 401;
      response.end('no');
      return true;
    };
    const site = await openSite(t, { instead });
    site.file('booking.yaml', scenarioAt(site.url, { partner: at(`${site.url}/bookings`) }));
    const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
    assert.equal(code, 4);
    assert.match(stdout, /✗ {2}partner +look +GET \/bookings answered 401\n +Check the credentials of this look/);
    const { exitCode, scenarios } = JSON.parse((await site.run(['doctor', 'booking.yaml', '--json'])).stdout) as Json;
    assert.equal(exitCode, 4);
    assert.deepEqual(
      scenarios[0]?.findings.map(({ of, state }) => `${of} ${state}`),
      ['web opened', 'partner blind'],
    );
  });

  test('where a look needs an alias it connects all the same, so a wrong address or file is found', async (t) => {
    const site = await openSite(t);
    const by = (place: string): string =>
      `{ sql: { ${place}, query: 'SELECT note FROM bookings WHERE id = :id', params: { id: '\${{ booking }}' } } }`;
    const doctor = async (place: string): Promise<{ code: number | null; stdout: string }> => {
      site.file('booking.yaml', scenarioAt(site.url, { partner: by(place) }));
      return site.run(['doctor', 'booking.yaml']);
    };
    new DatabaseSync(path.join(site.dir, 'app.db')).exec('CREATE TABLE bookings (id INTEGER, note TEXT)');
    const fine = await doctor('sqlite: app.db');
    assert.equal(fine.code, 0, fine.stdout);
    assert.match(fine.stdout, /· {2}partner +look +connected; not looked, which needs booking\n/);
    site.file('text.db', 'this is a text, and by no means a database');
    const port = await freePort();
    for (const [place, says] of [
      ['sqlite: no.db', /✗ {2}partner +look +there is no database file no\.db/],
      ['sqlite: text.db', /✗ {2}partner +look +text\.db: file is not a database/],
      [`postgres: 'postgres://reader@127.0.0.1:${port}/app'`, /✗ {2}partner +look +postgres:.* ECONNREFUSED/],
    ] as const) {
      const { code, stdout } = await doctor(place);
      assert.equal(code, 4, stdout);
      assert.match(stdout, says);
    }
  });

  test('a value that is missing is a finding, and the other hops are looked at all the same', async (t) => {
    const site = await openSite(t);
    const partner = at('${{ env.PARTNER_URL }}/bookings');
    site.file(
      'booking.yaml',
      scenarioAt(site.url, { partner }).replace("/bookings/${{ booking }}', field", "/bookings?search=x', field"),
    );
    const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
    assert.equal(code, 4);
    assert.match(stdout, /✗ {2}booking +values +a run needs env\.PARTNER_URL/);
    assert.match(stdout, /✗ {2}partner +look +env\.PARTNER_URL has no value/);
    assert.match(stdout, /✓ {2}web +look/);
  });

  test('a program that a step needs and this machine lacks is found without starting anything', async (t) => {
    const site = await openSite(t);
    const text = scenarioAt(site.url, { clean: false, partner: at(`${site.url}/bookings?search=x`) });
    const clean =
      'clean:\n  - command: { argv: [no-such-program-here, "${{ booking }}"] }\n  - command: { argv: [touch, started] }\n';
    site.file('booking.yaml', `${text}${clean}`);
    const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
    assert.equal(code, 4);
    assert.match(stdout, /✗ {2}no-such-program-here .*step +no-such-program-here is not installed, or not on the PATH/);
    assert.match(stdout, /✓ {2}touch started +step +what it needs is here/);
    assert.deepEqual((await site.run(['doctor', 'booking.yaml', '--json'])).code, 4);
  });

  test('a look that repeats its question and a clock that is off are told as hints', async (t) => {
    const instead = (request: { url: string }, response: import('node:http').ServerResponse): boolean => {
      response.setHeader('date', new Date(Date.now() + 120_000).toUTCString());
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ asked: request.url }));
      return true;
    };
    const site = await openSite(t, { instead });
    site.file('booking.yaml', scenarioAt(site.url, { partner: `{ http: { url: '${site.url}/x?q=\${{ marker }}' } }` }));
    const { code, stdout } = await site.run(['doctor', 'booking.yaml']);
    assert.equal(code, 0);
    assert.match(stdout, /\? {2}partner +look +GET \S+ shows the marker as it was asked for/);
    assert.match(stdout, /\? {2}runner +clock +the clock at partner is about 1(?:19|20) s ahead of ours/);
  });

  test('a ledger folder that cannot be written is found before a run needs it', {
    skip: process.getuid?.() === 0 ? 'root may write anywhere' : false,
  }, async (t) => {
    const site = await openSite(t);
    site.file('booking.yaml', scenarioAt(site.url));
    mkdirSync(path.join(site.dir, 'closed'));
    chmodSync(path.join(site.dir, 'closed'), 0o500);
    const { code, stdout } = await site.run(['doctor', 'booking.yaml', '--ledger', 'closed/ledger']);
    assert.equal(code, 4);
    assert.match(stdout, /✗ {2}runner +ledger +closed\/ledger cannot be written \(EACCES\)/);
  });
});

describe('releases', { concurrency: 2 }, () => {
  const versions =
    (worker: readonly (string | undefined)[]) =>
    (request: { url: string }, response: import('node:http').ServerResponse) => {
      response.setHeader('content-type', 'application/json');
      const instances = worker.map((commit, index) => ({ name: `worker-${index + 1}`, commit }));
      response.end(JSON.stringify(request.url === '/version' ? { commit: 'aaaaaaa' } : { instances }));
      return true;
    };
  const scenario = (url: string, rule: string): string =>
    scenarioAt(url, { top: rule })
      .replace(`- hop: web\n`, `- hop: web\n    release: { http: { url: '${url}/version', field: $.commit } }\n`)
      .replace(
        `- hop: partner\n`,
        `- hop: worker\n    release: { http: { url: '${url}/workers', records: '$.instances[*]', field: $.commit, instance: $.name } }\n  - hop: tail\n    release: { evidence: { commit: $.commit } }\n    look: { http: { url: '${url}/x/\${{ booking }}' } }\n  - hop: partner\n`,
      );

  test('builds that agree, a skew by the rule, and one that the scenario only warns of', async (t) => {
    const same = await openSite(t, { instead: versions(['aaaaaaa', 'aaaaaaa']) });
    same.file('a.yaml', scenario(same.url, 'releases: { same: [web, worker] }'));
    const agreed = await same.run(['releases', 'a.yaml']);
    assert.equal(agreed.code, 0, agreed.stderr);
    assert.match(agreed.stdout, / {2}worker +aaaaaaa +2 of 2 +worker-1 and worker-2\n/);
    assert.match(agreed.stdout, / {2}tail +– +known only from a record/);
    assert.match(agreed.stdout, /✓ no skew by the rule/);
    assert.ok(same.seen.every(({ method, url }) => method === 'GET' && ['/version', '/workers'].includes(url)));

    const skewed = await openSite(t, { instead: versions(['aaaaaaa', 'bbbbbbb', 'bbbbbbb']) });
    skewed.file('a.yaml', scenario(skewed.url, 'releases: { same: [web, worker] }'));
    const broken = await skewed.run(['releases', 'a.yaml']);
    assert.equal(broken.code, 1);
    assert.match(broken.stdout, /worker runs bbbbbbb on 2 of 3 instances and aaaaaaa on 1/);
    assert.match(broken.stdout, /✗ the builds break the rule/);
    skewed.file('a.yaml', scenario(skewed.url, 'releases: { same: [web, worker], on-skew: warn }'));
    const warned = await skewed.run(['releases', 'a.yaml']);
    assert.equal(warned.code, 0);
    assert.match(warned.stdout, /\? the builds differ, and the scenario only warns of it/);
    skewed.file('a.yaml', scenario(skewed.url, ''));
    assert.match((await skewed.run(['releases', 'a.yaml'])).stdout, /– the scenario has no rule/);
  });

  test('a build that the rule must know and nobody tells is neither kept nor broken', async (t) => {
    const site = await openSite(t, { instead: versions([]) });
    site.file('a.yaml', scenario(site.url, 'releases: { same: [web, worker], on-unknown: fail }'));
    const { code, stdout } = await site.run(['releases', 'a.yaml', '--json']);
    assert.equal(code, 4);
    const { scenarios } = JSON.parse(stdout) as { scenarios: { outcome: string; findings: string[] }[] };
    assert.equal(scenarios[0]?.outcome, 'unknown');
    assert.match(scenarios[0]?.findings.join() ?? '', /the build of worker is unknown/);
  });

  test('no skew is claimed where a build is not known that the rule only warns of', async (t) => {
    const site = await openSite(t, { instead: versions([]) });
    site.file('a.yaml', scenario(site.url, 'releases: { same: [web, worker] }'));
    const { code, stdout } = await site.run(['releases', 'a.yaml']);
    assert.equal(code, 0, stdout);
    assert.match(stdout, /the build of worker is unknown: .*\n {2}\? no skew among the builds that are known/);
    assert.doesNotMatch(stdout, /✓/);
  });

  test('the expected build may come from outside, and must then be there', async (t) => {
    const site = await openSite(t, { instead: versions(['aaaaaaa']) });
    site.file('a.yaml', scenario(site.url, "releases: { equals: '${{ env.GIT_SHA }}' }"));
    assert.equal((await site.run(['releases', 'a.yaml'])).code, 2);
    assert.equal((await site.run(['releases', 'a.yaml'], { env: { GIT_SHA: 'ccccccc' } })).code, 1);
    assert.equal((await site.run(['releases', 'a.yaml'], { env: { GIT_SHA: 'aaaaaaa' } })).code, 0);
  });
});
