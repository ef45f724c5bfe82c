// A list that is just as long as its address asked for may be the first page of several.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { inflate } from '../../smoke/select/inflate.ts';

type Headers = Record<string, string>;

/** Why an answer with two records proves no absence. */
async function why(query: string, more: object = {}, headers: Headers = {}): Promise<string | undefined> {
  const body = JSON.stringify({ ...more, r: [{ ref: 'a' }, { ref: 'b' }] });
  const url = `http://127.0.0.1/r?${query}`;
  const answer = await documentCandidate({ text: body, format: 'json', source: 'GET /r', headers, url });
  const reading = { candidates: [answer], whole: true, searched: 'GET /r', cost: { requests: 1, bytes: 1, ms: 1 } };
  const selection = { records: '$.r[*]', where: { '$.ref': 'gone' }, allow: [], reference: false };
  const marker = { text: 'smk-t4n2xw7f3kq9tz2m', fixed: 11, prefix: 'smk-' };
  const { look } = judge(reading, selection, { marker, aliases: new Map(), sent: [] }, { inflate });
  assert.ok(look.kind === 'absent');
  assert.equal(look.proves, look.detail === undefined);
  return look.detail;
}

test('a list as long as its address asks for proves no absence', async () => {
  for (const name of ['limit', 'per_page', 'page_size', 'pageSize', 'size', 'count', 'take', 'first', 'rows', '$top']) {
    assert.equal(await why(`${name}=2`), `the answer holds 2, as many as ${name} asks for: there may be more`);
  }
  assert.match((await why('page%5Bsize%5D=2')) ?? '', /as many as page\[size\] asks for/);
  assert.match((await why('limit=2', { count: 2 })) ?? '', /there may be more/);
});

test('a shorter list, or one that says that it is the whole, proves the absence', async () => {
  for (const query of ['', 'limit=50', 'limit=all', 'guests=2', 'page=2']) assert.equal(await why(query), undefined);
  const whole = [{ total: 2 }, { next: null }, { has_more: false }, { meta: { last_page: 1, current_page: 1 } }];
  for (const more of whole) assert.equal(await why('limit=2', more), undefined, JSON.stringify(more));
  assert.equal(await why('limit=2', {}, { 'x-total-count': '2' }), undefined);
  assert.equal(await why('limit=2', {}, { link: '</r?page=1>; rel="prev"' }), undefined);
});
