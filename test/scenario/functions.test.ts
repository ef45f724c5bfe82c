import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callFault } from '../../smoke/scenario/functions.ts';
import { TemplateError } from '../../smoke/scenario/template.ts';
import { resolved, scopeOf, valueIn } from './scope.ts';

test('dates move by their offset and are written in their format and zone', () => {
  assert.equal(valueIn('${{ date() }}'), '2026-03-28');
  assert.equal(valueIn("${{ date('+1d') }}"), '2026-03-29');
  assert.equal(valueIn("${{ date('+1M -2d', 'dd.MM.yyyy', 'Europe/Lisbon') }}"), '26.04.2026');
  assert.equal(valueIn("${{ datetime('+2h') }}"), '2026-03-28T12:00:00Z');
});

test('a call has one value per marker, by its text and whatever its spacing', () => {
  let calls = 0;
  const scope = scopeOf({ uuid: () => `u${++calls}`, random: () => (calls++ % 10) / 10 });
  assert.equal(valueIn('${{ uuid() }}-${{uuid( )}}', scope), 'u1-u1');
  assert.equal(valueIn('${{ int(1, 9) }}', scope), valueIn('${{ int(1,9) }}', scope));
  assert.equal(valueIn("${{ pick('a', 'b', 'c') }}", scope), valueIn("${{ pick('a','b','c') }}", scope));
  assert.deepEqual([...scope.computed.keys()], ['uuid()', 'int(1, 9)', "pick('a', 'b', 'c')"]);
});

test('the clock moving on changes no date that was computed', () => {
  const scope = scopeOf();
  assert.equal(valueIn("${{ date('+1d') }}", scope), '2026-03-29');
  scope.now = new Date('2027-01-01T00:00:00Z');
  assert.equal(valueIn("${{ date('+1d') }}", scope), '2026-03-29');
});

test('int gives every whole number of its range, both ends included', () => {
  const at = (fraction: number): unknown => valueIn('${{ int(1, 4) }}', scopeOf({ random: () => fraction }));
  assert.deepEqual([0, 0.25, 0.5, 0.75, 0.999999].map(at), [1, 2, 3, 4, 4]);
});

test('pick keeps which one was taken, never a secret itself', () => {
  const scope = scopeOf({ random: () => 0 });
  assert.equal(valueIn("${{ pick(secret.TOKEN, 'b') }}", scope), 's3cret-token');
  assert.deepEqual([...scope.computed.values()], [0]);
});

test('base64 and urlencode are not kept, since they may hold a secret', () => {
  const scope = scopeOf();
  assert.equal(valueIn('${{ base64(secret.TOKEN) }}', scope), 'czNjcmV0LXRva2Vu');
  assert.equal(valueIn("${{ urlencode('a b&c') }}", scope), 'a%20b%26c');
  assert.equal(scope.computed.size, 0);
});

test('what is kept in the ledger cannot be made of a secret', () => {
  assert.match(
    callFault('date', [{ kind: 'name', space: 'secret', name: 'X', place: { file: 'x', line: 1, column: 1 } }]) ?? '',
    /ledger/,
  );
});

test('a wrong number of values is told with an example', () => {
  assert.equal(callFault('int', []), 'int takes 2 values, not 0: int(1, 4)');
  assert.match(callFault('file', []) ?? '', /one path/);
});

test('a value that only the run knows may be wrong: that is an error with words', () => {
  const scope = scopeOf({ tree: { zone: 'Mars/North', low: 9 } });
  assert.throws(() => resolved("${{ date('+1d', 'dd', vars.zone) }}", scope), TemplateError);
  assert.throws(() => resolved('${{ int(vars.low, 1) }}', scope), TemplateError);
});
