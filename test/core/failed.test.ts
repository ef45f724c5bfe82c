// Answers that came as a success and say themselves that they failed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge } from '../../smoke/core/judge.ts';
import type { Look, Reading, Selection } from '../../smoke/core/look.ts';
import { documentCandidate } from '../../smoke/select/document.ts';
import { inflate } from '../../smoke/select/inflate.ts';

const text = 'smk-t4n2xw7f3kq9tz2m';

type More = { selection?: Partial<Selection>; headers?: Record<string, string>; reading?: Partial<Reading> };

async function look(answer: object, { selection, headers = {}, reading }: More = {}): Promise<Look> {
  const body = { text: JSON.stringify(answer), format: 'json', source: 'GET /r' } as const;
  const candidate = await documentCandidate({ ...body, headers, answered: 'by a server' });
  const read = { candidates: [candidate], whole: true, searched: 'GET /r', cost: { requests: 1, bytes: 1, ms: 1 } };
  const picks = selection ?? { records: '$.items[*]', where: { '$.ref': '8843' }, field: '$.note' };
  const sought = { marker: { text, fixed: 11, prefix: 'smk-' }, aliases: new Map([['booking', '8843']]), sent: [] };
  return judge({ ...read, ...reading }, { allow: [], reference: false, ...picks }, sought, { inflate }).look;
}

const failures: readonly object[] = [
  { errors: [{ message: 'no' }] },
  { errors: ['no'] },
  { errors: { note: ['no'] } },
  { error: 'no' },
  { error: { code: 7 } },
  { error: true },
  { ok: false },
  { success: false },
  { timed_out: true },
  { _shards: { total: 5, failed: 2 } },
  { status: 'error' },
  { status: 'fail' },
  { status: 'FAILURE' },
  { status: 503 },
  { code: 404 },
];

test('an answer that says that it failed proves no absence, with records in it or without', async () => {
  for (const more of failures) {
    for (const items of [[], [{ ref: '1', note: 'x' }]]) {
      const found = await look({ ...more, items });
      assert.ok(found.kind === 'absent' && !found.proves, JSON.stringify(more));
      assert.match(found.detail ?? '', /^the answer is an error/, JSON.stringify(more));
    }
  }
  const problem = await look({ items: [] }, { headers: { 'content-type': 'application/problem+json' } });
  assert.ok(problem.kind === 'absent' && !problem.proves);
});

test('an answer that says that nothing failed proves the absence', async () => {
  for (const more of [
    {},
    { errors: [] },
    { errors: {} },
    { errors: false },
    { error: null },
    { error: '' },
    { error: false },
    { ok: true, success: true, timed_out: false, _shards: { failed: 0 } },
    { status: 'ok' },
    { status: 200 },
    { code: 0 },
    { code: 20_000 },
    { message: 'OK' },
  ]) {
    const found = await look({ ...more, items: [{ ref: '1', note: 'x', error: 'late', status: 'error', ok: false }] });
    assert.ok(found.kind === 'absent' && found.proves, JSON.stringify(more));
  }
});

test('what is wrong is told in the words of the answer, unless they are long', async () => {
  const detail = async (more: object): Promise<string | undefined> => {
    const found = await look({ ...more, items: [] });
    return found.kind === 'absent' ? found.detail : undefined;
  };
  assert.equal(await detail({ errors: [{ message: 'timeout' }] }), 'the answer is an error: timeout');
  assert.equal(await detail({ status: 'error', message: 'later' }), 'the answer is an error: later');
  assert.equal(await detail({ timed_out: true }), 'the answer is an error: $.timed_out');
  assert.equal(await detail({ error: 'x'.repeat(300) }), 'the answer is an error: $.error');
});

test('a record without its text beside an error is not stripped; with the text it is there', async () => {
  const empty = { items: [{ ref: '8843', note: null }], errors: [{ message: 'timeout' }] };
  const found = await look(empty);
  assert.equal(found.kind, 'blind');
  assert.match(found.kind === 'blind' ? found.fault.message : '', /the answer is an error: timeout$/);
  assert.equal((await look({ ...empty, errors: [] })).kind, 'stripped');
  assert.equal((await look({ ...empty, items: [{ ref: '8843', note: `Late. ${text}` }] })).kind, 'intact');
  const nested = { data: { booking: { ref: '8843', note: null } }, errors: [{ message: 'timeout' }] };
  const selection = { field: '$.data.booking.note', where: { '$.data.booking.ref': '8843' } };
  assert.equal((await look(nested, { selection })).kind, 'blind');
});

test('an answer that is the record itself may call its own state an error', async () => {
  const selection = { field: '$.note', where: { '$.ref': '8843' } };
  const found = await look({ ref: '8843', note: '', status: 'error', error: 'not pushed' }, { selection });
  assert.equal(found.kind, 'stripped');
});

test('an error that holds the marker does not show that the record is elsewhere', async () => {
  const found = await look({ items: [], errors: [{ message: `search for ${text} timed out` }] });
  assert.ok(found.kind === 'absent' && !found.proves && found.elsewhere === undefined);
});

test('an answer in doubt proves neither an absence nor an empty field', async () => {
  const doubt = 'it was answered 202: accepted, not ready';
  const found = await look({ items: [] }, { reading: { doubt } });
  assert.ok(found.kind === 'absent' && !found.proves && found.detail === doubt);
  const empty = await look({ items: [{ ref: '8843', note: '' }] }, { reading: { doubt } });
  assert.equal(empty.kind, 'blind');
});

test('a page that says that there is nothing proves it where the selectors are not of data', async () => {
  const reading = { candidates: [], asPage: 'a 404 in HTML' };
  const json = await look({}, { reading });
  assert.ok(json.kind === 'absent' && !json.proves);
  assert.equal(json.detail, 'a 404 in HTML, where this look reads JSON: perhaps of a gateway');
  const css = await look({}, { reading, selection: { field: '.note' } });
  assert.ok(css.kind === 'absent' && css.proves);
});
