// JUnit XML: a suite for each scenario file, a test case for each marker. There is no standard; this is what the
// common readers (Jenkins, GitLab, Azure, GitHub actions) agree on.

import { xmlAttribute, xmlText } from '../smoke/core/escape.ts';
import { notStarted, type RunRecord, type ScenarioRecord } from '../smoke/core/record.ts';
import type { ReporterFactory } from '../smoke/reporter.ts';
import { atEnd } from './at-end.ts';
import { attachmentsOf } from './attachments.ts';
import { hopRows } from './hop-row.ts';
import { hopTable } from './hop-table.ts';
import { releaseLabel } from './release-label.ts';
import { trailLines, trailText } from './trail-lines.ts';

export const junit: ReporterFactory = atEnd(junitOf);

type Result = 'passed' | 'failure' | 'error' | 'skipped';
type Case = { scenario: ScenarioRecord; result: Result };
type Suite = { name: string; file: string; cases: Case[]; planned: number };

/** A test suites document. Failed verdicts are failures, inconclusive ones and missing ones errors, interrupted ones skipped. */
export function junitOf(record: RunRecord): string {
  const suites = suitesOf(record);
  const cases = suites.flatMap((suite) => suite.cases);
  const idle = suites.filter(({ planned }) => planned > 0).length;
  const head = attributes({ name: 'smoketrail', ...countsOf(cases, idle), time: seconds(record.finished?.took ?? 0) });
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${head}>`,
    ...suites.flatMap(suiteLines),
    '</testsuites>',
  ];
  return `${lines.join('\n')}\n`;
}

function suitesOf(record: RunRecord): Suite[] {
  const suites = new Map<string, Suite>();
  const suiteFor = (name: string, file: string): Suite => {
    const key = JSON.stringify([file, name]);
    const suite = suites.get(key) ?? { name, file, cases: [], planned: 0 };
    suites.set(key, suite);
    return suite;
  };
  for (const { name, file } of record.started?.scenarios ?? []) suiteFor(name, file);
  for (const scenario of record.scenarios) {
    suiteFor(scenario.name, scenario.file).cases.push({ scenario, result: resultOf(scenario) });
  }
  for (const { name, file, markers } of notStarted(record)) suiteFor(name, file).planned = markers;
  return [...suites.values()];
}

function resultOf({ verdict }: ScenarioRecord): Result {
  if (verdict === undefined) return 'error';
  if (verdict.verdict === 'interrupted') return 'skipped';
  return verdict.passes === true ? 'passed' : verdict.passes === false ? 'failure' : 'error';
}

function countsOf(cases: readonly Case[], idle: number): Record<string, string> {
  const count = (result: Result): number => cases.filter((one) => one.result === result).length;
  return {
    tests: String(cases.length + idle),
    failures: String(count('failure')),
    errors: String(count('error')),
    skipped: String(count('skipped') + idle),
  };
}

function suiteLines({ name, file, cases, planned }: Suite): string[] {
  const [first] = cases;
  const time = cases.reduce((sum, { scenario }) => sum + (scenario.verdict?.took ?? 0), 0);
  const head = attributes({
    name,
    file,
    ...countsOf(cases, planned > 0 ? 1 : 0),
    time: seconds(time),
    ...(first && { timestamp: first.scenario.at, hostname: first.scenario.host }),
  });
  const idle = planned > 0 ? idleLines(name, file, planned) : [];
  return [`  <testsuite${head}>`, ...cases.flatMap(caseLines), ...idle, '  </testsuite>'];
}

/** Planned and never begun (--bail, a signal): one case for all of a file, so that no total hides them. */
function idleLines(name: string, file: string, planned: number): string[] {
  const message = `not started: ${planned} ${planned === 1 ? 'marker' : 'markers'}`;
  const head = attributes({ name: `${name} (not started)`, classname: file, time: '0.000' });
  return [`    <testcase${head}>`, `      <skipped${attributes({ message })}/>`, '    </testcase>'];
}

function caseLines({ scenario, result }: Case): string[] {
  const { id, file, line, verdict } = scenario;
  const head = attributes({ name: id, classname: file, file, line: String(line), time: seconds(verdict?.took ?? 0) });
  return [
    `    <testcase${head}>`,
    ...propertyLines(scenario),
    ...resultLines(scenario, result),
    `      <system-out>${xmlText(systemOut(scenario, result))}</system-out>`,
    '    </testcase>',
  ];
}

function propertyLines(scenario: ScenarioRecord): string[] {
  const { marker, verdict, route, aliases } = scenario;
  const properties: [string, string][] = [['marker', marker]];
  if (verdict !== undefined) properties.push(['verdict', verdict.verdict]);
  for (const branch of verdict?.destinations ?? [])
    properties.push([`verdict.${branch.trail.destination}`, branch.verdict]);
  for (const { name, value } of aliases) properties.push([`alias.${name}`, value]);
  for (const { hop } of route) {
    const label = releaseLabel(scenario, hop, undefined);
    if (label !== '–') properties.push([`release.${hop}`, label.replace(/^releases? /, '')]);
  }
  const lines = properties.map(([name, value]) => `        <property${attributes({ name, value })}/>`);
  return ['      <properties>', ...lines, '      </properties>'];
}

function resultLines(scenario: ScenarioRecord, result: Result): string[] {
  if (result === 'passed') return [];
  const { verdict } = scenario;
  const type = verdict?.verdict ?? 'no-verdict';
  const message = verdict?.headline ?? 'no verdict: the run was killed, or its record was cut';
  if (result === 'skipped') return [`      <skipped${attributes({ message })}/>`];
  const text = xmlText(`${message}\n\n${trailText(trailLines(scenario))}`);
  return [`      <${result}${attributes({ type, message })}>${text}</${result}>`];
}

/** The hop table; what else was found stands in the failure's own text where there is one. */
function systemOut(scenario: ScenarioRecord, result: Result): string {
  const table = hopTable(hopRows(scenario), { paint: (_tone, text) => text });
  const said = result === 'failure' || result === 'error' ? [] : ['', trailText(trailLines(scenario))];
  // What Jenkins and GitLab take for an attachment.
  const attached = attachmentsOf(scenario).map((path) => `[[ATTACHMENT|${path}]]`);
  return [`${scenario.marker} of ${scenario.id}`, ...table, ...said, ...attached, ''].join('\n');
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${xmlAttribute(value)}"`)
    .join('');
}

function seconds(ms: number): string {
  return (Number.isFinite(ms) ? ms / 1000 : 0).toFixed(3);
}
