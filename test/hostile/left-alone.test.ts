// A partner that asks, with every answer, to be left alone: how long the end of a run takes with it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '../demo/on-stack.ts';
import { openSite, scenarioAt } from '../system/site.ts';
import { face } from './faced.ts';

/** Answers everything but the send with 429 and that Retry-After, in seconds. */
const busy = (seconds: number): Parameters<typeof openSite>[1] => ({
  instead: ({ method }, response) => {
    if (method === 'POST') return false;
    response.writeHead(429, { 'retry-after': String(seconds) }).end();
    return true;
  },
});

test('a partner that asks to be left alone for a day: the cleaning is given up at once, and left to a sweep', {
  timeout: 60_000,
}, async (t) => {
  const pieces = { deadline: '1500ms', grace: '500ms', find: true };
  const faced = await face(t, { ...busy(86_400), pieces, timeout: '1s', looked: false });
  assert.ok(faced.ms < 20_000, `${faced.ms} ms`);
  assert.equal(faced.scenario.cleaned?.state, 'failed');
  const detail = faced.scenario.cleaned?.detail ?? '';
  assert.match(detail, /the host asks to be left alone until 20\d\d-.*Z at least/);
  assert.match(detail, /it stays in the ledger; smoketrail sweep tries again/);
});

test('a signal ends the wait for such a partner, which is told while it lasts', { timeout: 60_000 }, async (t) => {
  const site = await openSite(t, busy(50));
  site.file('booking.yaml', scenarioAt(site.url, { top: 'timeout: 1s', deadline: '300ms' }));
  const program = site.start(['run', 'booking.yaml']);
  const held = /cleanup +the cleaning waits until .*: the\s+host asks to be left alone so long/;
  await eventually('the wait is told', async () => (held.test(program.output()) ? true : undefined));
  const began = performance.now();
  program.kill('SIGINT');
  const ended = await program.ended;
  assert.ok(performance.now() - began < 15_000);
  assert.match(ended.stdout, /Cleanup +failed: .*the host asks to be left alone until/);
});

for (const [what, status, headers, refusals] of [
  ['429 and a Retry-After of a second', 429, { 'retry-after': '1' }, 1],
  ['503 and a Retry-After of a second', 503, { 'retry-after': '1' }, 1],
  ['429 without a word of when', 429, {}, 2],
] as const)
  test(`a deletion that is answered ${what} is sent again in the same run`, { timeout: 60_000 }, async (t) => {
    const deleted: number[] = [];
    const instead: Parameters<typeof openSite>[1] = {
      instead: ({ method }, response) => {
        if (method !== 'DELETE') return false;
        deleted.push(performance.now());
        if (deleted.length > refusals) return false;
        response.writeHead(status, headers).end();
        return true;
      },
    };
    const faced = await face(t, { ...instead, timeout: '1s' });
    assert.equal(faced.scenario.cleaned?.state, 'clean', faced.scenario.cleaned?.detail);
    assert.equal(deleted.length, refusals + 1);
    const [first = 0, second = 0] = deleted;
    assert.ok(second - first > 900, `${second - first} ms`);
  });
