import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Candidate } from '../../smoke/core/look.ts';
import { type Cell, rowCandidate, rowCandidates } from '../../smoke/select/row.ts';

const row = (columns: Record<string, Cell>): Promise<Candidate> => rowCandidate({ row: columns, source: 'row 1' });

function values(candidate: Candidate, selector: string): readonly string[] {
  const picked = candidate.select(selector);
  assert.ok(picked.fits, picked.fits ? '' : picked.why);
  return picked.values;
}

test('a bare name is a column, in any case where that is clear', async () => {
  const one = await row({ id: 9007199254740993n, Note: 'hi', none: null, a: 'x', A: 'y' });
  assert.deepEqual(values(one, 'id'), ['9007199254740993']);
  assert.deepEqual(values(one, 'note'), ['hi']);
  assert.deepEqual(values(one, 'none'), ['']);
  assert.deepEqual(values(one, 'A'), ['y']);
  const missing = one.select('nope');
  assert.match(missing.fits ? '' : missing.why, /no column "nope"; there are id, Note/);
});

test('JSONPath works on the row, and into JSON and PHP that its columns hold', async () => {
  const command =
    'O:3:"Job":3:{s:7:"booking";O:7:"Booking":1:{s:5:"\0*\0id";i:8841;}s:7:"\0Job\0pr";d:1.50;s:1:"n";a:2:{i:0;s:3:"hé";i:7;b:1;}}';
  const one = await row({ id: 1n, payload: JSON.stringify({ data: { command } }) });
  assert.deepEqual(values(one, '$.id'), ['1']);
  assert.deepEqual(values(one, '$.payload'), [JSON.stringify({ data: { command } })]);
  assert.deepEqual(values(one, '$.payload.data.command.booking.id'), ['8841']);
  assert.deepEqual(values(one, '$.payload.data.command.pr'), ['1.50']);
  assert.deepEqual(values(one, "$.payload.data.command.n['0']"), ['hé']);
  assert.deepEqual(values(one, '$.payload.data.command'), [command]);
});

test('what only looks like serialized PHP stays text', async () => {
  for (const text of [
    'a:1:{',
    'a:1:{i:0;s:9:"short";}',
    'O:1:"A":999999999:{}',
    'a:0:{}x',
    `${'a:1:{i:0;'.repeat(5000)}`,
  ]) {
    const one = await row({ note: text });
    assert.deepEqual([...one.leaves()], [{ path: '$.note', text }]);
  }
});

test('a class named in serialized data is never made, and __proto__ in it changes nothing', async () => {
  const one = await row({ p: 'O:8:"stdClass":1:{s:9:"__proto__";a:1:{s:8:"polluted";s:3:"yes";}}' });
  assert.deepEqual(values(one, '$.p.__proto__.polluted'), ['yes']);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('the text of a row is its columns as they are, without a layer of escapes', async () => {
  const one = await row({
    id: 7n,
    note: 'a "b"\nc',
    blob: Buffer.from('ünï'),
    raw: Buffer.from([0xff, 0x41]),
    __proto__: 'x',
  });
  assert.equal(one.text(), 'id: 7\nnote: a "b"\nc\nblob: ünï\nraw: \u00ffA');
});

test('many rows keep their order, their source and whether they were asked for by name', async () => {
  const rows = await rowCandidates([1n, 2n].map((id) => ({ row: { id }, source: `row ${id}`, named: true })));
  assert.deepEqual(
    rows.map((one) => [one.source, one.named, values(one, 'id')]),
    [
      ['row 1', true, ['1']],
      ['row 2', true, ['2']],
    ],
  );
});
