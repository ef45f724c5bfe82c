// Looks at Loki, against a stand-in that follows the published API.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loki } from '../../smoke/probes/logs/loki.ts';
import type { LokiOptions } from '../../smoke/probes/logs/loki-options.ts';
import { type LokiStandIn, lokiStandIn } from '../servers/loki-stand-in.ts';
import { type Looks, looksOf, textsOf } from './log-store-looks.ts';

const standIn = 'against a stand-in that follows the published API';

async function setUp(
  t: TestContext,
  given: { tenants?: boolean } = {},
): Promise<{ server: LokiStandIn; looks: Looks<LokiOptions>; options: LokiOptions }> {
  const server = await lokiStandIn(given);
  t.after(() => server.stop());
  const options = { url: server.url, query: '{app="worker"}' };
  return { server, options, looks: await looksOf(t, loki, options) };
}

test(`a line has its labels as columns, its time and its instance; JSON in it is found by JSONPath (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.write('{"booking": 9007199254740993, "note": "late"}');
  server.write('a plain line', { app: 'worker', pod: 'worker-2', level: 'warn' });
  const { candidates, whole, searched } = await looks.read(options);
  const [json, plain] = candidates;
  assert.ok(json && plain);
  assert.equal(whole, true);
  assert.equal(searched, '2 lines of {app="worker"}');
  assert.deepEqual(json.select('$.booking'), { fits: true, values: ['9007199254740993'] });
  assert.deepEqual(json.select('pod'), { fits: true, values: ['worker-1'] });
  assert.deepEqual(json.select('level'), { fits: true, values: [] });
  assert.equal(json.select('levl').fits, false);
  assert.deepEqual(plain.select('$.booking'), { fits: true, values: [] });
  assert.deepEqual(plain.select('level'), { fits: true, values: ['warn'] });
  assert.equal(plain.instance, 'worker-2');
  assert.match(plain.at ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
  const [, byApp] = (await looks.read({ ...options, 'instance-label': 'app' })).candidates;
  assert.equal(byApp?.instance, 'worker');
});

test(`only what was written since a little before the send is asked for (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const since = new Date();
  const moment = (ms: number): bigint => BigInt(since.getTime() + ms) * 1_000_000n;
  const labels = { app: 'worker' };
  server.lines.push({ tenant: 'fake', labels, nanoseconds: moment(-40_000), text: 'long before' });
  server.lines.push({ tenant: 'fake', labels, nanoseconds: moment(-20_000), text: 'by a clock that is behind' });
  server.lines.push({ tenant: 'fake', labels, nanoseconds: moment(20_000), text: 'by a clock that is ahead' });
  assert.deepEqual(textsOf(await looks.read(options, { since })), [
    'by a clock that is behind',
    'by a clock that is ahead',
  ]);
});

test(`more lines than an answer holds are read page by page, none twice and none left out (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  for (let count = 0; count < 3500; count += 1) server.write(`line ${count}`);
  // Several of one moment, over the edge of a page.
  const [edge] = server.lines.slice(2500);
  assert.ok(edge);
  for (let count = 0; count < 20; count += 1) server.lines.push({ ...edge, text: `of one moment ${count}` });
  const reading = await looks.read(options);
  const texts = textsOf(reading);
  assert.equal(texts.length, 3520);
  assert.equal(new Set(texts).size, 3520);
  assert.equal(texts.at(-1), 'line 3499');
  assert.equal(reading.whole, true);
  assert.equal(reading.unseen, undefined);
  assert.equal(reading.cost.requests, 4);
});

test(`a look at its limit gave up, and says which option raises it (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  for (let count = 0; count < 30; count += 1) server.write(`line ${count}`);
  const reading = await looks.read({ ...options, limit: 10 });
  assert.equal(textsOf(reading).at(-1), 'line 29');
  assert.equal(reading.whole, false);
  assert.equal(reading.unseen?.kind, 'gave-up');
  assert.match(reading.unseen?.hint ?? '', /limit/);
  assert.match(reading.searched, /^10 lines of .*; only the newest 10 were read$/);
});

test(`more lines of one moment than an answer holds cannot be paged, so the look gave up (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const nanoseconds = BigInt(Date.now()) * 1_000_000n;
  for (let count = 0; count < 1500; count += 1)
    server.lines.push({ tenant: 'fake', labels: { app: 'worker' }, nanoseconds, text: `line ${count}` });
  const reading = await looks.read(options);
  assert.equal(reading.unseen?.kind, 'gave-up');
  assert.equal(reading.whole, false);
});

test(`a tenant sees its own lines, and without one Loki refuses (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t, { tenants: true });
  server.write('of the hotel', undefined, 'hotel');
  server.write('of another', undefined, 'other');
  assert.deepEqual(textsOf(await looks.read({ ...options, tenant: 'hotel' })), ['of the hotel']);
  const { fault } = await looks.blind(options);
  assert.equal(fault.kind, 'permission');
  assert.match(fault.message, /no org id/);
});

test(`a query that is wrong, or counts lines, is told in Loki's words or ours (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const wrong = await looks.blind({ ...options, query: 'app=worker' });
  assert.equal(wrong.fault.kind, 'wrong-answer');
  assert.match(wrong.fault.message, /parse error at line 1/);
  const counts = await looks.blind({ ...options, query: 'count_over_time({app="worker"}[1m])' });
  assert.match(counts.fault.message, /counts lines/);
  server.instead.push({ status: 200, body: '{"hello": 1}' });
  assert.match((await looks.blind(options)).fault.hint ?? '', /Loki itself/);
});

test(`a warning of Loki leaves an absence unproved (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const body = { status: 'success', data: { resultType: 'streams', result: [] }, warnings: ['max bytes reached'] };
  server.instead.push({ status: 200, body: JSON.stringify(body) });
  const { whole, searched } = await looks.read(options);
  assert.equal(whole, false);
  assert.match(searched, /could not read all/);
});

test(`labels that no line has had for a day are blind, never absent (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.write('a line');
  const { fault } = await looks.blind({ ...options, query: '{app="wrker"} |= "push"' });
  assert.match(fault.message, /no line with \{app="wrker"\} has come to Loki for a day/);
  assert.match(fault.hint ?? '', /labels/);
});

test(`an absence is proved only where lines with these labels go on coming (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const old = BigInt(Date.now() - 3_600_000) * 1_000_000n;
  server.lines.push({ tenant: 'fake', labels: { app: 'worker' }, nanoseconds: old, text: 'an hour ago' });
  const asked = { ...options, query: '{app="worker"} |= "push"' };
  const silent = await looks.read(asked);
  assert.equal(silent.whole, false);
  assert.match(silent.searched, /no line at all with \{app="worker"\} came since the send/);
  server.write('another line');
  assert.equal((await looks.read(asked)).whole, true);
});

test(`a Loki that goes away is blind, and seen again once it is back (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.write('before');
  assert.equal((await looks.read(options)).candidates.length, 1);
  await server.stop();
  assert.equal((await looks.blind(options)).fault.kind, 'refused');
  await server.start();
  server.write('after');
  assert.deepEqual(textsOf(await looks.read(options)), ['before', 'after']);
  server.instead.push({ status: 429, headers: { 'retry-after': '3' } }, { cut: '{"half": ' });
  const busy = await looks.blind(options);
  assert.deepEqual([busy.fault.kind, busy.retryAfter], ['busy', 3000]);
  assert.equal((await looks.blind(options)).fault.kind, 'wrong-answer');
});
