import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look } from '../../smoke/core/look.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { inflate } from '../../smoke/select/inflate.ts';

const text = 'smk-t4n2xw7f3kq9tz2m';

async function look(more: object, headers: Record<string, string> = {}, ref = 'gone'): Promise<Look> {
  const body = JSON.stringify({ r: [{ ref: 'a' }, { ref: 'b' }], ...more });
  const answer = await documentCandidate({ text: body, format: 'json', source: 'GET /r', headers });
  const reading = { candidates: [answer], whole: true, searched: 'GET /r', cost: { requests: 1, bytes: 1, ms: 1 } };
  const selection = { records: '$.r[*]', where: { '$.ref': ref }, allow: [], reference: false };
  const sought = { marker: { text, fixed: 11, prefix: 'smk-' }, aliases: new Map<string, string>(), sent: [] };
  return judge(reading, selection, sought, { inflate }).look;
}

async function detail(more: object, headers: Record<string, string> = {}): Promise<string | undefined> {
  const found = await look(more, headers);
  assert.equal(found.kind, 'absent');
  if (found.kind !== 'absent') return undefined;
  assert.equal(found.proves, found.detail === undefined, JSON.stringify(more));
  return found.detail;
}

test('an answer that tells a greater number than it holds proves no absence', async () => {
  const answers = [
    { total: 1200 },
    { totalCount: '1200' },
    { meta: { total_count: 1200 } },
    { page: { size: 2, totalElements: 1200 } },
    { pagination: { totalItems: 1200 } },
    { paging: { totalResults: 1200 } },
  ];
  for (const more of answers) {
    assert.equal(await detail(more), 'the answer holds 2 of 1200', JSON.stringify(more));
  }
  assert.equal(await detail({}, { 'x-total-count': '1200' }), 'the answer holds 2 of 1200');
  assert.equal(await detail({}, { 'Content-Range': 'items 0-1/1200' }), 'the answer holds 2 of 1200');
});

test('an answer that names a next page proves no absence', async () => {
  for (const more of [
    { next: '/r?page=2' },
    { links: { next: { href: '/r?page=2' } } },
    { _links: { next: '/r?page=2' } },
    { nextPageToken: 'abc' },
    { meta: { next_cursor: 'abc' } },
    { nextPage: 2 },
    { hasMore: true },
    { paging: { has_next: true } },
  ]) {
    assert.match((await detail(more)) ?? '', /says that there are more/, JSON.stringify(more));
  }
});

test('an answer that is the whole proves the absence', async () => {
  for (const more of [
    {},
    { total: 2, next: null, hasMore: false },
    { total: '2', links: { next: '' }, nextCursor: false },
    { meta: { total: 0 }, links: {}, _links: { self: '/r' } },
    { total: 340.5 },
    { total: { amount: 900 } },
  ]) {
    assert.equal(await detail(more), undefined, JSON.stringify(more));
  }
  assert.equal(await detail({}, { 'content-range': 'items 0-1/*', 'x-total-count': '2' }), undefined);
});

test('a record that was found on a page is found, however many more there are', async () => {
  assert.equal((await look({ total: 1200 }, {}, 'b')).kind, 'stripped');
});
