// A partner that allows ten requests in a time and answers 429 beyond: a run that knows stays below, one that does not
// obeys, and neither takes a refusal, or a look that was held back, for a missing record.

import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { serve } from '../probes/local-server.ts';
import { suspectsOf } from '../system/keystone.ts';
import { openSite, type Site } from '../system/site.ts';
import { bring, type Enacted, enact, notesAt } from './enact.ts';

const most = 10;

type Rated = { site: Site; url: string; at: number[]; denied: number };

/** `behind`: how long after it was first asked for the partner shows a booking, in ms. */
async function ratedPartner(t: TestContext, { perMs = 3_000, behind = 1_500 } = {}): Promise<Rated> {
  const site = await openSite(t);
  const since = new Map<string, number>();
  const server = await serve(t, ({ url = '' }, response) => {
    const now = performance.now();
    rated.at.push(now);
    if (rated.at.filter((at) => at > now - perMs).length > most) {
      rated.denied += 1;
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    }
    const id = url.split('/').at(-1) ?? '';
    if (!since.has(id)) since.set(id, now);
    const note = now - (since.get(id) ?? now) < behind ? undefined : site.bookings.get(Number(id))?.note;
    response.writeHead(note === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(note === undefined ? {} : { note }));
  });
  const rated: Rated = { site, url: server.url, at: [], denied: 0 };
  bring(site, ['rated-partner.yaml']);
  return rated;
}

function watch({ site, url }: Rated, ...args: string[]): Promise<Enacted> {
  return enact(site, ['rated-partner.yaml', ...args], { vars: { partner: url } });
}

const four = ['--repeat', '4', '--jobs', '4'];

function allow({ site, url }: Rated, rate: string): void {
  site.file('smoketrail.yaml', `hosts:\n  '${new URL(url).host}': { rate: ${rate} }\n`);
}

describe('a partner with a rate', { concurrency: 4 }, () => {
  test('with the partner’s rate in the config file four markers at once never come to a 429', async (t) => {
    const rated = await ratedPartner(t);
    allow(rated, '2/s');
    const ran = await watch(rated, ...four);
    assert.deepEqual(ran.verdicts, ['arrived', 'arrived', 'arrived', 'arrived'], ran.screen);
    assert.equal(ran.code, 0);
    assert.equal(rated.denied, 0, ran.screen);
    assert.ok(rated.at.length > most, `${rated.at.length} requests show no limit`);
    assert.match(ran.screen, /4 of 4 passed: 4 arrived/);
    assert.deepEqual(notesAt(rated.site), []);
  });

  test('without it the partner refuses some, is left in peace as long as it asks, and nothing reads as lost', async (t) => {
    const rated = await ratedPartner(t);
    const ran = await watch(rated, ...four);
    assert.ok(rated.denied > 0, ran.screen);
    assert.ok(rated.denied < 10, `${rated.denied} refusals`);
    assert.deepEqual(ran.verdicts, ['arrived', 'arrived', 'arrived', 'arrived'], ran.screen);
    assert.deepEqual(notesAt(rated.site), []);
  });

  test('at ten a minute a record that shows between two looks arrived, and no look proved it late', async (t) => {
    const rated = await ratedPartner(t, { perMs: 60_000 });
    allow(rated, '10/min');
    const ran = await watch(rated, '--deadline', '4s');
    assert.deepEqual(ran.verdicts, ['arrived'], ran.screen);
    assert.match(ran.screen, /past the deadline of 4 s, though no look proved it absent by then/);
    assert.deepEqual([ran.code, rated.denied], [0, 0]);
    assert.equal(rated.at.length, 3, 'one look, one at the end of the time, and one after the cleaning');
    const gaps = rated.at.slice(1).map((at, index) => at - (rated.at[index] ?? 0));
    assert.ok(Math.min(...gaps) > 5_000, `${gaps.map(Math.round)}`);
    assert.deepEqual(notesAt(rated.site), []);
  });

  test('at ten a minute a look that has no turn before the verdict is not made: unproven, never lost', async (t) => {
    const rated = await ratedPartner(t, { perMs: 60_000 });
    allow(rated, '10/min');
    const ran = await watch(rated, '--deadline', '1s');
    assert.deepEqual(ran.verdicts, ['unproven'], ran.screen);
    assert.deepEqual(
      ran.looks('partner').map(({ kind }) => kind),
      ['absent', 'not-made'],
      ran.screen,
    );
    assert.match(ran.screen, /unproven: partner was not looked at in the end: the host's budget withheld the look/);
    assert.deepEqual([ran.trail().lastSeen?.hop, suspectsOf({ trail: ran.trail() })], ['web', 'web> partner']);
    assert.deepEqual([ran.code, rated.denied], [4, 0]);
    assert.match(ran.screen, /Cleanup +lingering: .*partner lacks the marker, but it may still arrive/);
    assert.deepEqual(notesAt(rated.site), []);
  });
});
