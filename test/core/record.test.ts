import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunEvent } from '../../smoke/core/events.ts';
import { createRecord, fold, latestLook, notStarted, type RunRecord, unjudged } from '../../smoke/core/record.ts';
import { marker, runEvents, stamped } from '../reporters/events.ts';
import { stories } from '../reporters/stories.ts';

function recordOf(events: readonly RunEvent[]): RunRecord {
  return events.reduce(fold, createRecord());
}

test('a run is kept whole: scenario, timeline, releases, steps, verdict, trail and cleaning', () => {
  const record = recordOf(runEvents([stories.stripped]));
  assert.equal(record.started?.run, 'r-2026-01-05');
  assert.equal(record.finished?.exitCode, 1);
  const [scenario] = record.scenarios;
  assert.ok(scenario);
  assert.equal(scenario.marker, marker);
  assert.equal(scenario.clockMs, 110);
  assert.deepEqual(
    scenario.looks.map(({ hop, look, since }) => [hop, look.kind, since]),
    [
      ['web', 'intact', 120],
      ['queue', 'intact', 130],
      ['worker', 'stripped', 1_800],
      ['partner', 'stripped', 2_100],
    ],
  );
  assert.deepEqual(
    scenario.releases.map(({ hop, instances }) => [hop, instances.length]),
    [
      ['web', 2],
      ['worker', 4],
    ],
  );
  assert.deepEqual(
    scenario.steps.map(({ title, outcome, ms, endedMs }) => [title, outcome, ms, endedMs]),
    [['http POST /api/bookings', 'done', 100, 170]],
  );
  assert.deepEqual(
    scenario.aliases.map(({ name, value }) => [name, value]),
    [['booking', '8841']],
  );
  assert.equal(scenario.verdict?.trail.lastSeen?.hop, 'queue');
  assert.equal(scenario.cleaned?.state, 'clean');
  assert.equal(latestLook(scenario, 'partner')?.look.kind, 'stripped');
});

test('a record read back from a recorded stream is the same', () => {
  const events = runEvents([stories.stripped, stories.hostile]);
  const replayed = events.map((event) => JSON.parse(JSON.stringify(event)) as RunEvent);
  assert.deepEqual(recordOf(replayed), recordOf(events));
});

test('a stream that was cut names the scenarios without a verdict and those that never started', () => {
  const events = runEvents([
    { ...stories.arrived, id: 'booking-note#1' },
    { ...stories.killed, id: 'booking-note#2' },
    stories.arrived,
  ]);
  const cut = events.slice(
    0,
    events.findIndex((event) => event.type === 'look' && event.scenario === 'booking-note#2') + 1,
  );
  const record = recordOf(cut);
  assert.equal(record.finished, undefined);
  assert.deepEqual(
    unjudged(record).map(({ id }) => id),
    ['booking-note#2'],
  );
  assert.deepEqual(
    notStarted(record).map(({ name, markers }) => [name, markers]),
    [['booking-note', 1]],
  );
});

test('events of a type that is not known change nothing', () => {
  const known = runEvents([stories.arrived]);
  const unknown = { seq: 99, ms: 1, at: known[0]?.at, type: 'weather', scenario: 'elsewhere' } as unknown as RunEvent;
  const odd = { ...unknown, type: 'constructor' } as unknown as RunEvent;
  assert.deepEqual(recordOf([...known, unknown, odd]), recordOf(known));
});

test('a stream without its beginning still gives its scenarios', () => {
  const record = recordOf(runEvents([stories.stripped]).slice(6));
  assert.equal(record.started, undefined);
  assert.equal(record.scenarios[0]?.id, 'booking-note');
  assert.equal(record.scenarios[0]?.verdict?.verdict, 'altered');
});

test('warnings go to their scenario or to the run, and failed reporters are kept', () => {
  const record = recordOf(
    stamped([
      [1, { type: 'warning', message: 'of the run' }],
      [2, { type: 'warning', scenario: 'a', hop: 'web', message: 'of a hop', hint: 'look' }],
      [3, { type: 'reporter.failed', reporter: 'junit', message: 'disk full' }],
    ]),
  );
  assert.deepEqual(record.warnings, [{ message: 'of the run', ms: 1 }]);
  assert.deepEqual(record.scenarios[0]?.warnings, [{ message: 'of a hop', hop: 'web', hint: 'look', ms: 2 }]);
  assert.deepEqual(record.reporterFailures, [{ reporter: 'junit', message: 'disk full', ms: 3 }]);
});

test('a step that is repeated under the same title is kept once each', () => {
  const step = { type: 'step.started', scenario: 'a', phase: 'clean', title: 'DELETE' } as const;
  const end = {
    type: 'step.finished',
    scenario: 'a',
    phase: 'clean',
    title: 'DELETE',
    summary: 's',
    cost: { requests: 1, bytes: 0, ms: 1 },
  } as const;
  const record = recordOf(
    stamped([
      [1, step],
      [2, { ...end, outcome: 'failed' }],
      [3, step],
      [4, { ...end, outcome: 'done' }],
      [5, step],
    ]),
  );
  assert.deepEqual(
    record.scenarios[0]?.steps.map(({ outcome }) => outcome),
    ['failed', 'done', undefined],
  );
});

test('a burst of two thousand markers folds in well under a second', () => {
  const events = runEvents(
    Array.from({ length: 2_000 }, (_, index) => ({ ...stories.arrived, id: `booking-note#${index + 1}` })),
  );
  const start = performance.now();
  assert.equal(recordOf(events).scenarios.length, 2_000);
  assert.ok(performance.now() - start < 1_000);
});
