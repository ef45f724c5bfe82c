// Looks at Elasticsearch, against a stand-in that follows the published API.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import * as v from 'valibot';
import { elasticsearch } from '../../smoke/probes/logs/elasticsearch.ts';
import { type ElasticsearchOptions, elasticsearchOptions } from '../../smoke/probes/logs/elasticsearch-options.ts';
import { type ElasticsearchStandIn, elasticsearchStandIn } from '../servers/elasticsearch-stand-in.ts';
import { type Looks, looksOf, textsOf } from './log-store-looks.ts';

const standIn = 'against a stand-in that follows the published API';

type Bench = { server: ElasticsearchStandIn; looks: Looks<ElasticsearchOptions>; options: ElasticsearchOptions };

async function setUp(t: TestContext): Promise<Bench> {
  const server = await elasticsearchStandIn();
  t.after(() => server.stop());
  const options = { url: server.url, index: 'logs-*' };
  return { server, options, looks: await looksOf(t, elasticsearch, options) };
}

const now = (ms = 0): string => new Date(Date.now() + ms).toISOString();

test(`a document is a JSON line: by JSONPath, and its fields as columns by their dotted names (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const at = now();
  server.index('logs-a', {
    '@timestamp': at,
    message: '{"booking": 8841, "note": "late"}',
    kubernetes: { pod: { name: 'worker-1' } },
    'service.version': '1.4.2',
  });
  const { candidates, whole, searched } = await looks.read(options);
  const [only] = candidates;
  assert.ok(only);
  assert.equal(whole, true);
  assert.equal(searched, '1 document of logs-*');
  assert.deepEqual(only.select('$.message.booking'), { fits: true, values: ['8841'] });
  assert.deepEqual(only.select('kubernetes.pod.name'), { fits: true, values: ['worker-1'] });
  assert.deepEqual(only.select('service.version'), { fits: true, values: ['1.4.2'] });
  assert.deepEqual([only.instance, only.at, only.source], ['worker-1', at, 'document d1 of logs-a']);
});

test(`what is asked for is since a little before the send, with text, term and query together (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(-3_600_000), app: 'worker', message: 'push 8841 long ago' });
  server.index('logs-a', { '@timestamp': now(), app: 'worker', message: 'push 8841' });
  server.index('logs-a', { '@timestamp': now(), app: 'worker', message: 'push 8842' });
  server.index('logs-a', { '@timestamp': now(), app: 'web', message: 'push 8841' });
  const query = { match: { message: 'push' } };
  const { candidates } = await looks.read({ ...options, query, text: '8841', term: { app: 'worker' } });
  assert.equal(candidates.length, 1);
  const [asked] = server.asked;
  assert.deepEqual([asked?.method, asked?.path], ['POST', '/logs-*/_search']);
});

test(`more documents than an answer holds are read page by page, none twice and none left out (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const start = Date.now();
  // Five of each moment, so that the edge of a page falls among them.
  for (let count = 0; count < 1203; count += 1)
    server.index('logs-a', {
      '@timestamp': new Date(start + Math.floor(count / 5)).toISOString(),
      message: `m${count}`,
    });
  const reading = await looks.read({ ...options, limit: 5000 });
  assert.equal(new Set(textsOf(reading)).size, 1203);
  assert.equal(reading.whole, true);
  assert.ok(reading.cost.requests <= 4, String(reading.cost.requests));
});

test(`a look at its limit gave up, and so did one at more documents of one moment than an answer holds (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const at = now();
  for (let count = 0; count < 600; count += 1) server.index('logs-a', { '@timestamp': at, message: `m${count}` });
  for (const limit of [10, 1000]) {
    const reading = await looks.read({ ...options, limit });
    assert.equal(reading.unseen?.kind, 'gave-up');
    assert.match(reading.unseen?.hint ?? '', /limit/);
    assert.equal(reading.whole, false);
  }
});

test(`shards that failed, or a search that timed out, leave an absence unproved (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(-3_600_000), message: 'old' });
  server.says.failed = 1;
  const failed = await looks.read(options);
  assert.equal(failed.whole, false);
  assert.match(failed.searched, /1 of 3 shards failed/);
  server.says.failed = 0;
  server.says.timedOut = true;
  const late = await looks.read(options);
  assert.equal(late.whole, false);
  assert.match(late.searched, /timed out/);
});

test(`an index or a field that is not there is blind, never absent (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const none = await looks.blind(options);
  assert.equal(none.fault.kind, 'wrong-answer');
  assert.match(none.fault.message, /no such index \[logs-\*\]/);
  assert.match(none.fault.hint ?? '', /index/);
  server.index('logs-a', { '@timestamp': now(-3_600_000), message: 'old' });
  const mistyped = await looks.blind({ ...options, text: '8841', 'text-field': 'mesage' });
  assert.match(mistyped.fault.message, /has the field mesage/);
  assert.match(
    (await looks.blind({ ...options, 'time-field': 'time' })).fault.message,
    /No mapping found for \[time\]/,
  );
  assert.match((await looks.blind({ ...options, term: { ap: 'worker' } })).fault.message, /has the field ap/);
  // Asked once: the fields that are there stay there.
  server.asked.length = 0;
  for (let count = 0; count < 3; count += 1) assert.equal((await looks.read(options)).candidates.length, 0);
  assert.equal(server.asked.filter(({ path }) => path.endsWith('_field_caps')).length, 1);
});

test(`an absence is proved only where the index goes on being written (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(-3_600_000), message: 'old', app: 'worker' });
  const silent = await looks.read({ ...options, term: { app: 'worker' } });
  assert.equal(silent.whole, false);
  assert.match(silent.searched, /no document at all came to logs-\* since the send/);
  server.index('logs-a', { '@timestamp': now(0), message: 'another', app: 'web' });
  assert.equal((await looks.read({ ...options, term: { app: 'worker' } })).whole, true);
  assert.equal((await looks.read({ ...options, text: '8841' })).whole, true);
});

test(`a term that no document ever had is blind, unless it names the record itself (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(0), message: 'another', app: 'web' });
  const mistyped = { ...options, term: { app: 'wrker' } };
  assert.match((await looks.blind(mistyped)).fault.message, /no document of logs-\* has what query and term ask for/);
  assert.equal((await looks.read(mistyped, { named: true })).whole, true);
});

test(`a cluster that was searched along and could not be leaves an absence unproved (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const _clusters = { total: 2, successful: 1, skipped: 1 };
  const hits = { total: { value: 0, relation: 'eq' }, hits: [] };
  const _shards = { total: 1, successful: 1, failed: 0 };
  server.instead.push({ status: 200, body: JSON.stringify({ timed_out: false, _shards, _clusters, hits }) });
  const { whole, searched } = await looks.read(options);
  assert.equal(whole, false);
  assert.match(searched, /clusters were not searched/);
});

test(`shards that were not searched leave an absence unproved, though none of them failed (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  const answered = async (_shards: object): Promise<{ whole: boolean; searched: string }> => {
    const _source = { message: 'other', '@timestamp': now() };
    const hits = { hits: [{ _index: 'logs-a', _id: '1', _source, sort: [Date.now()] }] };
    server.instead.push({ status: 200, body: JSON.stringify({ timed_out: false, _shards, hits }) });
    return looks.read(options);
  };
  const some = await answered({ total: 5, successful: 3, skipped: 0, failed: 0 });
  assert.equal(some.whole, false);
  assert.match(some.searched, /3 of 5 shards were searched/);
  assert.equal((await answered({ total: 5, failed: 0 })).whole, false);
  assert.equal((await answered({ total: 5, successful: 5, skipped: 4, failed: 0 })).whole, true);
});

test(`an account or a key is sent, and refused as a lack of permission (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(), message: 'there' });
  server.authorization = 'ApiKey abc=';
  const { fault, unauthorized } = await looks.blind({ ...options, auth: { basic: { user: 'me', password: 'x' } } });
  assert.deepEqual([fault.kind, unauthorized], ['permission', true]);
  assert.equal((await looks.read({ ...options, 'api-key': 'abc=' })).candidates.length, 1);
});

test(`a server that is busy or goes away is blind, and seen again once it is back (${standIn})`, async (t) => {
  const { server, looks, options } = await setUp(t);
  server.index('logs-a', { '@timestamp': now(), message: 'there' });
  server.instead.push({
    status: 503,
    body: '{"error":{"type":"search_phase_execution_exception","reason":"all shards failed"}}',
  });
  assert.equal((await looks.blind(options)).fault.kind, 'busy');
  await server.stop();
  assert.equal((await looks.blind(options)).fault.kind, 'refused');
  await server.start();
  assert.equal((await looks.read(options)).candidates.length, 1);
  server.instead.push({ status: 200, body: '{"hits": 3}' });
  assert.equal((await looks.blind(options)).fault.kind, 'wrong-answer');
});

test('of auth and api-key only one is given, and text-field goes with text', () => {
  const base = { url: 'http://127.0.0.1:9200', index: 'logs-*' };
  const accepts = (more: object): boolean => v.safeParse(elasticsearchOptions, { ...base, ...more }).success;
  assert.ok(accepts({ 'api-key': 'x' }));
  assert.ok(!accepts({ 'api-key': 'x', auth: { bearer: 'y' } }));
  assert.ok(!accepts({ 'text-field': 'log' }));
  for (const index of ['_all', 'a/b', '-x', '']) assert.ok(!accepts({ index }), index);
});
