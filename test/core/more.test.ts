import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Candidate, Look, Selection } from '../../smoke/core/look.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { inflate } from '../../smoke/select/inflate.ts';

const text = 'smk-t4n2xw7f3kq9tz2m';

async function look(more: object, headers: Record<string, string> = {}, ref = 'gone'): Promise<Look> {
  const body = JSON.stringify({ r: [{ ref: 'a' }, { ref: 'b' }], ...more });
  const answer = await documentCandidate({ text: body, format: 'json', source: 'GET /r', headers });
  return judged(answer, { records: '$.r[*]', where: { '$.ref': ref } });
}

function judged(answer: Candidate, picks: Pick<Selection, 'records' | 'where'>): Look {
  const reading = { candidates: [answer], whole: true, searched: 'GET /r', cost: { requests: 1, bytes: 1, ms: 1 } };
  const selection = { ...picks, allow: [], reference: false };
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
  assert.match((await detail({}, { link: '</r?p=2>; rel="next", </r?p=9>; rel="last"' })) ?? '', /there are more$/);
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

const other = { ref: 'a' };

async function of(answer: object | string, records: string, where: string): Promise<string> {
  const xml = typeof answer === 'string';
  const body = xml ? answer : JSON.stringify(answer);
  const document = await documentCandidate({ text: body, format: xml ? 'xml' : 'json', source: 'GET /r' });
  const found = judged(document, { records, where: { [where]: 'gone' } });
  return found.kind === 'absent' ? `${found.proves}: ${found.detail}` : found.kind;
}

test('an answer tells that there are more at the places and by the names that services use', async () => {
  const more: readonly (readonly [answer: object, records: string])[] = [
    [{ data: [other], next_page_url: '/r?page=2', current_page: 1 }, '$.data[*]'],
    [{ data: { items: [other], total: 321, has_more: true } }, '$.data.items[*]'],
    [{ data: { items: [other], hasMore: true } }, '$.data.items[*]'],
    [{ hits: { total: { value: 321, relation: 'eq' }, hits: [other] } }, '$.hits.hits[*]'],
    [{ hits: { total: 321, hits: [other] } }, '$.hits.hits[*]'],
    [{ items: [other], response_metadata: { next_cursor: 'x' } }, '$.items[*]'],
    [{ value: [other], '@odata.nextLink': '/r?$skip=1' }, '$.value[*]'],
    [{ value: [other], '@odata.count': 321 }, '$.value[*]'],
    [{ data: [other], links: { next: '/r?page=2' } }, '$.data[*]'],
    [{ data: [other], meta: { pagination: { total_pages: 17, current_page: 1 } } }, '$.data[*]'],
    [{ data: [other], meta: { 'last-page': 17 } }, '$.data[*]'],
    [{ content: [other], number: 0, totalPages: 2 }, '$.content[*]'],
    [{ content: [other], last: false }, '$.content[*]'],
    [{ pageInfo: { hasNextPage: true }, nodes: [other] }, '$.nodes[*]'],
    [{ data: { nodes: [other], pageInfo: { hasNextPage: true } } }, '$.data.nodes[*]'],
    [{ data: { r: { edges: [{ node: other }], pageInfo: { hasNextPage: true } } } }, '$.data.r.edges[*].node'],
    [{ byRef: { a: other }, NextPageToken: 'x' }, '$.byRef[*]'],
    [{ body: JSON.stringify({ items: [other], nextToken: 'x' }) }, '$.body.items[*]'],
    [{ items: [], total: 321 }, '$.items[*]'],
    [{ 'hydra:member': [other], 'hydra:view': { 'hydra:next': '/r?page=2' } }, "$['hydra:member'][*]"],
    [{ 'hydra:member': [other], 'hydra:totalItems': 321 }, "$['hydra:member'][*]"],
    [{ Items: [other], LastEvaluatedKey: { id: { S: 'x' } } }, '$.Items[*]'],
    [{ Items: [], LastEvaluatedKey: 'x' }, '$.Items[*]'],
    [{ data: [other], next_start: 100 }, '$.data[*]'],
    [{ data: [other], additional_data: { pagination: { next_start: 100 } } }, '$.data[*]'],
    [
      {
        data: [other],
        links: [
          { rel: 'self', href: '/r' },
          { rel: 'next', href: '/r?page=2' },
        ],
      },
      '$.data[*]',
    ],
    [{ entry: [other], link: [{ relation: 'next', url: '/r?page=2' }] }, '$.entry[*]'],
    [{ data: { items: [], link: [{ rel: 'next', href: '/r?page=2' }] } }, '$.data.items[*]'],
    [{ data: [other], meta: { errors: [], has_more: true } }, '$.data[*]'],
    [{ data: [other], _links: { curies: [{ name: 'x' }], next: { href: '/r?page=2' } } }, '$.data[*]'],
    [{ data: [other], paging: { next: '2026-01-01' } }, '$.data[*]'],
    [{ data: [other], page: 2, pages: 2 }, '$.data[*]'],
  ];
  for (const [answer, records] of more) {
    assert.match(await of(answer, records, '$.ref'), /^false: the answer holds /, JSON.stringify(answer));
  }
  for (const about of ['total="321"', 'count="321"', 'more="true"', 'hasMore="1"', 'next="/r?page=2"']) {
    const root = `<rs ${about}><r ref="a"/></rs>`;
    const inside = `<answer><rs ${about}><r ref="a"/></rs></answer>`;
    for (const xml of [root, inside]) assert.match(await of(xml, 'r', '@ref'), /^false: the answer holds /, xml);
  }
  assert.match(await of('<rs><total>321</total><r ref="a"/></rs>', 'r', '@ref'), /^false: the answer holds 1 of 321$/);
});

test('an answer that says by these names that it is the whole proves the absence', async () => {
  const all: readonly (readonly [answer: object, records: string])[] = [
    [{ data: [other], next_page_url: null, current_page: 1, last_page: 1, total: 1 }, '$.data[*]'],
    [{ data: { items: [other], total: 1, has_more: false } }, '$.data.items[*]'],
    [{ hits: { total: { value: 1 }, hits: [other] } }, '$.hits.hits[*]'],
    [{ items: [other], response_metadata: { next_cursor: '' } }, '$.items[*]'],
    [{ data: [other], links: { next: null, last: '/r?page=1' } }, '$.data[*]'],
    [{ data: [other], links: { next: { href: null, templated: true } } }, '$.data[*]'],
    [{ data: [other], meta: { pagination: { total_pages: 1, current_page: 1 } } }, '$.data[*]'],
    [{ content: [other], number: 0, totalPages: 1, last: true }, '$.content[*]'],
    [{ nodes: [other], pageInfo: { hasNextPage: false, endCursor: 'x' } }, '$.nodes[*]'],
    [{ byRef: { a: { ...other, total: 900, next: 'x', hasMore: true } } }, '$.byRef[*]'],
    [{ data: [other], included: [{ total: 900, next: 'x' }], revenue: { total: 900 } }, '$.data[*]'],
    [{ items: [], total: 0 }, '$.items[*]'],
    [{ 'hydra:member': [other], 'hydra:totalItems': 1, 'hydra:view': { 'hydra:last': '/r' } }, "$['hydra:member'][*]"],
    [{ Items: [other], LastEvaluatedKey: null }, '$.Items[*]'],
    [{ Items: [other], LastEvaluatedKey: {} }, '$.Items[*]'],
    [
      {
        data: [other],
        links: [
          { rel: 'prev', href: '/r' },
          { rel: 'next', href: null },
        ],
      },
      '$.data[*]',
    ],
    [{ data: [other], next_start: null }, '$.data[*]'],
    [{ items: [], schedule: { next: '2026-01-01' } }, '$.items[*]'],
    [{ items: [other], next: '2026-01-01T14:00:00+01:00' }, '$.items[*]'],
    [{ items: [other], next: 'Check-in at 3 pm', nextStart: '1.2.2026' }, '$.items[*]'],
    [{ items: [other], messages: { list: [1], has_more: true, count: 9 } }, '$.items[*]'],
    [{ items: [], user: { messages: { has_more: true } } }, '$.items[*]'],
    [{ items: [], user: { photos: { data: [1], paging: { next: '/photos?page=2' } } } }, '$.items[*]'],
    [{ items: [other], included: [{ rel: 'next', href: '/x' }] }, '$.items[*]'],
  ];
  for (const [answer, records] of all) {
    assert.equal(await of(answer, records, '$.ref'), 'true: undefined', JSON.stringify(answer));
  }
  const xml = '<rs total="1" count="1" more="false" next=""><r ref="a" total="9"><total>9</total></r></rs>';
  assert.equal(await of(xml, 'r', '@ref'), 'true: undefined');
});

test('a count is compared with the list that it stands beside, whatever is picked there', async () => {
  const rooms = (count: number) => ({ rooms: Array.from({ length: count }, () => other) });
  const booked = { bookings: [rooms(4), rooms(0), rooms(3)] };
  const two = { items: [{ ...other, type: 'x' }, other], meta: {} };
  const nested = '$.bookings[*].rooms[*]';
  const filter = "$.items[?@.type=='x']";
  const whole: readonly (readonly [answer: object, records: string])[] = [
    [{ ...booked, total: 3 }, nested],
    [{ ...booked, meta: { total: 3 } }, nested],
    [{ bookings: [rooms(0)], count: 1 }, nested],
    [{ ...two, total: 2 }, filter],
    [{ ...two, count: 2 }, "$.items[?@.type=='none']"],
    [{ result: { hits: two, meta: { total: 2 } } }, "$.result.hits.items[?@.type=='x']"],
    [{ a: { items: [other] }, b: { items: [other] }, total: 2 }, "$..items[?@.ref=='none']"],
    [{ items: [other, other], total: 2 }, '$.items[0]'],
  ];
  for (const [answer, records] of whole)
    assert.equal(await of(answer, records, '$.ref'), 'true: undefined', JSON.stringify(answer));
  const more: readonly (readonly [answer: object, records: string, says: string])[] = [
    [{ ...booked, total: 5 }, nested, '3 of 5'],
    [{ ...booked, meta: { total: 5 } }, nested, '3 of 5'],
    [{ ...two, total: 3 }, filter, '2 of 3'],
    [{ ...two, count: 3 }, "$.items[?@.type=='none']", '2 of 3'],
    [{ result: { hits: two, meta: { total: 3 } } }, "$.result.hits.items[?@.type=='x']", '2 of 3'],
    [{ a: { items: [other] }, b: { items: [other] }, total: 3 }, "$..items[?@.ref=='none']", '2 of 3'],
  ];
  for (const [answer, records, says] of more)
    assert.equal(await of(answer, records, '$.ref'), `false: the answer holds ${says}`, JSON.stringify(answer));
});

test('a record that was found on a page is found, however many more there are', async () => {
  assert.equal((await look({ total: 1200 }, {}, 'b')).kind, 'stripped');
});
