// The README's screen of a failing trace has the shape of a run of today: each of its lines has a counterpart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoActs } from './demo-process.ts';
import { blocks } from './pages.ts';

/** What differs from run to run, and from instance to instance, is left out; what remains must be the same. */
function shape(line: string): string {
  return line
    .replace(/smk-\w{16}/g, 'MARKER')
    .replace(/\b[0-9a-f]{7}\b/g, 'COMMIT')
    .replace(/worker-\d(?:, worker-\d)*/g, 'WORKER')
    .replace(/\d+(?:\.\d+)? s\b/g, 'TIME')
    .replace(/(?:\d+ (?:skewed|altered|arrived)(?:, )?)+/g, 'COUNTS')
    .replace(/\d+/g, 'N')
    .replace(/ +/g, ' ')
    .trim();
}

const played = demoActs();

test('npm start plays two acts, and the second shows each line of the README’s screen', async () => {
  const { code, text } = await played;
  assert.equal(code, 0, text);
  const [first = '', second = ''] = text.split(/^Act two\./m);
  assert.match(first, /^✓ booking-note {2}smk-\w+ {2}arrived: intact at partner/m);
  const seen = new Set(second.split('\n').map(shape));
  const [screen] = blocks('text screen');
  const wanted = (screen?.text ?? '').split('\n');
  assert.ok(wanted.length > 15);
  const gone = wanted.filter((line) => !seen.has(shape(line)));
  assert.equal(
    gone.length,
    0,
    `Take these lines of the README's screen anew from npm start:\n${gone.join('\n')}\nIt shows now:\n${second}`,
  );
});

test('the demo ends by saying what to try next, in commands that work where it was started', async () => {
  const { text } = await played;
  const steps = text.slice(text.indexOf('Try next:'));
  assert.match(steps, /^ {2}alias smoketrail='npm --prefix .+ run -s smoketrail --'$/m);
  assert.match(steps, /^ {2}smoketrail demo --up$/m);
  assert.match(steps, /^ {2}smoketrail run scenarios.booking-note\.yaml$/m);
});
