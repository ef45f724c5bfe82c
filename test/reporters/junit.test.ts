import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { junit } from '../../reporters/junit.ts';
import { runEvents, stamped } from './events.ts';
import { written } from './recorded-output.ts';
import { stories } from './stories.ts';

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
});

async function suitesOf(...args: Parameters<typeof runEvents>) {
  const xml = await written(junit, runEvents(...args));
  assert.equal(XMLValidator.validate(xml), true);
  return parser.parse(xml).testsuites;
}

test('each marker is a case with its file, time, marker and builds', async () => {
  const suites = await suitesOf([stories.arrived]);
  const [suite] = suites.testsuite;
  assert.deepEqual(
    [suite.name, suite.file, suite.tests, suite.failures],
    ['booking-note', 'scenarios/booking-note.yaml', '1', '0'],
  );
  assert.deepEqual([suite.timestamp, suite.hostname], ['2026-01-05T12:00:00.010Z', 'ci-1']);
  const [found] = suite.testcase;
  assert.deepEqual([found.name, found.classname, found.time], ['booking-note', 'scenarios/booking-note.yaml', '4.250']);
  assert.deepEqual(
    found.properties.property.map(({ name, value }: Record<string, string>) => [name, value]),
    [
      ['marker', 'smk-t4n2xw7f3kq9tz2m'],
      ['verdict', 'arrived'],
      ['alias.booking', '8841'],
      ['release.web', '9f2c1e7 (2 instances)'],
      ['release.worker', '41ab00c on 3, 9f2c1e7 on 1 of 4 instances'],
    ],
  );
  assert.match(found['system-out'], /web +✓ intact +\+0\.12 s {2}GET \/api\/bookings\/8841/);
});

test('failed verdicts are failures with the trail, inconclusive ones errors, interrupted ones skipped', async () => {
  const all = [stories.arrived, stories.stripped, stories.lost, stories.unproven, stories.interrupted].map(
    (story, index) => ({ ...story, id: `booking-note#${index + 1}` }),
  );
  const suites = await suitesOf(all);
  assert.deepEqual([suites.tests, suites.failures, suites.errors, suites.skipped], ['5', '2', '1', '1']);
  const [, altered, , unproven, interrupted] = suites.testsuite[0].testcase;
  assert.equal(altered.failure.type, 'altered');
  assert.equal(altered.failure.message, 'altered: stripped at worker');
  assert.match(altered.failure['#text'], /Suspect: worker\..*Next {8}check worker-2/s);
  assert.equal(unproven.error.type, 'unproven');
  assert.match(unproven.error['#text'], /Blind +worker: GET \/logs answered 403/);
  assert.equal(interrupted.skipped.message, 'interrupted: SIGINT');
});

test('a scenario without a verdict is an error, and what never started is skipped, not forgotten', async () => {
  const events = runEvents([{ ...stories.killed, id: 'booking-note#1' }, stories.arrived, stories.arrived]);
  const xml = await written(junit, events.slice(0, events.findIndex(({ type }) => type === 'look') + 1));
  const suites = parser.parse(xml).testsuites;
  assert.deepEqual([suites.tests, suites.errors, suites.skipped], ['2', '1', '1']);
  assert.equal(suites.testsuite[0].testcase[0].error.type, 'no-verdict');
  assert.equal(suites.testsuite[0].testcase[1].skipped.message, 'not started: 2 markers');
});

test('hostile texts leave the document well-formed and free of anything invisible', async () => {
  const xml = await written(junit, runEvents([stories.hostile]));
  assert.equal(XMLValidator.validate(xml), true);
  assert.doesNotMatch(xml, /[^\n\u0020-\u007e✓✗?·–≠…]/u);
  assert.match(xml, /\\x1b\[31mstripped/);
  assert.equal(xml.match(/<\/failure>/g)?.length, 1);
});

test('a run without scenarios is a valid, empty document', async () => {
  const xml = await written(
    junit,
    stamped([[0, { type: 'run.finished', run: 'r', counts: {}, exitCode: 0, why: 'none', took: 3 }]]),
  );
  assert.equal(
    xml,
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="smoketrail" tests="0" failures="0" errors="0" skipped="0" time="0.003">\n</testsuites>\n',
  );
});
