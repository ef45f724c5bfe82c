import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FinalResults, Parser, type Result } from 'tap-parser';
import { tap } from '../../reporters/tap.ts';
import type { RunEvent } from '../../smoke/core/events.ts';
import { runEvents, stamped } from './events.ts';
import { hostileRun, hostileTexts } from './hostile-runs.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

type Read = { text: string; points: Result[]; subtests: string[]; results: FinalResults; extra: string[] };

/** Reads it with the parser of node-tap, in its strict mode: what is no TAP is a failure there. */
async function read(events: readonly RunEvent[]): Promise<Read> {
  const text = await written(tap, events);
  const points: Result[] = [];
  const subtests: string[] = [];
  const extra: string[] = [];
  const results = await new Promise<FinalResults>((resolve) => {
    const listen = (parser: Parser): void => {
      parser.on('assert', (point) => void points.push(point));
      parser.on('extra', (line) => void extra.push(line));
      parser.on('child', (child) => {
        subtests.push(child.name);
        listen(child);
      });
    };
    const parser = new Parser({ strict: true }, resolve);
    listen(parser);
    parser.end(text);
  });
  return { text, points, subtests, results, extra };
}

test('each marker is a test point with what was found beneath', async () => {
  const { text, points, results } = await read(runEvents([stories.stripped]));
  assert.match(text, /^TAP version 14\nnot ok 1 - booking-note: altered: stripped at worker\n {2}---\n/);
  assert.deepEqual([results.ok, results.count, results.fail, results.failures.length > 0], [false, 1, 1, true]);
  const { diag } = points[0] ?? {};
  assert.equal(diag.verdict, 'altered');
  assert.deepEqual([diag.file, diag.line, diag.marker], ['scenarios/booking-note.yaml', 1, 'smk-t4n2xw7f3kq9tz2m']);
  assert.deepEqual(
    diag.hops.map(({ hop, is }: Record<string, string>) => [hop, is]),
    [
      ['web', 'intact'],
      ['queue', 'intact'],
      ['worker', 'stripped'],
      ['partner', 'stripped'],
    ],
  );
  assert.match(diag.trail[0], /Suspect: worker\.$/);
  assert.equal(points[0]?.time, 14_200);
});

test('several markers of a scenario are a subtest, and its point tells whether all of them passed', async () => {
  const twice = [stories.arrived, stories.stripped].map((story, index) => ({
    ...story,
    id: `booking-note#${index + 1}`,
  }));
  const { subtests, results, points } = await read(runEvents(twice));
  assert.deepEqual(subtests, ['booking-note']);
  assert.deepEqual([results.ok, results.count, results.pass, results.fail], [false, 1, 0, 1]);
  const names = points.map(({ ok, name }) => [ok, name]);
  assert.ok(
    names.some(([ok, name]) => ok === true && name === 'booking-note#1: arrived: intact at partner after 2.1 s'),
  );
});

test('what could not be proved is not ok, unless the run let it through', async () => {
  const failed = await read(runEvents([stories.unproven], { code: 4, why: '1 of 1 inconclusive' }));
  assert.deepEqual([failed.results.ok, failed.results.todo], [false, 0]);
  const mapped = await read(runEvents([stories.unproven], { code: 0, why: 'which --inconclusive pass maps' }));
  assert.deepEqual([mapped.results.ok, mapped.results.todo], [true, 1]);
});

test('an interrupted run, and a stream that was cut, bail out', async () => {
  const stopped = await read(runEvents([stories.interrupted], { code: 130, why: 'stopped by SIGINT' }));
  assert.equal(stopped.results.bailout, 'stopped by SIGINT');
  assert.equal(stopped.points[0]?.skip, 'interrupted');
  const cut = await read(runEvents([stories.arrived, stories.arrived]).slice(0, 6));
  assert.equal(cut.results.bailout, 'the record ends before the run did');
  assert.deepEqual(
    cut.points.map(({ ok, skip }) => [ok, skip]),
    [
      [false, false],
      [true, 'not started: 1 marker'],
    ],
  );
});

test('an empty run is a plan of nothing', async () => {
  const { text, results } = await read(
    stamped([[0, { type: 'run.finished', run: 'r', counts: {}, exitCode: 0, why: 'none', took: 3 }]]),
  );
  assert.equal(text, 'TAP version 14\n# exit 0: none\n1..0 # SKIP no scenario was run\n');
  assert.equal(results.ok, true);
});

for (const [name, hostile] of Object.entries(hostileTexts)) {
  test(`${name}: the parser finds the two points and no line that it does not know`, async () => {
    const { text, points, results, extra } = await read(hostileRun(hostile));
    assert.doesNotMatch(text, /[^\n\u0020-\u007e✓✗?·–≠…→]/u);
    assert.deepEqual(extra, []);
    assert.equal(results.bailout, false);
    assert.equal(points.filter(({ name }) => name.includes('altered: ')).length, 2);
    assert.ok(points.every(({ ok, skip, todo }) => !ok && skip === false && todo === false));
    assert.equal(points[0]?.diag?.verdict, 'altered');
  });
}
