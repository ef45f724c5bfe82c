import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markdown, markdownOf } from '../../reporters/markdown.ts';
import { createRecord, fold } from '../../smoke/core/record.ts';
import { runEvents, stamped } from './events.ts';
import { hostileRun, hostileTexts } from './hostile-runs.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

/** What a renderer reads as Markdown: all but blocks of code and code spans, cut as CommonMark cuts them. */
function outsideCode(text: string): string {
  const left: string[] = [];
  let fence = '';
  for (const line of text.split('\n')) {
    const [, ticks = ''] = /^ {0,3}(`{3,})[^`]*$/.exec(line) ?? [];
    if (fence !== '') {
      if (ticks.length >= fence.length && line.trim() === ticks) fence = '';
      continue;
    }
    fence = ticks;
    if (ticks === '') left.push(withoutSpans(line));
  }
  assert.equal(fence, '', 'a block of code is never closed');
  return left.join('\n');
}

/** A span opens with a run of backticks and ends at the next run of the same length. */
function withoutSpans(line: string): string {
  let left = '';
  for (let at = 0; at < line.length; ) {
    const run = /^`+/.exec(line.slice(at))?.[0];
    if (run === undefined) {
      left += line[at];
      at += 1;
      continue;
    }
    const rest = line.slice(at + run.length);
    const end = [...rest.matchAll(/`+/g)].find(([ticks]) => ticks === run);
    assert.ok(end !== undefined, `a span that is never closed: ${line}`);
    assert.ok(!rest.slice(0, end.index).includes('|'), `a pipe in a span ends a cell for some renderers: ${line}`);
    left += 'CODE';
    at += run.length + end.index + run.length;
  }
  return left;
}

test('a table of the verdicts, those that failed first, and a trail for each that did not arrive', async () => {
  const text = await written(markdown, runEvents([stories.arrived, { ...stories.stripped, id: 'booking-note#2' }]));
  assert.match(text, /^## ✗ smoketrail: 1 of 2 passed\n/);
  const rows = text.split('\n').filter((line) => /^\| [✓✗]/.test(line));
  assert.deepEqual(rows, [
    '| ✗ | `booking-note#2` | `smk-t4n2xw7f3kq9tz2m` | `altered: stripped at worker` | 14.2 s |',
    '| ✓ | `booking-note` | `smk-t4n2xw7f3kq9tz2m` | `arrived: intact at partner after 2.1 s` | 4.25 s |',
  ]);
  assert.equal(text.match(/^### /gm)?.length, 1);
  assert.match(
    text,
    /\| `worker` \| ✗ stripped \| \+1\.80 s \| `PUT .*` \| `release 41ab00c ≠ web, 3 of 4 instances` \|/,
  );
  assert.match(text, /```text\nLast seen at queue[\s\S]*Suspect: worker\.[\s\S]*Next {8}check worker-2[\s\S]*```/);
});

for (const [name, hostile] of Object.entries(hostileTexts)) {
  test(`${name}: no text from outside is read as anything but text`, async () => {
    const text = await written(markdown, hostileRun(hostile));
    assert.doesNotMatch(text, /[^\n\u0020-\u007e✓✗?·–≠…→]/u);
    const own = outsideCode(text);
    for (const line of own.split('\n'))
      assert.match(line, /^(?:|#{2,3} [✓✗?] [\w :]*|(?:\| ?[\w✓✗?·–+. :-]* ?)+\||CODE|[\w ,;.]+)$/, line);
    assert.doesNotMatch(own, /evil|octocat|img|SKIP|vso/);
    // Every row of a table has the cells of its head.
    for (const [head = '', ...rows] of own.split(/\n\n+/).map((part) => part.split('\n'))) {
      if (!head.startsWith('|')) continue;
      for (const row of rows) assert.equal(row.split('|').length, head.split('|').length, row);
    }
  });
}

test('what does not fit is left out whole from the end, and said to be', () => {
  const record = createRecord();
  const many = Array.from({ length: 60 }, (_, index) => ({
    ...stories.stripped,
    id: `booking-note#${index + 1}`,
    name: `booking-${index}`,
    headline: `altered: stripped at worker ${index}`,
  }));
  for (const event of runEvents(many)) fold(record, event);
  const text = markdownOf(record, 20_000);
  assert.ok(Buffer.byteLength(text) <= 20_000);
  const shown = text.match(/^### /gm)?.length ?? 0;
  assert.ok(shown > 2 && shown < 60);
  assert.ok(text.includes(`${60 - shown} more trails do not fit here`));
  assert.match(text, /0 of 60 passed.*exit 1/, 'the end is there all the same');
  outsideCode(text);
  assert.ok(Buffer.byteLength(markdownOf(record, 1_000_000)) > 40_000);
});

test('markers alike are shown in full three times, and a burst has no endless table', async () => {
  const many = Array.from({ length: 130 }, (_, index) => ({ ...stories.stripped, id: `booking-note#${index + 1}` }));
  const text = await written(markdown, runEvents(many));
  assert.equal(text.match(/^### /gm)?.length, 3);
  assert.ok(text.includes('127 more like those above stand in the table only.'));
  assert.ok(text.includes('30 more markers stand in no row; 0 of them passed.'));
});

test('an empty run, an interrupted one and a stream that was cut are said to be so', async () => {
  const empty = await written(
    markdown,
    stamped([[0, { type: 'run.finished', run: 'r', counts: {}, exitCode: 0, why: 'none', took: 3 }]]),
  );
  assert.match(empty, /^## ✓ smoketrail: 0 of 0 passed\n\nNo scenario was run\.\n/);
  const stopped = await written(markdown, runEvents([stories.interrupted], { code: 130, why: 'stopped by SIGINT' }));
  assert.match(stopped, /^## \? smoketrail: 0 of 1 passed[\s\S]*interrupted: SIGINT[\s\S]*exit 130: stopped by SIGINT/);
  const cut = await written(markdown, runEvents([stories.arrived, stories.arrived]).slice(0, 6));
  assert.match(cut, /no verdict[\s\S]*1 not started[\s\S]*the record ends before the run did/);
});
