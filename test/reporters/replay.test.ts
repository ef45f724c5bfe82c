import assert from 'node:assert/strict';
import { test } from 'node:test';
import { github } from '../../reporters/github.ts';
import { loadReporter, reporterNames, reporters } from '../../reporters/index.ts';
import { json } from '../../reporters/json.ts';
import { junit } from '../../reporters/junit.ts';
import { markdown } from '../../reporters/markdown.ts';
import { ndjson } from '../../reporters/ndjson.ts';
import { tap } from '../../reporters/tap.ts';
import { terminal } from '../../reporters/terminal.ts';
import { visible } from '../../smoke/core/escape.ts';
import type { RunEvent } from '../../smoke/core/events.ts';
import type { RunRecord } from '../../smoke/core/record.ts';
import { runEvents } from './events.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

const all = runEvents(Object.values(stories).map((story, index) => ({ ...story, id: `booking-note#${index + 1}` })));

function read(recorded: string): RunEvent[] {
  return recorded
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
}

test('ndjson is the stream itself, one event a line, with nothing invisible in it', async () => {
  const recorded = await written(ndjson, all);
  assert.deepEqual(read(recorded), JSON.parse(JSON.stringify(all)));
  assert.equal(recorded.split('\n').length, all.length + 1);
  assert.equal(visible(recorded.replaceAll('\n', '')), recorded.replaceAll('\n', ''));
});

for (const [name, factory] of Object.entries({ json, junit, terminal, ndjson, github, markdown, tap }))
  test(`a recorded run replayed through ${name} gives the same bytes`, async () => {
    const replayed = read(await written(ndjson, all));
    assert.equal(await written(factory, replayed), await written(factory, all));
  });

test('json is the whole record, and names what has no verdict', async () => {
  const cut = all.slice(0, -1);
  const record = JSON.parse(await written(json, cut)) as RunRecord & { unjudged: string[]; contract: number };
  assert.equal(record.contract, 1);
  assert.equal(record.scenarios.length, Object.keys(stories).length);
  assert.deepEqual(record.unjudged, ['booking-note#10']);
  assert.equal(record.scenarios[1]?.verdict?.trail.suspects[0]?.hop, 'worker');
  assert.equal(record.finished, undefined);
});

test('every reporter has a name, a line of documentation, and loads', async () => {
  assert.deepEqual([...reporterNames], Object.keys(reporters));
  for (const name of reporterNames) {
    assert.match(reporters[name].summary, /^\S.{10,100}$/);
    assert.equal(typeof (await loadReporter(name)), 'function');
  }
  assert.equal(await loadReporter('constructor'), undefined);
  assert.equal(await loadReporter('html'), undefined);
});
