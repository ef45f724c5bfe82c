import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineCandidate } from '../../smoke/select/line.ts';

const source = 'worker.log:1';

test('a JSON line is selected from by JSONPath, also into JSON packed in it', async () => {
  const line = '{"time":"2026-01-02T03:04:05Z","msg":"sent","payload":"{\\"booking\\":8841}"}';
  const candidate = await lineCandidate({ line, source });
  assert.deepEqual(candidate.select('$.msg'), { fits: true, values: ['sent'] });
  assert.deepEqual(candidate.select('$.payload.booking'), { fits: true, values: ['8841'] });
  assert.equal(candidate.text(), line);
  assert.equal(candidate.at, '2026-01-02T03:04:05Z');
});

test('a plain line finds nothing for JSONPath among JSON lines, and does not fit in a plain log', async () => {
  const line = '2026-01-02 03:04:05.678 started';
  const mixed = await lineCandidate({ line, source, mixed: () => true });
  assert.deepEqual(mixed.select('$.msg'), { fits: true, values: [] });
  const plain = await lineCandidate({ line, source, mixed: () => false });
  assert.equal(plain.select('$.msg').fits, false);
  assert.deepEqual(plain.select('/(\\w+)$/'), { fits: true, values: ['started'] });
  assert.equal(plain.at, '2026-01-02 03:04:05.678');
});

test('`lines` reads nothing as JSON, and half a JSON line is text', async () => {
  const asked = await lineCandidate({ line: '{"a":1}', source, format: 'lines', mixed: () => true });
  assert.equal(asked.select('$.a').fits, false);
  const torn = await lineCandidate({ line: '{"a":1', source });
  assert.equal(torn.select('$.a').fits, false);
  assert.deepEqual([...torn.leaves()], [{ path: 'text', text: '{"a":1' }]);
});

test('a time is taken from the usual members, never from inside a text', async () => {
  const at = async (line: string): Promise<string | undefined> => (await lineCandidate({ line, source })).at;
  assert.equal(await at('{"ts":1700000000.123,"m":"x"}'), '1700000000.123');
  assert.equal(await at('{"@timestamp": "2026-01-02T03:04:05Z"}'), '2026-01-02T03:04:05Z');
  assert.equal(await at('{"m":"{\\"time\\":\\"no\\"}"}'), undefined);
  assert.equal(await at('nothing here'), undefined);
});

test('a line that lacks the list of another line has no records, and is at no fault', async () => {
  const line = await lineCandidate({ line: '{"msg":"started"}', source });
  assert.deepEqual(line.split('$.batch[*]'), { fits: true, candidates: [] });
});
